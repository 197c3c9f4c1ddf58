"""Twenty thousand random requests on the two databases, as random people of the demo company.

After every step: no 5xx; refused exactly where matrix.toml gives no right; every row, link and phone
in the answer within what reach.py allows. At the end the journal is whole and replays, from the first
entry, to the state of the database. `WALK_SEED` and `WALK_STEPS` take other walks.
"""

import csv
import io
import json
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text

from app.core import crypt, here, journal, kinds, unchanged
from app.core.declaration import all_registers
from app.core.journal import JournalEntry
from app.core.ordering import Order, order_of
from app.core.record import all_tables, fields
from app.core.verbs import Verb, verbs_of
from app.demo import names
from app.extensions import db
from app.security.roles import Role
from tests.security.reach import IN_FULL, REACH, Walker
from tests.security.test_adjusted import adjust
from tests.security.test_hostile import HOSTILE

SEED = int(os.environ.get("WALK_SEED", "20261124"))
#: PostgreSQL answers more slowly here: the two walks take equally long
STEPS = {"sqlite": 12_000, "postgresql": 8_000}

_PHONE = re.compile(r"(?<![\dA-Za-z-])1[3-9]\d{9}(?![\dA-Za-z-])")
_IDENTITY = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
_LINK = re.compile(r'(?:href|action|hx-get)="/([a-z_]+)/(\d+)(?=["/?#])')
_WORDS = ["王家装修", "客户要求周末量房", "核对资料", "补充说明", "已电话确认", "墙面、地面", "测试"]
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture(autouse=True)
def watched(app: Flask) -> None:
    """As a house is served: what was answered stands while nothing changes."""
    unchanged.watch(app, db.engine)


class Walk:
    """One random walk; `step` makes a request and holds the answer against the matrix."""

    def __init__(self, api: Any, sign_in: Any, client: Any, connection: Connection, seed: int) -> None:
        self.random = random.Random(seed)
        self.api_of, self.sign_in, self.nobody = api, sign_in, client
        self.connection = connection
        self.apis: dict[str, Any] = {}
        self.browsers: dict[str, Any] = {}
        self.holders: dict[str, list[int]] = defaultdict(list)
        self.walkers = self._people()
        self.tables = list(all_registers())
        self.verbs = [verb for table in self.tables for verb in verbs_of(table).values()]
        self.done: Counter[str] = Counter()
        self.went_through: set[str] = set()
        self.who = self.walkers[0]
        self.told = ""
        self.sent = ""

    def _people(self) -> list[Walker]:
        found = []
        for role in Role:
            for username in (str(role), f"{role}2"):
                order = text(
                    "SELECT s.id, s.department_id FROM staff s JOIN ab_user u ON u.id = s.user_id WHERE u.username = :name"
                )
                staff = self.connection.execute(order, {"name": username}).first()
                if staff is not None:
                    found.append(Walker(username, staff[0], staff[1]))
                    self.holders[str(role)].append(staff[0])
        return found

    # --- choosing ---------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def table(self) -> str:
        mine = [table for table in self.tables if self.who.may("read", table)]
        return self.random.choice(mine if mine and self.chance(75) else self.tables)

    def verb(self) -> Verb:
        mine = [verb for verb in self.verbs if self.who.may(verb.name, verb.table)]
        return self.random.choice(mine if mine and self.chance(80) else self.verbs)

    def row(self, table: str) -> int:
        turn = self.random.randrange(100)
        if turn < 8:
            return self.random.choice([0, 999_999, 2_147_483_647, 2_147_483_648, 10**30])
        reached = self.who.reached(self.connection, table) if turn < 70 else set()
        every = sorted(reached) or self.ids(table)
        return self.random.choice(every) if every else 1

    def ids(self, table: str) -> list[int]:
        return list(self.connection.execute(text(f"SELECT id FROM {table} ORDER BY id")).scalars())

    def value(self, kind: kinds.Kind) -> Any:
        if self.chance(8):
            return self.random.choice(HOSTILE)
        return self.plausible(kind)

    def plausible(self, kind: kinds.Kind) -> Any:
        match kind:
            case kinds.Relation(many=True):
                return [self._id_of(kind.table) for _ in range(self.random.randrange(1, 3))]
            case kinds.Relation():
                return self._id_of(kind.table)
            case kinds.Choice():
                return self.random.choice([value for value, _ in kind.options])
            case kinds.YesNo():
                return self.chance(50)
            case kinds.Phone():
                return names.phone(
                    self.random.randrange(40_000, 90_000_000)
                )  # nobody's but by chance, and that is rare
            case kinds.IdNumber():
                return names.identity_card(self.random.randrange(1, 3000))
            case kinds.Money():
                return self.random.randrange(1, 90_000_000)
            case kinds.Instant():
                return (here.now() + timedelta(hours=self.random.randrange(-60, 6))).isoformat()
            case kinds.Date():
                return str(here.today() + timedelta(days=self.random.randrange(-20, 60)))
            case kinds.Number() | kinds.Integer():
                return self.random.randrange(1, 200)
            case _:
                return self.random.choice(_WORDS) + str(self.random.randrange(10_000))

    def _id_of(self, table: str) -> int:
        every = self.ids(table)
        return self.random.choice(every) if every and self.chance(95) else 999_999

    def body(self, wanted: dict[str, kinds.Kind], leave_out: int) -> dict[str, Any]:
        given = {name: self.value(kind) for name, kind in wanted.items() if not self.chance(leave_out)}
        if self.chance(3):
            given[self.random.choice(["state", "number", "id", "version", "designer", "nothing"])] = self.value(
                kinds.Text()
            )
        return given

    # --- asking -----------------------------------------------------------------------------

    def api(self, way: str, path: str, /, **given: Any) -> Any:
        client = self.apis.get(self.who.username) or self.apis.setdefault(
            self.who.username, self.api_of(self.who.username)
        )
        self.told, self.sent = f"{self.who.username}: api {way} {path} {given}", f"{path} {json.dumps(given)}"
        return self._checked(getattr(client, way)(path, **given))

    def page(self, way: str, path: str, data: dict[str, Any] | None = None) -> Any:
        browser = self.browsers.get(self.who.username) or self.browsers.setdefault(
            self.who.username, self.sign_in(self.who.username)
        )
        typed = {name: _typed(value) for name, value in (data or {}).items()}
        self.told, self.sent = f"{self.who.username}: page {way} {path} {typed}", f"{path} {typed}"
        return self._checked(browser.get(path) if way == "get" else browser.post(path, typed))

    def _checked(self, answer: Any) -> Any:
        assert answer.status_code < 500, f"{answer.status_code}\n{self.told}\n{answer.text[:2000]}"
        assert answer.status_code != 401, f"{self.told}: {answer.text}"
        if answer.mimetype == "application/pdf" or answer.mimetype.startswith("image/"):
            return answer
        for number in set(_IDENTITY.findall(answer.text)) - set(_IDENTITY.findall(self.sent)):
            assert not _is_identity_card(number), f"an identity number in full\n{self.told}"
        for phone in set(_PHONE.findall(answer.text)) - set(_PHONE.findall(self.sent)):
            assert self.who.may_know(self.connection, phone), f"{phone} is not theirs to know\n{self.told}"
        if answer.mimetype == "text/html" and answer.status_code != 403:
            self._links_lead_to_rows_in_reach(answer.text)
        return answer

    def _links_lead_to_rows_in_reach(self, page: str) -> None:
        named: dict[str, set[int]] = defaultdict(set)
        for table, row_id in _LINK.findall(page):
            if table in all_registers():
                named[table].add(int(row_id))
        for table, ids in named.items():
            foreign = self.who.foreign(self.connection, table, ids)
            assert not foreign, f"links to {table} {sorted(foreign)}\n{self.told}"

    def allowed(self, answer: Any, verb: str, table: str) -> bool:
        """Whether it was answered; refused if, and only if, the matrix has no such right."""
        right = self.who.may(verb, table)
        assert (answer.status_code == 403) is not right, (
            f"{answer.status_code} though {right}\n{self.told}\n{answer.text[:500]}"
        )
        self.done[f"{verb if verb in _COMMON else 'verb'} {answer.status_code}"] += 1
        if verb not in _COMMON and answer.status_code in (200, 302):
            self.went_through.add(f"{table}.{verb}")
        return bool(answer.status_code in (200, 201))

    def rows_within_reach(self, table: str, rows: list[dict[str, Any]]) -> None:
        assert not self.who.foreign(self.connection, table, [row["id"] for row in rows]), self.told
        for name, spot in fields(all_registers()[table].model).items():
            if not isinstance(spot.kind, kinds.Relation):
                continue
            shown = [row[name] for row in rows if row.get(name)]
            flat = [each["id"] for some in shown for each in (some if isinstance(some, list) else [some])]
            assert not self.who.foreign(self.connection, spot.kind.table, flat), f"{table}.{name}\n{self.told}"

    # --- steps ------------------------------------------------------------------------------

    def list_(self) -> None:
        table = self.table()
        query = "" if self.chance(30) else self.question(table)
        answer = self.api("get", f"{table}/{query}")
        if self.allowed(answer, "read", table):
            self.rows_within_reach(table, answer.json["result"])
            if not query and not answer.json["count_is_capped"]:
                assert answer.json["count"] == len(self.who.reached(self.connection, table)), self.told

    def question(self, table: str) -> str:
        column = self.random.choice([*all_registers()[table].fields(), "nothing"])
        spot = all_registers()[table].fields().get(column)
        raw = self.value(spot.kind if spot else kinds.Text())
        value, opr = quote(str(raw), errors="ignore"), self.random.choice(["eq", "ct", "sw", "gt", "in", "null", "lte"])
        return self.random.choice([
            f"?q=(filters:!((col:{column},opr:{opr},value:'{value}')))", f"?{column}={value}", f"?{column}.{opr}={value}",
            f"?q=(order_column:{column},order_direction:desc,page_size:{self.random.choice([1, 5, 100])})",
            f"?sort=-{column}&size=7", f"?q=(page:{self.random.randrange(3)})", f"?size={value}", f"?after={value}",
        ])  # fmt: skip

    def list_page(self) -> None:
        table = self.table()
        query = self.random.choice(
            ["", f"?q={quote(self.random.choice(_WORDS)[:2])}", "?size=10", self.question(table)]
        )
        self.allowed(self.page("get", f"/{table}/{query}"), "read", table)

    def get(self) -> None:
        table = self.table()
        row_id = self.row(table)
        answer = self.api("get", f"{table}/{row_id}")
        if row_id > 2_147_483_647:
            assert answer.status_code == 404
        elif self.allowed(answer, "read", table):
            self.rows_within_reach(table, [answer.json["result"]])
        elif self.who.may("read", table):
            assert row_id not in self.who.reached(self.connection, table), self.told

    def get_page(self) -> None:
        table = self.table()
        row_id = self.row(table) % 2**31
        parts = [(f"/part/{name}", "read") for name in ("related", "story", "look", "sheet")]
        ending, verb = self.random.choice([("", "read"), ("/edit", "edit"), ("/print", "print"), *parts])
        answer = self.page("get", f"/{table}/{row_id}{ending}")
        if ending == "/print" and answer.status_code == 404:
            return
        self.allowed(answer, verb, table)

    def new_page(self) -> None:
        table = self.table()
        self.allowed(self.page("get", f"/{table}/new"), "add", table)

    def kinds_of(self, table: str, wanted: list[str]) -> dict[str, kinds.Kind]:
        known = all_registers()[table].fields()
        return {name: known[name].kind for name in wanted}

    def add(self) -> None:
        table = self.random.choice([t for t in self.tables if self.who.may("add", t)] or self.tables)
        given = self.body(self.kinds_of(table, all_registers()[table].typed_in()), 8)
        if self.chance(70):
            self.allowed(self.api("post", f"{table}/", **given), "add", table)
        else:
            self.allowed(self.page("post", f"/{table}/new", given), "add", table)

    def edit(self) -> None:
        table = self.random.choice([t for t in self.tables if self.who.may("edit", t)] or self.tables)
        row_id = self.row(table) % 2**31
        given = self.body(self.kinds_of(table, all_registers()[table].edited()), 70)
        if self.chance(70) and all_registers()[table].entered_by_hand:
            self.allowed(self.api("put", f"{table}/{row_id}", **given), "edit", table)
        elif self.who.may("edit", table):
            self.page("post", f"/{table}/{row_id}/edit", given)
        else:
            self.allowed(self.page("post", f"/{table}/{row_id}/edit", given), "edit", table)

    def delete(self) -> None:
        table = self.table()
        self.allowed(self.api("delete", f"{table}/{self.row(table) % 2**31}"), "delete", table)

    def do(self) -> None:
        verb = self.verb()
        given = self.body({name: each.kind for name, each in verb.asks.items()}, 5)
        row_id = self._who_may_go(verb, self.row(verb.table) % 2**31)
        if verb.many:
            ids = [self.row(verb.table) % 2**31 for _ in range(self.random.randrange(1, 4))]
            self.allowed(
                self.api("post", f"{verb.table}/{verb.name}", **given, **{f"{verb.table}s": ids}), verb.name, verb.table
            )
        elif self.chance(75):
            self.allowed(self.api("post", f"{verb.table}/{row_id}/{verb.name}", **given), verb.name, verb.table)
        else:
            self.allowed(self.page("post", f"/{verb.table}/{row_id}/{verb.name}", given), verb.name, verb.table)

    def _who_may_go(self, verb: Verb, row_id: int) -> int:
        """Whoever walks here does not leave the company."""
        walking = {walker.staff_id for walker in self.walkers}
        return 999_999 if verb.table == "staff" and row_id in walking else row_id

    def ask_whether(self) -> None:
        verb = self.verb()
        row_id = self.row(verb.table) % 2**31
        if verb.many:
            answer = self.api("get", f"{verb.table}/{verb.name}?{verb.table}s={row_id}")
        elif self.chance(60):
            answer = self.api("get", f"{verb.table}/{row_id}/{verb.name}")
        else:
            answer = self.page("get", f"/{verb.table}/{row_id}/{verb.name}")
        self.allowed(answer, verb.name, verb.table)

    def bulk_page(self) -> None:
        verb = self.verb()
        ids = ",".join(str(self.row(verb.table) % 2**31) for _ in range(2))
        self.allowed(self.page("get", f"/{verb.table}/do/{verb.name}?ids={ids}"), verb.name, verb.table)

    def options(self) -> None:
        table = self.table()
        links = {
            n: f.kind.table for n, f in all_registers()[table].fields().items() if isinstance(f.kind, kinds.Relation)
        }
        if not links:
            return
        name = self.random.choice(sorted(links))
        answer = self.page("get", f"/{table}/options/{name}?q={quote(self.random.choice(['', '王', '1', '%']))}")
        if answer.status_code == 200:
            assert not self.who.foreign(self.connection, links[name], [each["id"] for each in answer.json]), self.told

    def export(self) -> None:
        table = self.random.choice([t for t in self.tables if self.who.may("export", t)] or self.tables)
        answer = self.api("get", f"{table}/export") if self.chance(50) else self.page("get", f"/{table}/export")
        if self.allowed(answer, "export", table):
            lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
            assert len(lines) - 1 == len(self.who.reached(self.connection, table)), self.told

    def reveal(self) -> None:
        table = self.random.choice([t for t in self.tables if self.who.may("reveal", t)] or self.tables)
        known = all_registers()[table].fields()
        secrets = [name for name, spot in known.items() if spot.kind.personal]
        row_id, column = (
            self.row(table) % 2**31,
            self.random.choice(secrets if secrets and self.chance(80) else [*known]),
        )
        self.told = f"{self.who.username}: reveal {table}/{row_id} {column}"
        client = self.apis.get(self.who.username) or self.apis.setdefault(
            self.who.username, self.api_of(self.who.username)
        )
        answer = client.post(
            f"{table}/{row_id}/reveal", column=column, reason=self.random.choice(["核对客户资料", "x", ""])
        )
        assert answer.status_code in (200, 403, 404, 422), self.told
        if answer.status_code == 200:
            assert self.who.may("reveal", table), self.told
            assert row_id in self.who.reached(self.connection, table), self.told
            assert all_registers()[table].fields()[column].kind.personal, self.told
        self.done[f"reveal {answer.status_code}"] += 1

    def other_pages(self) -> None:
        path, verb, table = self.random.choice([
            ("/journal/", "read", "journal"), ("/journal/export", "export", "journal"), ("/user/", "read", "user"),
            ("/user/1", "manage", "user"), ("/policy/", "read", "policy"),
        ])  # fmt: skip
        self.allowed(self.page("get", path), verb, table)
        assert self.page("get", "/").status_code == 200

    def as_nobody(self) -> None:
        table = self.random.choice(self.tables)
        self.told = f"nobody at {table}"
        for path in (f"/{table}/", f"/{table}/{self.row(table) % 2**31}", f"/{table}/export"):
            page = self.nobody.get(path)
            assert page.status_code == 302, self.told
            assert page.location.startswith("/login/")
            assert self.nobody.get(f"/api/v1{path}").status_code == 401, self.told
        self.done["nobody 401"] += 1

    def attach(self) -> None:
        table = self.random.choice([t for t in self.tables if self.who.may("attach", t)] or self.tables)
        columns = [n for n, f in all_registers()[table].fields().items() if isinstance(f.kind, kinds.File)]
        row_id, column = self.row(table) % 2**31, self.random.choice([*columns, "scan"])
        self.told = f"{self.who.username}: attach {table}/{row_id} {column}"
        client = self.apis.get(self.who.username) or self.apis.setdefault(
            self.who.username, self.api_of(self.who.username)
        )
        sent = {"file": (io.BytesIO(self.random.choice([_PNG, b"%PDF-1.4", b"", b"<script>"])), "a.png")}
        answer = client.client.post(f"/api/v1/{table}/{row_id}/file/{column}", data=sent, headers=client.headers)
        assert answer.status_code < 500, self.told
        self.allowed(answer, "attach", table)
        self.api("get", f"{table}/{row_id}/file/{column}")

    STEPS: tuple[tuple[Callable[["Walk"], None], int], ...] = (
        (list_, 14), (list_page, 4), (get, 16), (get_page, 6), (new_page, 2), (add, 12), (edit, 10), (delete, 2),
        (do, 22), (ask_whether, 6), (bulk_page, 2), (options, 4), (export, 2), (reveal, 5), (other_pages, 1),
        (as_nobody, 2), (attach, 2),
    )  # fmt: skip

    def step(self) -> None:
        self.who = self.random.choice(self.walkers)
        self.who.look_up(self.connection, self.who.username.rstrip("0123456789"), self.holders)
        steps, weights = zip(*self.STEPS, strict=True)
        self.random.choices(steps, weights)[0](self)


_COMMON = {"read", "add", "edit", "delete", "export", "reveal", "print", "attach", "manage"}


def _typed(value: Any) -> Any:
    """As a form sends it. Half a surrogate pair can't be sent in a form at all."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list | dict):
        return [str(each) for each in value]
    return "" if value is None else str(value).encode("utf-8", "replace").decode()


def _is_identity_card(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17].upper()


def test_a_random_walk_finds_nothing_outside_the_matrix(
    api: Any, sign_in: Any, client: Any, database_url: str, backend: str
) -> None:
    steps = int(os.environ.get("WALK_STEPS", STEPS[backend]))
    print("WALK_SEED", SEED)
    onlooker = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with onlooker.connect() as connection:
        walk = Walk(api, sign_in, client, connection, SEED + (backend == "postgresql"))
        for _ in range(steps):
            walk.step()
    onlooker.dispose()
    print(dict(walk.done))
    if steps >= 5000:  # a walk that is always refused shows nothing
        for each in ("add 201", "edit 200", "verb 200", "verb 422", "read 403", "read 404", "reveal 200", "export 200"):
            assert walk.done[each], (each, walk.done)
        assert len(walk.went_through) > 20, walk.went_through
    with here.as_house():
        assert journal.first_broken(db.session) is None
        assert differences(replayed()) == []


def test_a_walk_after_an_admin_changed_columns_and_rows_finds_nothing_either(
    api: Any, sign_in: Any, client: Any, database_url: str, backend: str, monkeypatch: Any
) -> None:
    """The same walk, in which the roles that look at leads are adjusted, here and in reach.py."""
    admin = sign_in("admin")
    assert (
        adjust(admin, "account_assistant", "lead", of=["own:claimant", "own:designer"], phone="masked").status_code
        == 302
    )
    assert adjust(admin, "store_manager", "lead", where_state=["new", "dispatched"], phone="read").status_code == 302
    assert adjust(admin, "general_manager", "lead", of=["department:created_by"]).status_code == 302
    assert adjust(admin, "service_manager", "owner", phone="masked").status_code == 302
    monkeypatch.setitem(REACH, "lead", {
        **REACH["lead"], "account_assistant": "(claimant_id = :me OR designer_id = :me)",
        "store_manager": "state IN ('new', 'dispatched')",
        "general_manager": "created_by_id IN (SELECT id FROM staff WHERE department_id = :department)",
    })  # fmt: skip
    by_leads = dict.fromkeys(_ADJUSTED[:3], "lead_id IN (SELECT id FROM lead WHERE {leads})")
    monkeypatch.setitem(REACH, "follow_up", {**REACH["follow_up"], **by_leads})
    seen = {role: rows for role, rows in IN_FULL["lead.phone"].items() if role != "account_assistant"}
    monkeypatch.setitem(IN_FULL, "lead.phone", {**seen, "store_manager": "1 = 1"})
    monkeypatch.setitem(IN_FULL, "owner.phone", {})
    onlooker = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with onlooker.connect() as connection:
        walk = Walk(api, sign_in, client, connection, SEED + 7)
        walk.walkers = [w for w in walk.walkers if w.username.rstrip("2") in _ADJUSTED]
        for _ in range(int(os.environ.get("WALK_STEPS", 600))):
            walk.step()
    onlooker.dispose()


_ADJUSTED = ("account_assistant", "store_manager", "general_manager", "service_manager")


# --- the journal, replayed --------------------------------------------------------------------

State = dict[str, dict[int, dict[str, Any]]]


def _open(value: Any) -> Any:
    return crypt.decrypt(value["sealed"], "journal") if isinstance(value, dict) and "sealed" in value else value


def replayed() -> State:
    """What the entries say, from the first to the last: table -> row -> field -> value."""
    state: State = defaultdict(dict)
    entries = select(JournalEntry).where(JournalEntry.table_name != "").order_by(JournalEntry.id)
    for entry in db.session.execute(entries).scalars():
        if entry.row_id is None or (entry.before is None and entry.after is None) or entry.result != "done":
            continue
        rows = state[entry.table_name]
        before = {name: _open(value) for name, value in (entry.before or {}).items()}
        after = {name: _open(value) for name, value in (entry.after or {}).items()}
        if entry.after is None:
            del rows[entry.row_id]
        elif entry.before is None:
            assert entry.row_id not in rows, entry.id
            rows[entry.row_id] = after
        else:
            known = rows[entry.row_id]
            assert before == {name: known.get(name) for name in before}, (entry.id, entry.table_name, before)
            known.update(after)
    return state


def _as_told(spot: Any, value: Any) -> Any:
    if spot.many:
        return sorted(each.id for each in value)
    return value if value is None or isinstance(value, bool | int | str) else spot.kind.to_json(value)


def out_of_order(order: Order, rows: list[Any]) -> list[str]:
    """Where the rows of a parent do not stand at 1, 2, 3 …; those that were never placed stand behind."""
    places = defaultdict(list)
    for row in rows:
        if (place := getattr(row, order.column)) is not None:
            places[getattr(row, order.parent)].append(place)
    return [
        f"{order.model.__tablename__} of {parent} stand at {sorted(found)}"
        for parent, found in places.items()
        if sorted(found) != list(range(1, len(found) + 1))
    ]


def differences(state: State) -> list[str]:
    """Where the database is not as the journal says."""
    found = []
    for model in all_tables():
        told, table = state.get(model.__tablename__, {}), model.__tablename__
        placed = order.column if (order := order_of(model)) else ""  # rows that only make room are no one's change
        there = {row.id: row for row in db.session.execute(select(model)).scalars()}
        found += out_of_order(order, list(there.values())) if order else []
        found += [f"{table} {row_id} is in one of the two only" for row_id in set(told) ^ set(there)]
        for row_id in set(told) & set(there):
            for name, spot in fields(model).items():
                if name in ("updated_at", "version") or spot.attribute == placed:
                    continue
                value = getattr(there[row_id], spot.attribute)
                now = _as_told(spot, value)
                before = told[row_id].get(name, [] if spot.many else None)
                if before != now and not (isinstance(now, Decimal) and Decimal(str(before)) == now):
                    found.append(f"{table} {row_id} {name}: {before!r} told, {now!r} there")
    return found
