"""Fees 收费: what is due, what was paid, and the receipt that proves it.

A charge is due until a receipt covers it; a receipt covers one or more charges in full and has
a number of its own. Voiding a receipt makes its charges due again, unless a permit stands on it.

    stateDiagram-v2
        due --> paid: take_payment
        paid --> due: receipt.void
        due --> void: void
        paid --> refunded: refund
"""
