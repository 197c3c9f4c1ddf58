"""Penalty tickets 过失单 (R-4.7.6, R-4.5.4): a fault, its evidence, the appeal, the decision. No money here."""
