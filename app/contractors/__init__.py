"""Contractors 装修企业: companies that decorate homes, their credentials and their workers.

stateDiagram-v2
    active --> suspended: suspend
    active --> barred: bar
    suspended --> barred: bar
    suspended --> active: restore
    barred --> active: restore
"""
