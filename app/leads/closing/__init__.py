"""Closing 跑单处理: invalid before measuring, dead after it; two people, two statements (R-4.5)."""
