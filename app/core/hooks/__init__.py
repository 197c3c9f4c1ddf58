"""Webhooks 外发通知: what happens in a register is told to another system of the company, by https.

An admin says where to, of which register, which changes. A change and what is to be told of it are one
transaction (`telling.py`, from the journal's entries); the worker sends it after that, signed, until it is
taken (`delivering.py`), at least once. A message holds what happened to which record, when and by whom,
never what stands in it. Where messages may go at all is the operator's to say: `GUANJIA_WEBHOOK_HOSTS`.
"""
