"""Print layouts 打印版式: how a record of any register looks on paper, made by an admin in the browser.

A layout is words and names of fields, no code: what reaches typst is data, and stays literal. Fields are read as
whoever prints sees them, masks and all. Each saving is a version that never changes, and every paper is
told to the journal with the version it was made by."""
