"""Ninety values that break programs, in every field, parameter, address and header: always an answer, never 5xx."""

from typing import Any
from urllib.parse import quote

import pytest

from app.core.declaration import all_registers
from app.core.rights import reads
from app.core.verbs import verbs_of
from app.demo.desk import Desk
from app.extensions import db
from app.security.roles import RIGHTS

TEXTS = [
    "", " ", "\u3000", "\t", "\n", "\r\n", "\0", "a\0b", "\x07", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u200f", "\u202e",
    "\u2066x\u2069", "\ufeff", "\uffff", "\ud800", "\udfff", "𠮷", "🀄", "👨‍👩‍👧‍👦", "é", "ﷺ", "ß", "İ", "Å" * 50,
    "x" * 300, "x" * 100_000, "'", '"', "`", "\\", "%", "_", "%s", "%n", "{0}", "{{7*7}}", "${7*7}", "<b>", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "javascript:alert(1)", "'; DROP TABLE lead; --", "' OR '1'='1", "1; SELECT pg_sleep(5)",
    "1) OR (1=1", "../../etc/passwd", "..\\..\\", "/etc/passwd", "file:///etc/passwd", "http://169.254.169.254/", "=1+1", "+1", "-1",
    "@SUM(1)", "\r\nSet-Cookie: x=1", "null", "None", "undefined", "true", "[]", "{}", "NaN", "Infinity", "-Infinity", "1e400", "1e-400",
    "0", "-0", "00", "0x10", "1_000", "１２３", "٣", "9" * 19, "9" * 40, "-9223372036854775809", "2147483648", "1.0", "1,5",
    "0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "2026-13-01T25:61:61Z", "1970-01-01T00:00:00+99:99", "今天",
]  # fmt: skip
OTHERS: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 10**30, [], [[]], {}, {"id": None}, {"id": "x"}, [None], [2**63],
    {"$gt": ""}, ["a", {"b": []}],
]  # fmt: skip
HOSTILE = [*TEXTS, *OTHERS]


@pytest.fixture
def world() -> str:
    return "demo"


def whoever(table: str, verb: str) -> str | None:
    for role, rights in RIGHTS.items():
        if verb in rights.get(table, "").split():
            return str(role)
    return None


class People:
    """One signed-in client per role, made when needed."""

    def __init__(self, make: Any) -> None:
        self.make, self.made = make, {}

    def __getitem__(self, role: str) -> Any:
        if role not in self.made:
            self.made[role] = self.make(role)
        return self.made[role]


def answered(answer: Any, told: object) -> None:
    assert answer.status_code < 500, f"{answer.status_code} for {told!r}: {answer.text[:300]}"
    if answer.status_code >= 400:
        assert answer.json["message"], told


def test_in_every_field_of_every_form(api: Any, backend: str) -> None:
    people = People(api)
    for table, register in all_registers().items():
        role = whoever(table, "add")
        if role is None or not register.entered_by_hand:
            continue
        names = register.typed_in()
        rows = Desk(db.session).ids(table)
        for value in HOSTILE if backend == "sqlite" else HOSTILE[::4]:
            body = dict.fromkeys(names, value)
            answered(people[role].post(f"{table}/", **body), (table, value))
            editor = whoever(table, "edit")
            if editor and rows and backend == "sqlite":
                answered(people[editor].put(f"{table}/{rows[0]}", **body), (table, value))
    db.session.rollback()


def test_in_every_parameter_of_every_verb(api: Any, backend: str) -> None:
    people = People(api)
    values = HOSTILE if backend == "sqlite" else HOSTILE[::6]
    for table in all_registers():
        for verb in verbs_of(table).values():
            role, rows = whoever(table, verb.name), Desk(db.session).ids(table)
            if role is None or not rows or not verb.asks:
                continue
            path = f"{table}/{verb.name}" if verb.many else f"{table}/{rows[-1]}/{verb.name}"
            row = {f"{table}s": [rows[-1]]} if verb.many else {}
            for turn, value in enumerate(values):
                version = {"version": value} if turn % 8 == 0 else {}
                body = {**row, **version, **dict.fromkeys(verb.asks, value)}
                answered(people[role].post(path, **body), (table, verb.name, value))


def test_in_the_address_of_every_list(api: Any, sign_in: Any, backend: str) -> None:
    client, browser = api("general_manager"), sign_in("general_manager")
    tables = (
        [each for each in all_registers() if reads("general_manager", each)]
        if backend == "sqlite"
        else ["lead", "charge"]
    )
    texts = [text for text in TEXTS if len(text) < 1000 and not any("\ud800" <= sign <= "\udfff" for sign in text)]
    for place, table in enumerate(tables):
        columns = [*all_registers()[table].listed(), "nothing"]
        for turn, text in enumerate(texts):
            if (turn + place) % (32 if backend == "sqlite" else 6):
                continue
            sent, name = quote(text), columns[turn % len(columns)]
            for query in (f"q={sent}", f"after={sent}", f"before={sent}", f"size={sent}", f"sort={sent}", f"{name}={sent}",
                          f"{name}__gt={sent}", f"_l={sent}", f"page={sent}"):  # fmt: skip
                page = browser.get(f"/{table}/?{query}")
                assert page.status_code in (200, 400), f"/{table}/?{query} is {page.status_code}"
            for query in (f"q={sent}", f"q=(page:{sent})", f"q=(filters:!((col:{name},opr:eq,value:'{sent}')))",
                          f"q=(order_column:'{sent}')", f"q=(filters:!((col:'{sent}',opr:'{sent}',value:1)))"):  # fmt: skip
                answered(client.get(f"{table}/?{query}"), query)


@pytest.mark.on("sqlite")
def test_in_bodies_headers_and_paths(api: Any, sign_in: Any, app: Any) -> None:
    client, browser = api("account_manager"), sign_in("account_manager")
    raw = app.test_client(use_cookies=False)
    for data in (
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"\xff\xfe",
        b"{" * 50_000,
        b'{"a":' * 5000,
        b"x" * 100_000,
        b'{"a":NaN}',
    ):
        for kind in ("application/json", "text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
            answer = raw.post("/api/v1/lead/", data=data, content_type=kind, headers=client.headers)
            answered(answer, (data[:20], kind))
            assert answer.status_code in (400, 413, 415, 422)
    for text in TEXTS:
        if any("\ud800" <= sign <= "\udfff" for sign in text) or len(text) > 1000:
            continue
        for path in (f"/lead/{quote(text, safe='')}", f"/api/v1/{quote(text, safe='')}/", f"/api/v1/lead/1/{quote(text, safe='')}",
                     f"/lead/options/{quote(text, safe='')}", f"/check/permit/{quote(text, safe='')}", f"/lead/do/dispatch?ids={quote(text)}"):  # fmt: skip
            assert browser.get(path).status_code in (200, 302, 400, 403, 404, 405, 308), path
        if not set(text) & set("\r\n\0"):
            for header in (
                "Accept-Language",
                "User-Agent",
                "Referer",
                "Idempotency-Key",
                "Authorization",
                "X-Forwarded-For",
            ):
                answer = raw.get(
                    "/api/v1/lead/",
                    headers={**client.headers, header: text.encode("utf-8", "replace").decode("latin-1")},
                )
                assert answer.status_code < 500, (header, text)


@pytest.mark.parametrize(
    "name", ["欧阳𠮷祥", "王🀄️家", 'O\'Brien "老王" <b>', "尼格买提·热合曼", "=1+1", "a\\b%_c", "ＡＢＣ"]
)
def test_text_is_kept_as_sent_and_shown_escaped(api: Any, sign_in: Any, name: str) -> None:
    desk = api("front_desk")
    made = desk.post("lead/", customer_name=name, phone="13577272786", source="walk_in", inquiry_on="2026-11-20")
    assert made.status_code == 201, made.text
    assert desk.get(f"lead/{made.json['id']}").json["result"]["customer_name"] == name
    page = sign_in("front_desk").get(f"/lead/{made.json['id']}").text
    assert "<b>" not in page.split("</header>")[-1].replace("<b>客户", "") or "&lt;b&gt;" in page or "<b>" not in name


@pytest.mark.on("sqlite")
def test_sizes_are_bounded(api: Any, app: Any, sign_in: Any) -> None:
    client, browser = api("account_manager"), sign_in("account_manager")
    raw = app.test_client(use_cookies=False)
    big = raw.post(
        "/api/v1/lead/", data=b" " * (22 * 1024 * 1024), content_type="application/json", headers=client.headers
    )
    assert big.status_code == 413
    many = browser.post("/lead/new", {f"f{number}": "x" for number in range(3000)})
    assert many.status_code in (400, 413, 422)
    assert len(client.get("lead/?size=100000").json["ids"]) <= 100
    assert client.post("lead/dispatch", leads=list(range(1, 5000))).status_code in (400, 404, 422)
