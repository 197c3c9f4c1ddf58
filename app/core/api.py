"""The API: the same registers, scopes, masks and verbs as the pages, in JSON.

Shapes follow Flask-AppBuilder's ModelRestApi (`result`, `ids`, `count`, rison `q`); the write
path is ours: each request reads, checks and writes its own row, on any number of threads.
"""

from collections.abc import Mapping
from typing import Any

import prison
from flask import Response, jsonify, request
from flask_appbuilder import BaseView, expose

from app.core import files, here, revealing, saving, viewing
from app.core.answers import Faulty, Forbidden, NotFound, NotSignedIn, Refusal
from app.core.declaration import Declaration, register_of
from app.core.kinds import BadValue
from app.core.listing import Asked, Condition, Listing
from app.core.listing.address import operators_of
from app.core.pages import export_of, export_response, file_response, sent_file
from app.core.reading import Seen, read_one
from app.core.rights import may
from app.core.runner import run, would
from app.core.verbs import Verb, verb_named, verbs_of
from app.core.words import say
from app.extensions import db

PAGE_SIZE, LARGEST_PAGE = 20, 100
LARGEST_ID = 2_147_483_647
#: FAB's filter names and ours
OPERATORS = {
    "eq": "eq", "neq": "neq", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "ct": "ct",
    "sw": "sw", "bt": "bt", "in": "in", "null": "null", "rel_o_m": "eq", "rel_m_m": "eq",
}  # fmt: skip


class TableApi(BaseView):
    """`/api/v1/<table>/…` for every register."""

    route_base = "/api/v1"
    class_permission_name = "api"

    @expose("/<table>/", methods=["GET", "POST"])
    def rows(self, table: str) -> Any:
        register = self._register(table, "read" if request.method == "GET" else "add")
        return self._list(register) if request.method == "GET" else self._create(register)

    @expose("/<table>/<int:row_id>", methods=["GET", "PUT", "DELETE"])
    def row(self, table: str, row_id: int) -> Any:
        needed = {"GET": "read", "PUT": "edit", "DELETE": "delete"}[request.method]
        register = self._register(table, needed)
        if request.method == "PUT":
            return self._edit(register, row_id)
        if request.method == "DELETE":
            saving.delete(db.session, register, row_id)
            return jsonify({"message": "OK"})
        seen = self._seen(register, row_id)
        viewing.tell(db.session, table, seen)
        return jsonify({"id": row_id, "result": row_json(seen)})

    @expose("/<table>/<int:row_id>/<verb_name>", methods=["GET", "POST"])
    def verb(self, table: str, row_id: int, verb_name: str) -> Any:
        if verb_name == revealing.VERB and request.method == "POST":
            return self._reveal(self._register(table, "read"), row_id, body())
        verb = self._verb(table, verb_name)
        if request.method == "GET":
            return jsonify(as_json(would(db.session, verb, [row_id], request.args.to_dict() or None)))
        return self._run(verb, [row_id], body())

    @expose("/<table>/<int:row_id>/file/<column>", methods=["GET", "POST"])
    def file(self, table: str, row_id: int, column: str) -> Any:
        """A scan: POST takes `multipart/form-data` with one part named `file`."""
        if request.method == "GET":
            return file_response(self._register(table, "read"), row_id, column)
        register = self._register(table, files.needed_to_attach(table, column))
        version = files.attach(db.session, register, row_id, column, sent_file())
        return jsonify({"id": row_id, "version": version})

    @expose("/<table>/<verb_name>", methods=["GET", "POST"])
    def verb_on_many(self, table: str, verb_name: str) -> Any:
        if verb_name == "export" and request.method == "GET":
            return self._export(self._register(table, "export"))
        if verb_name == "_info":
            return jsonify(self._info(self._register(table, "read")))
        verb = self._verb(table, verb_name)
        if not verb.many:
            raise NotFound()
        if request.method == "GET":
            asked_for = request.args.get(self._rows_key(verb), "").split(",")
            return jsonify(as_json(would(db.session, verb, whole_numbers(asked_for))))
        given = body()
        key = self._rows_key(verb)
        if not isinstance(given.get(key), list):
            raise Faulty({key: say("须为编号列表。", "A list of ids is needed.")})
        ids = whole_numbers(given.pop(key))
        return self._run(verb, ids, given)

    @staticmethod
    def _rows_key(verb: Verb) -> str:
        return f"{verb.table}s"

    @staticmethod
    def _reveal(register: type[Declaration], row_id: int, given: Mapping[str, Any]) -> Response:
        """One masked value in full, for a reason."""
        column = str(given.get("column") or "")
        value = revealing.reveal(db.session, register, row_id, column, given.get("reason"))
        return jsonify({"id": row_id, "column": column, "value": value})

    # --- reading ----------------------------------------------------------------------------

    def _register(self, table: str, needed: str) -> type[Declaration]:
        must_be_signed_in()
        register = register_of(table)
        if register is None:
            raise NotFound()
        if not may(here.me(), needed, table):
            raise Forbidden()
        return register

    def _verb(self, table: str, name: str) -> Verb:
        must_be_signed_in()
        verb = verb_named(table, name)
        if verb is None:
            raise NotFound()
        if not may(here.me(), verb.name, table):
            raise Forbidden()
        return verb

    def _list(self, register: type[Declaration]) -> Response:
        asked_for = rison(request.args.get("q", ""))
        listing = Listing(register, _wanted_columns(register, asked_for))
        asked = listing.asked(request.args) if not asked_for else self._asked(listing, asked_for)
        number = asked_for.get("page", 0)
        page = listing.page(db.session, asked) if not number else self._offset(listing, asked, number)
        return jsonify(
            {
                "count": page.count,
                "count_is_capped": page.capped,
                "ids": [row.id for row in page.rows],
                "result": [row_json(row) for row in page.rows],
                "next": page.after,
                "previous": page.before,
                "list_columns": [column.name for column in page.columns],
                "label_columns": {c.name: str(c.field.label) for c in page.columns},
                "order_columns": sorted(listing.usable),
            }
        )

    def _export(self, register: type[Declaration]) -> Any:
        """The list's own filters, in rison or as the pages write them."""
        wanted = rison(request.args.get("q", ""))
        asked = (lambda listing: self._asked(listing, wanted)) if wanted else None
        form = "xlsx" if request.args.get("format") == "xlsx" else "csv"
        return export_response(export_of(register, request.args, asked), form)

    def _asked(self, listing: Listing, q: Mapping[str, Any]) -> Asked:
        """FAB's rison `q` understood; what can't be is a 400 with a sentence."""
        asked = Asked(size=_page_size(q.get("page_size")))
        for each in q.get("filters") or []:
            asked.conditions.append(self._condition(listing, each))
        column = q.get("order_column") or ""
        if column and str(column) not in listing.usable and column != "id":
            raise Refusal(say("不能按「{c}」排序。", "Can't order by “{c}”.", c=str(column)[:40]))
        sign = "-" if q.get("order_direction") == "desc" else ""
        asked.sort = listing.order(f"{sign}{column}" if column else "")
        return asked

    def _condition(self, listing: Listing, each: Any) -> Condition:
        if not isinstance(each, dict) or not {"col", "opr", "value"} <= set(each):
            raise Refusal(say("筛选条件不完整。", "A filter needs col, opr and value."))
        try:
            return listing.condition(str(each["col"]), OPERATORS[each["opr"]], each["value"])
        except (KeyError, TypeError):
            wrong = f"{each['col']} {each['opr']}"[:60]
            raise Refusal(say("不能这样筛选：{wrong}。", "Can't filter by {wrong}.", wrong=wrong)) from None
        except BadValue as bad:
            raise Refusal(bad.sentence) from None

    def _offset(self, listing: Listing, asked: Asked, number: Any) -> Any:
        """FAB's page numbers, for its clients; `next` is cheaper at any depth."""
        pages = min(max(int(number) if str(number).isdigit() else 0, 0), 1000)
        page = listing.page(db.session, asked)
        for _ in range(pages):
            if page.after is None:
                page.rows, page.before = [], None
                return page
            asked.after = page.after
            page = listing.page(db.session, asked)
        return page

    def _seen(self, register: type[Declaration], row_id: int) -> Seen:
        seen = read_one(db.session, register.model, row_id, ["id", "version", *register.shown()])
        if seen is None:
            raise NotFound()
        return seen

    def _one(self, register: type[Declaration], row_id: int) -> dict[str, Any]:
        return row_json(self._seen(register, row_id))

    def _info(self, register: type[Declaration]) -> dict[str, Any]:
        person = here.me()
        known = register.fields()
        return {
            "add_columns": [_told(known[name]) for name in register.typed_in()],
            "edit_columns": [_told(known[name]) for name in register.edited()],
            "filters": {name: list(operators_of(c.field.kind)) for name, c in Listing(register).usable.items()},
            "permissions": sorted(v for v in ("read", "add", "edit", "delete", "export") if may(person, v, register.table())),
            "verbs": [verb.name for verb in verbs_of(register.table()).values() if may(person, verb.name, register.table())],
        }  # fmt: skip

    # --- writing ----------------------------------------------------------------------------

    def _create(self, register: type[Declaration]) -> Any:
        row_id = saving.create(db.session, register, body(), token=once_key(), from_json=True)
        return jsonify({"id": row_id, "result": self._one(register, row_id)}), 201

    def _edit(self, register: type[Declaration], row_id: int) -> Response:
        given = body()
        version = _version_in(given)
        saving.edit(db.session, register, row_id, given, version=version, from_json=True)
        return jsonify({"id": row_id, "result": self._one(register, row_id)})

    def _run(self, verb: Verb, ids: list[int], given: dict[str, Any]) -> Any:
        """200; or 202 when it goes on as a job, whose state is in the answer."""
        version = _version_in(given)
        outcome = run(db.session, verb, ids, given, version=version, token=once_key(), from_json=True)
        return jsonify(outcome.as_json()), 202 if outcome.goes_on else 200


def must_be_signed_in() -> None:
    person = here.me()
    if person.user_id is None:
        raise NotSignedIn()
    if person.must_change_password:
        raise Forbidden(say("请先修改初始密码。", "Change the initial password first."))
    if person.needs_second_factor:
        raise Forbidden(say("请先启用验证器。", "Set up a second factor first."))


def body() -> dict[str, Any]:
    """The JSON object of the request; anything else is a 400."""
    if not request.data:
        return {}
    try:
        given = request.get_json(silent=True, force=False)
    except RecursionError:  # brackets within brackets, without end
        given = None
    if not isinstance(given, dict):
        raise Refusal(say("请求内容须为 JSON 对象。", "The body has to be a JSON object."))
    return given


def once_key() -> str | None:
    return request.headers.get("Idempotency-Key", "")[:40] or None


def _version_in(given: dict[str, Any]) -> int | None:
    version = given.pop("version", None)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise Faulty({"version": say("版本须为整数。", "The version is a whole number.")})
    return version


def rison(text: str) -> dict[str, Any]:
    """FAB's query parameter; a 400 with a sentence when it can't be read."""
    if not text:
        return {}
    try:
        found = prison.loads(text)
    except Exception:  # noqa: BLE001 (prison raises many kinds)
        raise Refusal(say("查询参数 q 无法识别。", "The query parameter q can't be read.")) from None
    if not isinstance(found, dict):
        raise Refusal(say("查询参数 q 无法识别。", "The query parameter q can't be read."))
    return found


def whole_numbers(raw: Any) -> list[int]:
    ids = [each for each in raw if isinstance(each, int) and not isinstance(each, bool) and 0 < each <= LARGEST_ID]
    ids += [int(each) for each in raw if isinstance(each, str) and each.isdigit() and len(each) < 10]
    if not ids or len(ids) != len(raw) or len(ids) > 500:
        raise NotFound()
    return ids


def _page_size(raw: Any) -> int:
    size = raw if isinstance(raw, int) and not isinstance(raw, bool) else PAGE_SIZE
    return min(max(size, 1), LARGEST_PAGE)


def _wanted_columns(register: type[Declaration], q: Mapping[str, Any]) -> list[str] | None:
    wanted = q.get("columns")
    if not isinstance(wanted, list):
        return ["id", "version", *register.shown()]
    return [str(name) for name in wanted]


def row_json(seen: Seen) -> dict[str, Any]:
    told = {
        name: seen.json(name) for name, column in seen.columns.items() if not column.field.many or name in seen.values
    }
    return {"id": seen.id, "version": seen.version, **told}


def as_json(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "allowed": answer["allowed"],
        "blockers": [each.as_json() for each in answer["blockers"]],
        "choices": answer["choices"],
    }


def _told(spot: Any) -> dict[str, Any]:
    return {"name": spot.name, "label": str(spot.label), "required": spot.required, "type": type(spot.kind).__name__}
