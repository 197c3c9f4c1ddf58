"""Role × route: every route belongs to the matrix, and answers every role and nobody as it says.

matrix.toml is the rights written down a second time, by hand. A route is refused (403, or the
way to the sign-in page) to whoever is not named there, before anything of the request is read.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.declaration import all_registers
from app.core.verbs import verbs_of
from app.security.roles import Role, table_of_rights
from tests.house.test_releases import content

MATRIX: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text())
NO_ROW = 999_999

#: routes that are open without a sign-in
OPEN = {
    "/health", "/ready", "/login/", "/logout/", "/language/<code>", "/account/password",
    "/check/permit/<token>", "/check/pass/<token>", "/api/v1/security/login", "/api/v1/security/refresh", "/api/v1/security/logout",
    "/static/<path:filename>", "/static/appbuilder/<path:filename>",
    "/appearance/<int:row_id>.css", "/appearance/<int:row_id>.png",
}  # fmt: skip
#: routes for everyone who is signed in
FOR_ALL = {
    "/", "/account/", "/account/end/<int:sign_in_id>", "/account/totp", "/account/totp.svg",
    "/print/<table>/<int:row_id>", "/account/keys/new", "/account/keys/<int:key_id>/end",
    "/api/v1/openapi.json", "/api/v1/graphql", "/jobs/", "/receipts/", "/exports/", "/exports/files", "/exports/files/<int:row_id>",
    "/exports/schedules",
    "/exports/schedules/<int:row_id>", "/exports/schedules/<int:row_id>/<any(pause,resume,drop,run):what>",
    "/receipts/<int:row_id>", "/jobs/<int:row_id>", "/jobs/<int:row_id>/cancel",
    "/roles/see_as/end",
    "/find/", "/find/opened", "/drafts/", "/keys/", "/following/", "/notices/", "/notices/count", "/notices/seen",
    "/notices/<int:notice_id>/open", "/following/by_itself", "/account/mail/", "/api/v1/assignments",
}  # fmt: skip
#: pages beside the registers: the verb and the table they ask for
OTHERS = {
    "/user/": ("read", "user"), "/user/new": ("manage", "user"), "/user/<int:user_id>": ("manage", "user"),
    "/user/<int:user_id>/password": ("manage", "user"), "/user/<int:user_id>/end": ("manage", "user"),
    "/user/<int:user_id>/effect": ("manage", "user"),
    "/user/keys/": ("manage", "user"), "/user/keys/<int:key_id>/end": ("manage", "user"),
    "/roles/": ("read", "policy"), "/roles/export": ("read", "policy"), "/roles/changes": ("read", "policy"),
    "/roles/why": ("manage", "user"), "/roles/people": ("manage", "user"), "/roles/see_as": ("manage", "user"),
    "/roles/rows/<table>/<name>": ("manage", "user"), "/roles/<role>/<table>": ("manage", "user"), "/roles/<role>/<table>/effect": ("manage", "user"),
    "/added_field/": ("manage", "added_field"), "/added_field/new": ("manage", "added_field"),
    "/added_field/preview": ("manage", "added_field"), "/added_field/<int:field_id>": ("manage", "added_field"),
    "/added_field/<int:field_id>/archive": ("manage", "added_field"),
    "/added_field/<int:field_id>/restore": ("manage", "added_field"),
    "/figures/": ("read", "policy"), "/figures/<name>": ("read", "policy"), "/figures/<name>/preview": ("add", "policy"),
    "/made_register/": ("manage", "made_register"), "/made_register/new": ("manage", "made_register"),
    "/made_register/lines": ("manage", "made_register"), "/made_register/<int:register_id>": ("manage", "made_register"),
    "/made_register/<int:register_id>/archive": ("manage", "made_register"),
    "/made_register/<int:register_id>/restore": ("manage", "made_register"),
    "/reminder/": ("manage", "reminder"), "/reminder/new": ("manage", "reminder"), "/reminder/<int:row_id>": ("manage", "reminder"),
    "/reminder/<int:row_id>/archive": ("manage", "reminder"), "/reminder/<int:row_id>/restore": ("manage", "reminder"),
    "/webhook/": ("manage", "webhook"), "/webhook/new": ("manage", "webhook"), "/webhook/<int:row_id>": ("manage", "webhook"),
    "/webhook/<int:row_id>/archive": ("manage", "webhook"), "/webhook/<int:row_id>/restore": ("manage", "webhook"),
    "/webhook/<int:row_id>/<int:delivery_id>/again": ("manage", "webhook"),
    "/mail/": ("manage", "mail"), "/mail/again": ("manage", "mail"), "/mail/test": ("manage", "mail"),
    "/print_layout/": ("manage", "print_layout"), "/print_layout/new": ("manage", "print_layout"),
    "/print_layout/<key>": ("manage", "print_layout"), "/print_layout/preview": ("manage", "print_layout"),
    "/print_layout/<key>/paper": ("manage", "print_layout"),
    "/print_layout/<key>/<any(archive,restore):what>": ("manage", "print_layout"),
    "/appearance/": ("manage", "appearance"), "/appearance/tried.css": ("manage", "appearance"),
    "/journal/": ("read", "journal"), "/journal/export": ("export", "journal"),
    "/rounds/": ("add", "patrol"), "/cashier_day/": ("read", "receipt"), "/pass/sheet": ("print", "pass"),
    "/renovation_report/": ("export", "renovation_application"), "/missing/": ("read", "renovation_application"),
    "/front_desk/": ("add", "lead"), "/front_desk/known": ("add", "lead"), "/dispatch_board/": ("dispatch", "lead"),
    "/fairness/": ("export", "dispatch"), "/funnel/": ("export", "lead"), "/department_report/": ("read", "lead"),
    "/closure_reasons/": ("export", "closure"), "/year_end_bonus/": ("export", "commission_run"),
    "/renovation_application/preview": ("add", "renovation_application"),
    "/gate/": ("enter", "pass"), "/gate/<int:row_id>/photo": ("enter", "pass"),
    "/gate/<int:row_id>/<any(enter,leave):direction>": ("enter", "pass"),
}  # fmt: skip
#: what every register has, and the verb it asks for ("" for whatever the path names)
OF_REGISTERS = {
    "": "read", "<int:row_id>": "read", "new": "add", "<int:row_id>/edit": "edit", "<int:row_id>/delete": "delete",
    "<int:row_id>/<verb_name>": "", "do/<verb_name>": "", "options/<name>": "", "<int:row_id>/reveal/<name>": "reveal",
    "<int:row_id>/file/<column>": "read", "<int:row_id>/file/<column>/pages": "read", "<int:row_id>/print": "print", "import": "import",
    "import/template": "import", "import/faulty": "import", "import/undo": "import",
    "export": "export", "export/later": "export", "new/draft": "add", "<int:row_id>/draft": "edit",
    "layout": "read", "views": "read", "facets": "read",
    "totals": "read", "filter": "read", "<int:row_id>/cell/<name>": "edit", "change": "edit",
    "<int:row_id>/part/<name>": "read", "<int:row_id>/comment": "read", "<int:row_id>/follow": "read", "inline": "add", "<int:row_id>/inline": "edit",
    "<int:row_id>/children/<table>": "edit", "new/step": "add",
    "<int:row_id>/assign": "read", "<int:row_id>/assign/<int:assignment_id>": "read",
    "deleted": "read", "delete": "delete",
}  # fmt: skip
OF_THE_API = {
    "/api/v1/<table>/", "/api/v1/<table>/<int:row_id>", "/api/v1/<table>/<int:row_id>/<verb_name>",
    "/api/v1/<table>/<int:row_id>/file/<column>", "/api/v1/<table>/<verb_name>",
    "/api/v1/<table>/<int:row_id>/follow", "/api/v1/<table>/<int:row_id>/assignments",
    "/api/v1/<table>/<int:row_id>/assignments/<int:assignment_id>/hand_on",
    "/api/v1/<table>/<int:row_id>/assignments/<int:assignment_id>/<any(done,decline,withdraw):step>",
}  # fmt: skip


def test_the_rights_are_as_written_down_here() -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for role, tables in table_of_rights().items():
        for table, verbs in tables.items():
            if verbs:
                found.setdefault(table, {})[role] = set(verbs)
    assert found == {table: {role: set(v.split()) for role, v in roles.items()} for table, roles in MATRIX.items()}


@pytest.mark.on("sqlite")
def test_every_route_belongs(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        path = str(rule.rule)
        if path in OPEN | FOR_ALL | OF_THE_API or path in OTHERS:
            continue
        if path.startswith("/<made:table>/"):
            continue  # the pages of every register, under the names that are in force (tests/core/test_made_registers.py)
        _, table, rest = path.split("/", 2)
        known = table in all_registers() and rest in OF_REGISTERS
        assert known or path in BESIDE, f"{path} is in no matrix"
        if known and OF_REGISTERS[rest]:
            door = app.view_functions[rule.endpoint].door  # type: ignore[attr-defined]
            assert door[0] == OF_REGISTERS[rest], path


#: read-only pages that a domain adds
BESIDE: set[str] = set()


def may(role: str, verb: str, table: str) -> bool:
    return verb in MATRIX.get(table, {}).get(role, "").split()


def ways(table: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(door, method, path, body) of every request that a register answers: pages "page", JSON "api"."""
    page, api = f"/{table}/", f"{table}/"
    yield from (
        ("read", "GET", page, {}), ("read", "GET", f"{page}{NO_ROW}", {}), ("add", "GET", f"{page}new", {}),
        ("edit", "GET", f"{page}{NO_ROW}/edit", {}), ("delete", "POST", f"{page}{NO_ROW}/delete", {}),
        ("import", "GET", f"{page}import", {}), ("export", "GET", f"{page}export?id=0", {}),
        ("delete", "GET", f"{page}{NO_ROW}/delete", {}), ("delete", "GET", f"{page}delete?ids={NO_ROW}", {}), ("read", "GET", f"{page}deleted", {}),
        ("read", "GET", f"{page}{NO_ROW}/file/scan", {}), ("reveal", "GET", f"{page}{NO_ROW}/reveal/phone", {}),
        ("read", "api GET", api, {}), ("read", "api GET", f"{api}{NO_ROW}", {}), ("add", "api POST", api, {"x": 1}),
        ("edit", "api PUT", f"{api}{NO_ROW}", {}), ("delete", "api DELETE", f"{api}{NO_ROW}", {}),
        ("export", "api GET", f"{api}export?q=(filters:!((col:id,opr:eq,value:0)))", {}),
        ("attach", "api POST", f"{api}{NO_ROW}/file/scan", {}),
    )  # fmt: skip
    for verb in verbs_of(table).values():
        if verb.many:
            yield verb.name, "api POST", f"{api}{verb.name}", {f"{table}s": [NO_ROW]}
        else:
            yield verb.name, "api POST", f"{api}{NO_ROW}/{verb.name}", {}
            yield verb.name, "api GET", f"{api}{NO_ROW}/{verb.name}", {}
            yield verb.name, "POST", f"{page}{NO_ROW}/{verb.name}", {}
        yield verb.name, "GET", f"{page}do/{verb.name}?ids={NO_ROW}", {}


def ask(browser: Any, api: Any, method: str, path: str, body: dict[str, Any]) -> int:
    if method.startswith("api "):
        client, way = api, method.removeprefix("api ").lower()
        return int(getattr(client, way)(path, **body).status_code)
    return int((browser.get(path) if method == "GET" else browser.post(path, body)).status_code)


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_a_role_reaches_what_the_matrix_gives_it_and_nothing_else(
    role: str, sign_in: Any, api: Any, database_url: str, backend: str
) -> None:
    if backend == "postgresql" and role not in ("salesperson", "gate"):
        return  # the rights do not know the database; two roles show it
    browser, client = sign_in(role), api(role)
    before = unchanging(database_url)
    for table, register in all_registers().items():
        for verb, method, path, body in ways(table):
            status = ask(browser, client, method, path, body)
            if may(role, verb, table) and not (verb == "edit" and "PUT" in method and not register.entered_by_hand):
                assert status not in (401, 403), f"{role} should have {verb}: {method} {path} is {status}"
                assert status < 500, f"{method} {path} is {status}"
            else:
                assert status == 403, f"{role} has no {verb}: {method} {path} is {status}"
    for path, (verb, table) in OTHERS.items():
        asked = re.sub(r"<int:\w+>", str(NO_ROW), path)
        asked = asked.replace("<any(enter,leave):direction>", "enter").replace("<any(archive,restore):what>", "archive")
        asked = asked.replace("<key>", "abc")
        asked = asked.replace("<role>", "gate").replace("<table>", "lead").replace("<name>", "call_rings")
        posted = path.endswith(
            (
                "/password",
                "/end",
                ":direction>",
                "application/preview",
                "/see_as",
                "/archive",
                "/restore",
                "/again",
                "mail/test",
                "layout/preview",
                "restore):what>",
            )
        )
        status = (browser.post if posted else browser.get)(asked).status_code
        assert (status == 403) is not may(role, verb, table), f"{role} {verb} {table}: {asked} is {status}"
    assert unchanging(database_url) == before


def unchanging(url: str) -> dict[str, Any]:
    """Every table but those in which asking leaves a trace."""
    traces = (
        "journal_entry", "journal_head", "sign_in", "once", "account", "sign_in_attempt", "export_receipt",
    )  # fmt: skip
    return {name: rows for name, rows in content(url).items() if name not in traces}


@pytest.mark.on("sqlite")
def test_nobody_reaches_sign_in_health_and_public_checks_only(app: Flask, client: Any, database_url: str) -> None:
    before = unchanging(database_url)
    for rule in app.url_map.iter_rules():
        path = str(rule.rule)
        if path.startswith("/<made:table>/"):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            asked = path
            for given, value in (
                ("<table>", "lead"),
                ("<role>", "gate"),
                ("<path:filename>", "app.css"),
                ("<code>", "en"),
            ):
                asked = asked.replace(given, value)
            asked = (
                asked.replace("<any(enter,leave):direction>", "enter")
                .replace("<any(pause,resume,drop,run):what>", "drop")
                .replace("<any(done,decline,withdraw):step>", "done")
                .replace("<any(archive,restore):what>", "archive")
            )
            for each in (
                "row_id",
                "user_id",
                "sign_in_id",
                "field_id",
                "register_id",
                "delivery_id",
                "assignment_id",
                "key_id",
            ):
                asked = asked.replace(f"<int:{each}>", "1")
            for each in ("verb_name", "name", "column", "token", "key"):
                asked = asked.replace(f"<{each}>", "dispatch")
            answer = client.open(asked, method=method)
            if path in OPEN:
                assert answer.status_code < 500
            elif path.startswith("/api/"):
                assert answer.status_code in (400, 401), f"{method} {asked} is {answer.status_code}"
            elif method == "GET":
                assert answer.status_code == 302, f"{asked} is {answer.status_code}"
                assert answer.location.startswith("/login/")
            else:
                assert answer.status_code in (400, 302), f"{method} {asked} is {answer.status_code}"
    assert unchanging(database_url) == before
