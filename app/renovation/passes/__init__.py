"""Passes 临时出入证 (R-3.4.9, R-3.4.10): one worker, one pass, in two parts.

The original is carried, the duplicate lies at the gate while its worker is inside: inside
means that the gate holds the duplicate.

    stateDiagram-v2
        issued --> lost: report_lost
        issued --> returned: take_back
        lost --> returned: take_back
        issued --> revoked: revoke
        lost --> revoked: revoke
"""
