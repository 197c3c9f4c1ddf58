"""A report's page: choices on top, a table, bars, and the same as CSV, XLSX or on paper.

class Funnel(ReportPage):
    label, file_name = say("客户漏斗", "Funnel"), "lead-funnel"

    def choices(self): return {"by": (say("按", "By"), {"source": say("来源", "Channel"), …})}
    def table(self, chosen): return heading, lines, figures
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import render_template, request
from flask_appbuilder import BaseView

from app.core.reporting import Figure, as_file
from app.core.words import Say, say

Choice = tuple[Say, Mapping[str, Any]]
#: lines that a chart has room for
LINES = 20


class ReportPage(BaseView):
    """Each subclass gives its `index` the door of its own, and answers `self.page()`."""

    label: ClassVar[Say]
    file_name: ClassVar[str]
    #: what the figures mean, below the title
    note: ClassVar[Say | None] = None
    icon = "chart-bar"
    #: how many of the first figures are drawn as one chart, and as "bar" or "line"; 0: a small one each
    charted: ClassVar[int] = 0
    drawn_as: ClassVar[str] = "bar"
    needed = "export"

    def choices(self) -> dict[str, Choice]:
        """Name in the address -> (label, value -> word); the first value is the usual one."""
        return {}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        """The heading of the first column, the lines, the figures."""
        raise NotImplementedError

    def page(self) -> Any:
        choices = self.choices()
        chosen = {name: _one_of(request.args.get(name, ""), words) for name, (_, words) in choices.items()}
        heading, lines, figures = self.table(chosen)
        form = request.args.get("format", "")
        if form in ("csv", "xlsx"):
            return as_file(self.file_name, lines, figures, heading, form)
        address = "&".join(f"{name}={value}" for name, value in chosen.items())
        return render_template(
            "report.html", report=self, heading=heading, lines=lines, figures=figures, choices=choices,
            chosen=chosen, chart=self._chart(lines, figures), address=f"{self.route_base}/?{address}",
        )  # fmt: skip

    def _chart(self, lines: Sequence[Any], figures: Sequence[Figure]) -> dict[str, Any] | None:
        """What js/charts.js draws: the oldest period on the left; the table below tells the same in words."""
        if not self.charted or not lines:
            return None
        turned = -1 if self.drawn_as == "line" else 1
        drawn = figures[: self.charted]
        return {
            "kind": self.drawn_as, "lines": [line.name for line in lines[:LINES]][::turned],
            "series": [{"name": str(each.label), "values": list(each.values[:LINES])[::turned]} for each in drawn],
        }  # fmt: skip


def _one_of(asked: str, words: Mapping[str, Any]) -> str:
    return asked if asked in words else next(iter(words))


PERIODS: Choice = (
    say("周期", "Period"),
    {"day": say("日报", "By day"), "week": say("周报", "By week"), "month": say("月报", "By month")},
)
