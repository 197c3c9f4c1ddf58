"""Phone lists 小区电话资料 (R-4.3.6): an estate's numbers, each called once and marked.

Whoever came to the store or has a contract already is marked by the house, without a word about whose
customer it is.
"""
