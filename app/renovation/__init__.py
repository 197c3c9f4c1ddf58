"""Renovation 装修: from the application to the construction permit, and until it is settled.

Where is a permit issued? `permits/actions.py`, under the rules of `permits/rules.py`.
`applications/` has the case and its life, `papers/` what has to be brought and signed,
`passes/` who comes through the gate, `patrols/` what is found meanwhile, `settlement/` what goes
back of the deposit in the end.

    stateDiagram-v2
        draft --> submitted: submit
        submitted --> approved: approve
        submitted --> draft: send_back
        submitted --> rejected: reject
        approved --> under_work: issue_permit
        under_work --> stopped: stop
        stopped --> under_work: resume
        under_work --> awaiting_acceptance: request_acceptance
        awaiting_acceptance --> completed: accept
        awaiting_acceptance --> under_work: fail_acceptance
        completed --> settled: settle
        draft --> cancelled: cancel
        submitted --> cancelled: cancel
        approved --> cancelled: cancel
"""
