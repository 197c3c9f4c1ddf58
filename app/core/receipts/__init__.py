"""Receipts 回执 of verbs on many rows: what went, what did not and why, each line tied to its entry in
the journal. From a receipt the failed are tried again and the done are taken back, on a receipt of its own.
"""
