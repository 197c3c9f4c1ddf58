"""Acceptance 验收 (R-3.1.5): the sheet that is filled in on the site, item by item, before the work is accepted.

Asking for acceptance makes a sheet; each item passes or fails; a failed one sends the case back to work,
and the next time there is a new sheet. Whoever accepts answers for the items nobody marked.

    stateDiagram-v2
        open --> accepted: application.accept
        open --> failed: application.fail_acceptance
"""
