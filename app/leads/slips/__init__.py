"""Transfer slips 传递单: two parts, two signatures, in one order (R-4.4)."""
