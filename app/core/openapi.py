"""The API described: an OpenAPI 3.1 document made from the registers and the verbs themselves.

`/api/v1/openapi.json` needs a sign-in like everything else; `flask --app run openapi` prints it.
"""

from typing import Any

from flask import jsonify
from flask_appbuilder import BaseView, expose

from app.core import mattering
from app.core.assigning.table import AssignmentState
from app.core.declaration import Declaration, all_registers
from app.core.doors import signed_in
from app.core.files import ENDING, file_columns
from app.core.kinds import Choice, Kind, Relation, Several
from app.core.record import SYSTEM, Field
from app.core.verbs import Verb, verbs_of

JSON = "application/json"
LINK = {"type": ["object", "null"], "required": ["id", "label"],
        "properties": {"id": {"type": "integer"}, "label": {"type": "string"}}}  # fmt: skip


TOKEN = {"type": "http", "scheme": "bearer", "description": "of /api/v1/security/login, for fifteen minutes"}
KEY = {
    "type": "http", "scheme": "bearer",
    "description": "a key for machines, made under “My account”: it begins with “gj_”, lives until its last day, may be"
    " held to reading, to some registers and to some networks, and shows nothing masked in full. 600 requests a minute;"
    " more are answered with 429.",
}  # fmt: skip


class OpenApi(BaseView):
    route_base = "/api/v1"
    class_permission_name = "api"

    @expose("/openapi.json")
    @signed_in
    def document(self) -> Any:
        return jsonify(document())


def document() -> dict[str, Any]:
    """The whole document: every table's rows, its verbs, and the refusals."""
    paths: dict[str, Any] = {**_sign_in_paths(), **_health_paths(), **_graphql_paths(), **_inbox_path()}
    schemas = _common_schemas()
    for table, register in sorted(all_registers().items()):
        schemas[table] = _row_schema(register)
        paths |= _table_paths(register)
        schemas |= _input_schemas(register)
        paths |= _colleague_paths(register)
        for verb in verbs_of(table).values():
            paths |= _verb_path(verb)
    return {
        "openapi": "3.1.0",
        "info": {"title": "管家 Guanjia", "version": "1", "description": "The same rules as the pages."},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": TOKEN, "key": KEY},
        },
        "security": [{"token": []}, {"key": []}],
    }


# --- schemas ------------------------------------------------------------------------------


def _common_schemas() -> dict[str, Any]:
    text = {"type": "string"}
    blocker = {"type": "object", "required": ["rule", "clause", "message", "fix"],
               "properties": dict.fromkeys(("rule", "clause", "message", "fix"), text)}  # fmt: skip
    return {
        "Blocker": blocker,
        "Refusal": {
            "type": "object", "required": ["message"],
            "properties": {"message": text, "errors": {"type": "object", "additionalProperties": text},
                           "blockers": {"type": "array", "items": _schema("Blocker")}},
        },
        "Conflict": {
            "type": "object", "required": ["message", "version"],
            "properties": {"message": text, "your_version": {"type": ["integer", "null"]},
                           "version": {"type": ["integer", "null"]}, "current": {"type": "object"}},
        },
        "Would": {
            "type": "object", "required": ["allowed", "blockers", "choices"],
            "properties": {"allowed": {"type": "boolean"}, "choices": {"type": "object"},
                           "blockers": {"type": "array", "items": _schema("Blocker")}},
        },
        "Following": {
            "type": "object", "required": ["id", "following"],
            "properties": {"id": {"type": "integer"}, "following": {"type": "boolean"}},
        },
        "Assignments": {
            "type": "object", "required": ["result"],
            "properties": {"id": {"type": "integer"}, "result": {"type": "array", "items": _schema("Assignment")}},
        },
        "Assignment": {
            "type": "object", "required": ["id", "table", "row_id", "by", "to", "text", "due_on", "state", "overdue", "answer"],
            "properties": {"id": {"type": "integer"}, "table": text, "row_id": {"type": "integer"}, "by": LINK, "to": LINK, "text": text,
                           "due_on": {"type": ["string", "null"], "format": "date"}, "overdue": {"type": "boolean"},
                           "state": {"type": "string", "enum": [str(each) for each in AssignmentState]},
                           "answer": text, "at": {"type": "string", "format": "date-time"}},
        },
        "Outcome": {
            "type": "object", "required": ["id", "number", "state", "version"],
            "properties": {"id": {"type": "integer"}, "table": text, "number": {"type": ["string", "null"]},
                           "state": {"type": ["string", "null"]}, "version": {"type": "integer"},
                           "job": {"type": "object", "description": "as which it goes on, or went",
                                   "properties": {"id": {"type": "integer"}, "state": text, "done": {"type": "integer"},
                                                  "total": {"type": "integer"}, "note": text, "link": text}}},
        },
    }  # fmt: skip


def _schema(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _row_schema(register: type[Declaration]) -> dict[str, Any]:
    properties = {name: _read_type(spot) for name, spot in register.fields().items()}
    return {"type": "object", "required": ["id", "version"], "properties": properties}


def _read_type(spot: Field) -> dict[str, Any]:
    if spot.many:
        return {"type": "array", "items": LINK, "title": spot.label.en, "description": spot.label.zh}
    told = dict(LINK) if spot.is_relation else _or_null(_json_type(spot.kind))
    if spot.name in ("id", "version"):
        told = {"type": "integer"}
    return {**told, "title": spot.label.en, "description": spot.label.zh}


def _json_type(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, Choice):
        return {"type": "string", "enum": [value for value, _ in kind.options]}
    if isinstance(kind, Several):
        return {"type": "array", "items": {"type": "string", "enum": [value for value, _ in kind.options]}}
    if isinstance(kind, Relation) and kind.many:
        return {"type": "array", "items": {"type": "integer"}}
    if kind.personal:
        return {"type": "string"}  # a masked one keeps no format
    return dict(kind.json_type)


def _or_null(told: dict[str, Any]) -> dict[str, Any]:
    if "type" not in told:
        return told  # any JSON
    told = {**told, "type": [told["type"], "null"]}
    if "enum" in told:
        told["enum"] = [*told["enum"], None]
    return told


def _input_schemas(register: type[Declaration]) -> dict[str, Any]:
    if not register.entered_by_hand:
        return {}
    known, table = register.fields(), register.table()
    properties = {name: _written_type(known[name]) for name in register.typed_in()}
    always = set(register.typed_in()) - set(mattering.conditions(register)) - SYSTEM
    required = [name for name in register.typed_in() if known[name].required and name in always]
    edited = {name: _written_type(known[name]) for name in register.edited()} | {"version": {"type": "integer"}}
    new = {"type": "object", "properties": properties, "additionalProperties": False}
    return {
        f"{table}.new": {**new, "required": required} if required else new,
        f"{table}.edit": {"type": "object", "properties": edited, "additionalProperties": False},
    }


def _written_type(spot: Any) -> dict[str, Any]:
    return {**_or_null(_json_type(spot.kind)), "title": spot.label.en, "description": spot.label.zh}


# --- paths --------------------------------------------------------------------------------


def _answers(good: str, schema: dict[str, Any], *also: str) -> dict[str, Any]:
    known = {"400": "Refusal", "401": "Refusal", "403": "Refusal", "404": "Refusal", "409": "Conflict",
             "422": "Refusal", "429": "Refusal", "503": "Refusal"}  # fmt: skip
    told = {good: {"description": "done", "content": {JSON: {"schema": schema}}}}
    for status in ("401", "403", *also, "429", "503"):
        told[status] = {"description": known[status], "content": {JSON: {"schema": _schema(known[status])}}}
    return told


def _body(schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {JSON: {"schema": schema}}}


ROW_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
#: asked twice under one key, an act is done once and answered twice
ONCE_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 40}}
LIST_ARGS = [
    {"name": "q", "in": "query", "description": "rison: filters, order_column, order_direction, page, page_size, columns",
     "schema": {"type": "string"}},
    {"name": "after", "in": "query", "description": "`next` of the page before", "schema": {"type": "string"}},
    {"name": "before", "in": "query", "description": "`previous` of the page after", "schema": {"type": "string"}},
    {"name": "sort", "in": "query", "description": "columns, a minus sign for descending", "schema": {"type": "string"}},
    {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
]  # fmt: skip


def _table_paths(register: type[Declaration]) -> dict[str, Any]:
    table, tag = register.table(), [register.word().en]
    page = {
        "type": "object", "required": ["count", "ids", "result"],
        "properties": {"count": {"type": "integer"}, "ids": {"type": "array", "items": {"type": "integer"}},
                       "result": {"type": "array", "items": _schema(table)},
                       "next": {"type": ["string", "null"]}, "previous": {"type": ["string", "null"]}},
    }  # fmt: skip
    one = {
        "type": "object",
        "required": ["id", "result"],
        "properties": {"id": {"type": "integer"}, "result": _schema(table)},
    }
    many: dict[str, Any] = {
        "get": {"tags": tag, "parameters": LIST_ARGS, "responses": _answers("200", page, "400", "404")}
    }
    single: dict[str, Any] = {"get": {"tags": tag, "parameters": [ROW_ID], "responses": _answers("200", one, "404")}}
    if register.entered_by_hand:
        many["post"] = {"tags": tag, "parameters": [ONCE_KEY], "requestBody": _body(_schema(f"{table}.new")),
                        "responses": _answers("201", one, "400", "422")}  # fmt: skip
        single["put"] = {"tags": tag, "parameters": [ROW_ID], "requestBody": _body(_schema(f"{table}.edit")),
                         "responses": _answers("200", one, "400", "404", "409", "422")}  # fmt: skip
    file = {"description": "the file", "content": {"text/csv": {"schema": {"type": "string"}}}}
    export = {"tags": tag, "parameters": [*LIST_ARGS, {"name": "format", "in": "query", "schema": {"enum": ["csv", "xlsx"]}}],
              "responses": {**_answers("200", {}, "404"), "200": file}}  # fmt: skip
    kept = {
        f"/api/v1/{table}/{{id}}/file/{spot.name}": _file_path(tag, f"{spot.label.zh} {spot.label.en}")
        for spot in file_columns(register)
    }
    return {
        **kept,
        f"/api/v1/{table}/": many,
        f"/api/v1/{table}/{{id}}": single,
        f"/api/v1/{table}/export": {"get": export},
    }


def _file_path(tag: list[str], told: str) -> dict[str, Any]:
    raw = {"type": "string", "format": "binary"}
    sent = {"required": True, "content": {"multipart/form-data": {"schema": {
        "type": "object", "required": ["file"], "properties": {"file": raw}}}}}  # fmt: skip
    done = {"type": "object", "properties": {"id": {"type": "integer"}, "version": {"type": "integer"}}}
    file = {"description": "the file", "content": {kind: {"schema": raw} for kind in ENDING}}
    return {
        "get": {"tags": tag, "summary": told, "parameters": [ROW_ID], "responses": {**_answers("200", {}, "404"), "200": file}},
        "post": {"tags": tag, "summary": told, "parameters": [ROW_ID], "requestBody": sent,
                 "responses": _answers("200", done, "404", "409", "422")},
    }  # fmt: skip


ASSIGNMENT_ID = {**ROW_ID, "name": "assignment"}


def _colleague_paths(register: type[Declaration]) -> dict[str, Any]:
    """Following a record, and what is asked of colleagues about it."""
    at, told = f"/api/v1/{register.table()}/{{id}}", {"tags": [register.word().en], "parameters": [ROW_ID]}
    paths: dict[str, Any] = {}
    if register.followed:
        one = {**told, "responses": _answers("200", _schema("Following"), "404")}
        paths[f"{at}/follow"] = {"get": one, "put": one, "delete": one}
    if register.assigned:
        listed = _schema("Assignments")
        asked = _object(
            {
                "to": {"type": "integer"},
                "text": {"type": "string"},
                "due_on": {"type": ["string", "null"], "format": "date"},
            },
            "to",
            "text",
        )
        paths[f"{at}/assignments"] = {
            "get": {**told, "responses": _answers("200", listed, "404")},
            "post": {**told, "parameters": [ROW_ID, ONCE_KEY], "requestBody": _body(asked),
                     "responses": _answers("201", listed, "400", "404", "422")},
        }  # fmt: skip
        word = _object({"answer": {"type": "string"}})
        steps = {"done": word, "decline": word, "withdraw": word, "hand_on": _object({"to": {"type": "integer"}}, "to")}
        for step, sent in steps.items():
            paths[f"{at}/assignments/{{assignment}}/{step}"] = {
                "post": {**told, "parameters": [ROW_ID, ASSIGNMENT_ID], "requestBody": _body(sent, required="required" in sent),
                         "responses": _answers("200", listed, "400", "404", "422")}
            }  # fmt: skip
    return paths


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    told = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**told, "required": list(required)} if required else told


def _inbox_path() -> dict[str, Any]:
    told = "what is asked of oneself and still open"
    return {
        "/api/v1/assignments": {
            "get": {"tags": ["assignment"], "summary": told, "responses": _answers("200", _schema("Assignments"))}
        }
    }


def _verb_path(verb: Verb) -> dict[str, Any]:
    asks = {name: _written_type(each) for name, each in verb.asks.items()}
    required = [name for name, each in verb.asks.items() if each.required and not each.when]
    body: dict[str, Any] = {
        "type": "object",
        "properties": {**asks, "version": {"type": "integer"}},
        "additionalProperties": False,
    }
    if verb.many:
        key = f"{verb.table}s"
        body["properties"][key] = {"type": "array", "items": {"type": "integer"}, "minItems": 1}
        required = [key, *required]
    if required:
        body["required"] = required
    told = {"tags": [verb.table], "summary": verb.label.en, "description": (verb.__doc__ or verb.label.zh).strip()}
    done = _answers("200", _schema("Outcome"), "400", "404", "409", "422")
    if verb.by_job:
        done["202"] = {**done["200"], "description": "goes on as a job"}
    if verb.many:
        return {
            f"/api/v1/{verb.table}/{verb.name}": {
                "post": {**told, "parameters": [ONCE_KEY], "requestBody": _body(body), "responses": done}
            }
        }
    return {
        f"/api/v1/{verb.table}/{{id}}/{verb.name}": {
            "get": {**told, "parameters": [ROW_ID], "responses": _answers("200", _schema("Would"), "404")},
            "post": {
                **told,
                "parameters": [ROW_ID, ONCE_KEY],
                "requestBody": _body(body, required=bool(required)),
                "responses": done,
            },
        }
    }


def _sign_in_paths() -> dict[str, Any]:
    asked = {
        "type": "object", "required": ["username", "password"],
        "properties": {"username": {"type": "string"}, "password": {"type": "string"},
                       "provider": {"enum": ["db"]}, "refresh": {"type": "boolean"}, "totp": {"type": "string"}},
    }  # fmt: skip
    token = {"type": "object", "required": ["access_token"],
             "properties": {"access_token": {"type": "string"}, "refresh_token": {"type": "string"}}}  # fmt: skip
    return {"/api/v1/security/login": {"post": {"tags": ["security"], "security": [], "requestBody": _body(asked),
                                                "responses": _answers("200", token, "400")}}}  # fmt: skip


def _graphql_paths() -> dict[str, Any]:
    """The same registers by queries; what it answers depends on the query."""
    asked = {
        "type": "object", "required": ["query"],
        "properties": {"query": {"type": "string"}, "variables": {"type": ["object", "null"]},
                       "operationName": {"type": ["string", "null"]}},
    }  # fmt: skip
    told = {"type": "object", "required": ["data"],
            "properties": {"data": {"type": ["object", "null"]}, "errors": {"type": "array", "items": {"type": "object"}}}}  # fmt: skip
    schema = {
        "description": "the schema, as the caller may see it",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    return {
        "/api/v1/graphql": {
            "get": {"tags": ["graphql"], "responses": {**_answers("200", {}), "200": schema}},
            "post": {"tags": ["graphql"], "parameters": [ONCE_KEY], "requestBody": _body(asked),
                     "responses": _answers("200", told, "400")},
        }
    }  # fmt: skip


def _health_paths() -> dict[str, Any]:
    status = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
    good = {"200": {"description": "well", "content": {JSON: {"schema": status}}}}
    away = {**good, "503": {"description": "not yet", "content": {JSON: {"schema": {"type": "object"}}}}}
    return {
        "/health": {"get": {"security": [], "responses": good}},
        "/ready": {"get": {"security": [], "responses": away}},
    }
