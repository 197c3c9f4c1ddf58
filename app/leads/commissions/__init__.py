"""Commissions 提成 (R-4.1, R-4.4.6, R-4.7): a run a month, a line for each person and contract.

    stateDiagram-v2
        draft --> draft: compute
        draft --> approved: approve
        approved --> draft: send_back
        approved --> locked: lock

Computing is a job (core/long_verbs.py): portion by portion of the contracts, each brought to what it has to be,
and the month counts as computed with the last. What was locked is never changed: a contract withdrawn later is taken back by a negative line of the
next run.
"""
