"""Registers without code 自建登记簿: what an admin defines for a department's daily forms.

A definition is a row of `made_register`; all their records lie in one table, `made_record`. To
everything else such a register is one like any other: a model of its own (a class over the one
table), a declaration, verbs through the one runner, rights, a queue, pages and an API under its
name. Its fields are added fields (core/added). Workers hear of it by the edition "registers".

`flask --app run settle <name>` turns one into a folder of code (app/scaffold/settling.py), its rows move
with the next release (moving.py).
"""
