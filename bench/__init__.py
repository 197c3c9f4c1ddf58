"""Figures: Guanjia beside a stock Flask-AppBuilder view and stock Django admin, on the same rows, in one run.

python -m bench                                    # 1,000 and 1,000,000 leads, SQLite and PostgreSQL
python -m bench --rows 1000 --on sqlite --only list,search

Each is served by two processes. A ratio is taken of medians of requests that took turns, so that a
machine which drifts is unfair to nobody. `ground.py` makes the databases, `serving.py` the servers,
`visiting.py` their visitors, `work.py` what is asked of each, `load.py` many at once, `inside.py` what is measured
within one process.
"""
