"""When a schedule is due, on the house's clock. Pure: no database, and the clock is told."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.core import here
from app.core.words import Say, Words, say

HOURS = range(24)
LAST_DAY = 31


class Every(Words):
    """How often."""

    DAY = "day", "每天", "Every day"
    WEEK = "week", "每周", "Every week"
    MONTH = "month", "每月", "Every month"


WEEKDAYS = (
    say("星期一", "Monday"), say("星期二", "Tuesday"), say("星期三", "Wednesday"), say("星期四", "Thursday"),
    say("星期五", "Friday"), say("星期六", "Saturday"), say("星期日", "Sunday"),
)  # fmt: skip
#: the days that `on_day` may name
DAYS = {Every.DAY: range(1), Every.WEEK: range(7), Every.MONTH: range(1, LAST_DAY + 1)}


#: what the fields of its form are called
ASKED = {
    "form": say("格式", "Format"), "every": say("时间", "When"), "on_week": say("星期", "Weekday"),
    "on_month": say("日期", "Day"), "hour": say("钟点", "Hour"), "name": say("名称", "Name"),
}  # fmt: skip


@dataclass(frozen=True)
class Rhythm:
    """`on_day`: the weekday from Monday, 0; or the day of the month, of which a shorter one has its last."""

    every: Every
    on_day: int
    hour: int

    def next(self, after: datetime) -> datetime:
        """The first instant later than `after` at which it is due."""
        day = here.in_house_time(after).date()
        while (due := self._on(day)) is None or due <= after:
            day += timedelta(days=1)
        return due

    def _on(self, day: date) -> datetime | None:
        if self.every is Every.WEEK and day.weekday() != self.on_day:
            return None
        if self.every is Every.MONTH and day.day != min(self.on_day, monthrange(day.year, day.month)[1]):
            return None
        return datetime.combine(day, time(self.hour), here.house_zone()).astimezone(UTC)

    @property
    def in_words(self) -> Say:
        hour = f"{self.hour:02d}:00"
        if self.every is Every.WEEK:
            return say("每{w} {h}", "{w} {h}", w=WEEKDAYS[self.on_day], h=hour)
        if self.every is Every.MONTH and self.on_day == LAST_DAY:
            return say("每月最后一天 {h}", "Last day of the month {h}", h=hour)
        if self.every is Every.MONTH:
            return say("每月 {d} 日 {h}", "Day {d} of the month {h}", d=self.on_day, h=hour)
        return say("每天 {h}", "Every day {h}", h=hour)
