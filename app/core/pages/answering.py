"""What the pages of a register share: the row as the person may see it, faults, the way back."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request, send_file, stream_with_context
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core import files, gate, here, thumbnails, whole
from app.core.answers import Faulty, NotFound
from app.core.blockers import NotAllowed
from app.core.brief import called, named_by
from app.core.declaration import Declaration
from app.core.exporting import Export, due
from app.core.exporting.kept import name_of
from app.core.labels import ids_in, labels_of
from app.core.listing import Listing
from app.core.listing.saved import kept_for
from app.core.pdf import pages
from app.core.reading import Seen, read_one
from app.core.rights import may, shows
from app.core.routes import row_number
from app.core.runner import why_not
from app.core.verbs import Act, verbs_of
from app.core.words import Say, say
from app.extensions import db


class Answering(Declaration):
    """The base of each kind of page."""

    def _may(self, verb: str) -> bool:
        return may(here.me(), verb, self.table())

    def _shows(self, verb: str) -> bool:
        """What a page draws; what it leads to asks `_may`."""
        return shows(here.me(), verb, self.table())

    def _folded(self) -> list[str]:
        """The parts of a long form and record that this person left folded."""
        return kept_for(db.session, self.table()).folded

    def _seen(self, row_id: int) -> Seen:
        seen = read_one(db.session, self.model, row_id, self.shown())
        if seen is None:
            raise NotFound()
        return seen

    def _raw(self, row_id: int) -> Any:
        found = gate.reachable(db.session, self.model, [row_id])
        if not found:
            raise NotFound()
        return found[0]

    def _both(self, row_id: int) -> tuple[Seen, Any]:
        """As the person may see it, and whole."""
        found = whole.one(db.session, self.model, row_id, self.shown())
        if found is None:
            raise NotFound()
        return found

    def _verbs_with_blockers(self, raw: Any, act: Act) -> list[dict[str, Any]]:
        """Each verb this person has on the row, with the reasons why not, before it is pressed.
        Those that another state asks for come last, with that one reason (`off`)."""
        offered = []
        for verb in verbs_of(self.table()).values():
            if verb.many or not self._may(verb.name):
                continue
            off = verb.state_blockers(raw)
            offered.append({"verb": verb, "off": bool(off), "blockers": off or why_not(verb, raw, act)})
        return sorted(offered, key=lambda each: (each["off"], each["verb"].danger, not each["verb"].moves_on))

    def typed_words(self, path: str) -> Mapping[str, Any]:
        """What is typed on a register's pages besides its fields, where it is given back (core/keeping.py)."""
        if path.endswith("/comment"):
            return {"text": say("评论", "Comment")}
        if "/reveal/" in path:
            return {"reason": say("查看原因", "Reason")}
        return dict(due.ASKED) if path.endswith("/export/later") else {}

    def _told_elsewhere(self, sentence: Say, row_id: int) -> str:
        """With the way to the record that it is about, for whoever is led away from it."""
        row = read_one(db.session, self.model, row_id, named_by(type(self)))
        if row is None:
            return str(sentence)
        return Markup('{} <a href="/{}/{}">{}</a>').format(sentence, self.table(), row_id, called(type(self), row))

    def _label(self, seen: Seen) -> str:
        name = self.model.__label__
        return seen.shown(name) if name in seen.columns else str(seen.id)


def export_of(
    register: type[Declaration], args: Mapping[str, Any], asked: Callable[[Listing], Any] | None = None
) -> Export:
    """The list as a file, for pages and API alike; `asked` where the API has read the filters already."""
    return Export(db.session, register, args, asked)


def export_response(export: Export, form: str) -> AnyResponse:
    """Sent as it is made."""
    name = name_of(export.register.table(), here.now(), form)
    if form == "xlsx":
        return send_file(
            export.xlsx(), as_attachment=True, download_name=name,
            mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )  # fmt: skip
    answer = Response(stream_with_context(export.csv()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def sent_file() -> bytes:
    """At most one byte more than is allowed."""
    sent = request.files.get("file")
    if sent is None:
        raise Faulty({"file": files.EMPTY})
    return sent.stream.read(files.LARGEST + 1)


def file_response(register: type[Declaration], row_id: int, column: str) -> AnyResponse:
    """The file as it is kept; never run by a browser, never stored by one. A picture may be looked at,
    as it is (`show`) or as a thumbnail (`thumb`); of a PDF a page, drawn here (`page`)."""
    drawn = "thumb" in request.args or "page" in request.args
    if "thumb" in request.args:
        media_type, data = files.JPEG, thumbnails.thumbnail(db.session, register, row_id, column)
    elif "page" in request.args:
        number = request.args.get("page", 0, type=row_number)
        media_type, data = files.JPEG, pages.page(db.session, register, row_id, column, number)
    else:
        stored, data = files.opened(db.session, register, row_id, column)
        media_type = stored.media_type
    answer = Response(data, content_type=media_type)
    name = f"{register.table()}-{row_id}-{column}.{files.ENDING[media_type]}"
    looked_at = media_type == files.JPEG and (drawn or "show" in request.args)
    answer.headers["Content-Disposition"] = f'{"inline" if looked_at else "attachment"}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def refused_status(refused: Exception) -> int:
    return getattr(refused, "status", 422)


def faults_of(refused: Exception) -> dict[str, str]:
    """field -> sentence, for the form; what concerns no field stands at the top."""
    if isinstance(refused, Faulty):
        return {name: str(fault) for name, fault in refused.faults.items()}
    if isinstance(refused, NotAllowed):
        return {"": "".join(f"{each.message}{each.fix}" for each in refused.blockers)}
    return {"": str(refused)}


def back_address() -> str:
    """Where the person came from, when it is a page of ours; else empty."""
    back = request.values.get("back", "")
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else ""


__all__ = [
    "Answering", "back_address", "export_of", "export_response", "faults_of", "file_response", "ids_in", "labels_of",
    "refused_status", "sent_file",
]  # fmt: skip
