"""选项树: choices in levels (省 / 市 / 区), kept as a dictionary that an admin edits in the browser, or a release brings.

`lines.py` reads and writes it as indented lines; `paths.py` is the kind of a field that holds one of its paths;
`kept.py` the table, and what is in force in this worker; `views.py` its register.
"""
