"""Figures: Guanjia beside a plain Flask-AppBuilder view on the same rows.

python -m bench                      # 1,000 and 1,000,000 leads on SQLite
python -m bench --database postgresql+psycopg://…/empty --rows 1000,1000000
"""
