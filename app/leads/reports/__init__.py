"""What the registers of leads add up to (R-4.7.3 ⑤, R-4.2.1, R-4.5.4, R-4.1): read only."""
