"""Mail 邮件: notices and scheduled exports, through the company's own mail server; off until the operator names one.

What is to be sent is a row of an outbox, written with the notice (`telling.py`); the worker writes the letter when it
sends it (`letters.py`), with the rights of that moment, in the language of whoever gets it. A letter holds the number
of a record, what is asked and a link, never what stands in the record. Who gets which notices is each person's own
choice (`wishes.py`).
"""
