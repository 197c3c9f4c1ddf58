"""Patrols 巡查 and violations 违规 (R-3.5.1–14): somebody goes and looks; what is found gets a deadline.

    stateDiagram-v2
        open --> rectified: rectify
        open --> reported: report_to_authority
        reported --> rectified: rectify

While one is open the work is neither accepted nor settled (R-3.1.5).
"""
