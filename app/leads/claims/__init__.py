"""Claims 客户认定: whose customer it is, on what ground, and why (R-4.3)."""
