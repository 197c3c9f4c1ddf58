"""Owners 业主: estates, buildings and units, who owns them and who lives in them.

A unit stands in one building of one estate and is known by its full name (`锦绣花园 3栋1201`).
Ownerships and residents have a since and an until; the open ones are the present.
`unit.is_renovating` is kept by the renovation domain's verbs while a permit is in force.
"""
