"""What the front desk keeps of a call (R-4.7.3, R-4.7.6). No database, no clock."""

from app.core.words import Words


class CallAbout(Words):
    DECORATION = "decoration", "咨询装修", "About decorating"
    PROGRESS = "progress", "询问进度", "About progress"
    COMPLAINT = "complaint", "投诉"
    OTHER = "other", "其他"


def in_time(rings: int, within: int) -> bool:
    """R-4.7.6: whether a call was taken within so many rings."""
    return rings <= within
