"""Settlement 结算 (R-3.1.5): what is taken off the deposit, item by item, before the rest goes back."""
