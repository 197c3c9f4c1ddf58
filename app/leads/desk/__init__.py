"""The front desk 前台 (R-4.7.3): who calls, who comes in, and what the house knows of them already."""
