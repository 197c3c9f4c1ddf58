"""Print layouts: what an admin lays out is data, what is printed is what the reader sees, and each version stays."""

import io
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import here, viewing
from app.core.declaration import all_registers, register_of
from app.core.journal import JournalEntry
from app.core.printing import filling, layouts
from app.core.printing.filling import Fact, lines_of
from app.core.printing.layouts import Body, Children
from app.core.printing.table import PrintLayout
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_made_registers import _nothing_stays, define, keys  # noqa: F401
from tests.security.test_adjusted import adjust


@pytest.fixture
def world() -> str:
    return "demo"


def form(**more: Any) -> dict[str, Any]:
    return {"table": "lead", "name": "客户卡", "title": "客户 {客户编号}", "paper": "a4", "columns": "2", "letterhead": "1", "key": "",
            "f:number": "1", "f:customer_name": "2", "f:phone": "3", "f:budget_fen": "4", "seen": "0", **more}  # fmt: skip


def make(admin: Any, **more: Any) -> str:
    answer = admin.post(f"/print_layout/new?table={more.get('table', 'lead')}", form(**more))
    assert answer.status_code == 302, answer.text
    return str(answer.location.rsplit("/", 1)[1])


@pytest.fixture
def given(monkeypatch: Any) -> list[dict[str, Any]]:
    """What typst was given for each paper; the paper itself is made, too."""
    told: list[dict[str, Any]] = []
    real = filling.render

    def render(template: Any, data: Any) -> bytes:
        told.append(data)
        return real(template, data)

    monkeypatch.setattr(filling, "render", render)
    return told


def words(data: dict[str, Any]) -> dict[str, str]:
    return {cell["label"]: cell["value"] for line in data["rows"] for cell in line}


def test_a_layout_is_made_printed_and_told(sign_in: Any, given: Any) -> None:
    admin, clerk = sign_in("admin"), sign_in("account_manager")
    row = Desk(db.session).ids("lead")[0]
    key = make(
        admin,
        **{
            "usual": "1",
            "above": "兹登记 {客户姓名}，{today}。",
            "below": "谢谢",
            "signatures": "客户\n客户经理",
            "k:follow_up.lead:text": "1",
        },
    )
    page = clerk.get(f"/lead/{row}").text
    assert f"/print/lead/{row}?layout={key}" in page
    paper = clerk.get(f"/print/lead/{row}")
    assert paper.status_code == 200
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    [data] = given
    lead = Desk(db.session).one("lead", row)
    assert data["title"] == f"客户 {lead.number}"
    assert data["above"][0].startswith(f"兹登记 {lead.customer_name}，{here.today()}")
    assert data["signatures"] == ["客户", "客户经理"]
    assert lead.phone in words(data).values()
    [entry] = db.session.execute(select(JournalEntry).where(JournalEntry.verb == "print")).scalars()
    assert (entry.row_id, entry.note["layout_key"], entry.note["layout_version"]) == (row, key, 1)
    assert db.session.execute(
        select(JournalEntry.id).where(JournalEntry.verb == "view", JournalEntry.row_id == row)
    ).first()


def test_who_prints_sees_what_they_see_elsewhere(sign_in: Any, given: Any) -> None:
    admin, manager = sign_in("admin"), sign_in("store_manager")
    desk = Desk(db.session)
    row = desk.ids("lead")[0]
    make(admin, above="电话 {联系电话} 预算 {budget_fen}")
    phone = desk.one("lead", row).phone
    assert manager.get(f"/print/lead/{row}").status_code == 200
    assert phone not in str(given[-1])  # masked for a store manager, in the table and in the text
    assert adjust(admin, "store_manager", "lead", budget_fen="hidden").status_code == 302
    assert manager.get(f"/print/lead/{row}").status_code == 200
    assert str(all_registers()["lead"].fields()["budget_fen"].label) not in words(given[-1])
    assert given[-1]["above"][0].endswith("预算")
    assert sign_in("gate").get(f"/print/lead/{row}").status_code == 403
    mine = set(desk.ids("lead", designer_id=desk.staff_id("designer")))
    foreign = next(each for each in desk.ids("lead") if each not in mine)
    assert sign_in("designer").get(f"/print/lead/{foreign}").status_code == 404
    assert adjust(admin, "store_manager", "lead", where_state=["dead"]).status_code == 302
    if desk.one("lead", row).state != "dead":
        assert manager.get(f"/print/lead/{row}").status_code == 404


def test_a_register_with_papers_of_its_own_asks_for_their_right(sign_in: Any) -> None:
    admin = sign_in("admin")
    make(admin, table="receipt", title="收据 {number}", **{"f:customer_name": "", "f:phone": "", "f:budget_fen": ""})
    row = Desk(db.session).ids("receipt")[0]
    assert sign_in("cashier").get(f"/print/receipt/{row}").status_code == 200
    assert admin.get(f"/print/receipt/{row}").status_code == 403  # reads receipts, and does not print them


def test_each_version_stays_and_two_admins_do_not_overwrite(sign_in: Any, given: Any) -> None:
    one, other = sign_in("admin"), sign_in("admin2")
    row = Desk(db.session).ids("lead")[0]
    key = make(one)
    assert one.post(f"/print_layout/{key}", form(title="第二版", seen="1", key=key)).status_code == 302
    late = other.post(f"/print_layout/{key}", form(title="别的", seen="1", key=key))
    assert late.status_code == 422
    clerk = sign_in("account_manager")
    assert clerk.get(f"/print/lead/{row}?layout={key}").status_code == 200
    assert clerk.get(f"/print/lead/{row}?layout={key}&version=1").status_code == 200
    number = Desk(db.session).one("lead", row).number
    assert [each["title"] for each in given] == ["第二版", f"客户 {number}"]
    assert clerk.get(f"/print/lead/{row}?layout={key}&version=3").status_code == 404
    again = one.get(f"/print_layout/{key}/paper?version=1&record={number}")
    assert again.location.endswith(f"/print/lead/{row}?layout={key}&version=1")
    assert clerk.get(f"/print/contract/1?layout={key}").status_code in (403, 404)
    kept = list(db.session.execute(select(PrintLayout.version).order_by(PrintLayout.id)).scalars())
    assert kept == [1, 2]
    assert one.post(f"/print_layout/{key}/archive").status_code == 302
    assert f"layout={key}" not in clerk.get(f"/lead/{row}").text
    assert (
        clerk.get(f"/print/lead/{row}?layout={key}&version=1").status_code == 200
    )  # an earlier paper can still be made
    assert one.post(f"/print_layout/{key}/restore").status_code == 302
    assert f"layout={key}" in clerk.get(f"/lead/{row}").text


def test_one_is_the_usual_one(sign_in: Any) -> None:
    admin = sign_in("admin")
    first, second = make(admin, name="甲", usual="1"), make(admin, name="乙", usual="1")
    assert [(each.key, each.usual) for each in layouts.of_register("lead")] == [(second, True), (first, False)]


def test_one_is_the_usual_one_though_several_admins_say_so_at_once(sign_in: Any) -> None:
    admins = [sign_in("admin"), sign_in("admin2"), sign_in("admin"), sign_in("admin2")]
    for turn in range(3):
        start = Barrier(len(admins))

        def save(number: int, start: Barrier = start, turn: int = turn) -> str:
            start.wait(20)
            return make(admins[number], name=f"版式{turn}-{number}", usual="1")

        with ThreadPoolExecutor(len(admins)) as pool:
            made = set(pool.map(save, range(len(admins))))
        db.session.rollback()
        usual = [each.key for each in layouts.newest(db.session) if each.usual]
        assert len(usual) == 1
        assert usual[0] in made


def test_whose_data_a_preview_shows_is_told_like_a_papers(sign_in: Any, monkeypatch: Any) -> None:
    told: list[str] = []
    monkeypatch.setattr(viewing, "tell", lambda _, table, *rows: told.append(table) if rows else None)
    room = str(
        Desk(db.session).one("unit", Desk(db.session).one("resident", Desk(db.session).ids("resident")[0]).unit_id)
    )
    asked = {
        "table": "unit",
        "name": "住户",
        "title": "住户",
        "columns": "1",
        "f:estate": "1",
        "k:resident.unit:name": "1",
    }
    tried = sign_in("admin").post("/print_layout/preview", {**asked, "record": room, "key": "", "paper": "a4"})
    assert tried.mimetype == "application/pdf", tried.text
    assert told == ["unit", "resident"]


HOSTILE = ['#panic("x")', "$x^2$", "]#eval[", "\\", "*粗*_斜_`码`", '"', "#import \"/etc/passwd\"", "<a>", "//", "/*", "@x", "~", "{{}}", "\u202b"]  # fmt: skip


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_is_typed_is_read_as_code(app: Flask, seed: int) -> None:
    """Whatever stands in texts, labels and values: a paper comes of it, and the words stay as they are."""
    rows = random.Random(seed)
    text = " ".join(rows.sample(HOSTILE[:-2], 8))
    body = Body(text.replace("{", ""), rows.choice(layouts.PAPERS), bool(seed % 2), True, seed % 3 + 1, ("number", "remarks", "customer_name"),
                (Children("follow_up", "lead", ("text", "by")),), text, f"{text}\n\n{text}", (text[:20],) * 3)  # fmt: skip
    desk = Desk(db.session)
    row = desk.ids("lead")[0]
    with here.as_house():
        desk.one("lead", row).remarks = text
        db.session.commit()
    register = register_of("lead")
    assert register is not None
    with here.acting_as(desk.person("account_manager")):
        made = filling.paper_of(db.session, register, row, body)
    assert made.pdf.startswith(b"%PDF")


@pytest.mark.on("sqlite")
def test_every_register_can_be_laid_out(app: Flask, sign_in: Any) -> None:
    admin, tried = sign_in("admin"), 0
    for table, register in all_registers().items():
        page = admin.get(f"/print_layout/new?table={table}")
        assert page.status_code == 200, table
        places = {f"f:{name}": str(number) for number, name in enumerate(layouts.printable(register), start=1)}
        answer = admin.post(
            "/print_layout/preview", {"table": table, "name": "x", "title": "x", "columns": "3", **places}
        )
        assert answer.status_code in (200, 422), table
        tried += answer.status_code == 200
    assert tried > 20


@pytest.mark.on("sqlite")
def test_a_register_made_in_the_browser_is_laid_out_like_any_other(
    keys: None,  # noqa: F811
    sign_in: Any,
    api: Any,
    given: Any,
) -> None:
    admin = sign_in("admin")
    asked = {"table": "key_loan", "name": "借条", "title": "借条 {房间}", "f:room": "1", "f:number": "2", "usual": "1"}
    made = admin.post("/print_layout/new?table=key_loan", asked)
    assert made.status_code == 302, made.text
    clerk = api("service_manager")
    row = clerk.post("key_loan/", room="301").json["id"]
    browser = sign_in("service_manager")
    assert f"/print/key_loan/{row}?layout=" in browser.get(f"/key_loan/{row}").text
    assert browser.get(f"/print/key_loan/{row}").mimetype == "application/pdf"
    assert given[-1]["title"] == "借条 301"


@pytest.mark.on("sqlite")
def test_what_a_layout_needs(sign_in: Any) -> None:
    admin = sign_in("admin")
    for wrong in (
        {"name": ""}, {"title": ""}, {"above": "{没有的字段}"}, {"title": "{__class__}"}, {"signatures": "\n".join("甲" * 7)},
        {"f:number": "", "f:customer_name": "x", "f:phone": "-1", "f:budget_fen": "0"},
    ):  # fmt: skip
        assert admin.post("/print_layout/new?table=lead", form(**wrong)).status_code == 422, wrong
    assert admin.post("/print_layout/preview", form(record="KH-0000-000000")).status_code == 422
    tried = admin.post("/print_layout/preview", form())
    assert tried.mimetype == "application/pdf"
    assert io.BytesIO(tried.data).read(4) == b"%PDF"
    assert sign_in("general_manager").get("/print_layout/").status_code == 403
    assert admin.get("/print_layout/new?table=nothing").status_code == 404
    assert sign_in("account_manager").get("/print/lead/1").status_code == 404  # there is no layout


@pytest.mark.parametrize(
    ("wide", "columns", "spans"),
    [
        ("...", 2, [[1, 1], [3]]), ("....", 2, [[1, 1], [1, 1]]), ("w..", 2, [[3], [1, 1]]), (".w.", 2, [[3], [3], [3]]),
        (".", 1, [[1]]), ("..", 1, [[1], [1]]), (".....", 3, [[1, 1, 1], [1, 3]]), ("", 2, []),
    ],
)  # fmt: skip
def test_facts_fill_their_lines(wide: str, columns: int, spans: list[list[int]]) -> None:
    facts = [Fact("a", "b", each == "w") for each in wide]
    lines = lines_of(facts, columns)
    assert [[cell["span"] for cell in line] for line in lines] == spans
    assert all(sum(1 + cell["span"] for cell in line) == 2 * columns for line in lines)
