"""PDFs looked at without handing them to a plugin: their pages as pictures, drawn here, kept sealed, shown to whoever
may open the file itself.

`drawer.py` runs as a process of its own, with bounds, since a hostile file may crash or stall whatever reads it;
`drawing.py` starts it; `kept.py` keeps what it drew; `pages.py` asks who may see it.
"""
