"""Declining 设计师申请不接单: a designer may ask, two managers decide (R-4.2.6)."""
