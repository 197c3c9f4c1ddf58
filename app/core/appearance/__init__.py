"""The house's own looks 外观: its name, logo, colour, corners and rows, set by an admin in the browser.

Each time they are saved they are a new row that is never changed: its number is in the addresses of its stylesheet and
logo, so browsers keep both for ever. The newest row holds; every worker hears of it by its edition, before
anybody has signed in as well. Lists and frames are kept ready under the editions, so they pay nothing for it.

`colours.py` knows what can be read on what, `sheet.py` writes the stylesheet, `keeping.py` checks and keeps,
`pages.py` is the page and the addresses.
"""
