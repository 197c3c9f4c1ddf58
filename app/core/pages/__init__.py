"""The pages of every register: list, form, record, verbs, import, export.

`Declaration` says what a table's pages are; here they are served. No rule and no right is
decided here: each page asks the gate, the rights and the runner.
"""

from app.core.pages.answering import (
    export_of,
    export_response,
    faults_of,
    file_response,
    refused_status,
    sent_file,
)
from app.core.pages.assigned_pages import AssignedPages
from app.core.pages.cell_pages import CellPages
from app.core.pages.ending_pages import EndingPages
from app.core.pages.inline_pages import InlinePages
from app.core.pages.list_figures import ListFigures
from app.core.pages.list_pages import ListPages
from app.core.pages.option_pages import OptionPages
from app.core.pages.record_pages import RecordPages
from app.core.pages.step_pages import StepPages
from app.core.pages.transfer_pages import TransferPages
from app.core.pages.verb_pages import VerbPages


class Register(
    ListPages,
    ListFigures,
    CellPages,
    InlinePages,
    RecordPages,
    StepPages,
    AssignedPages,
    EndingPages,
    TransferPages,
    VerbPages,
    OptionPages,
):
    """Flask-AppBuilder's BaseView with this house's habits; the base of every register."""


__all__ = ["Register", "export_of", "export_response", "faults_of", "file_response", "refused_status", "sent_file"]
