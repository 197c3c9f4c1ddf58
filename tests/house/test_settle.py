"""`flask settle`: a register made in the browser becomes a folder of code, and its rows are the same rows."""

import importlib.util
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import text

from app.core.made import loading
from app.core.made.moving import NotMovedError
from app.demo.desk import Desk
from app.extensions import db
from app.scaffold import settled, settling
from tests.browserless import Api, Browserless
from tests.conftest import PASSWORD, FromOutside
from tests.core.test_files import picture
from tests.core.test_made_registers import KEYS
from tests.databases import Databases
from tests.house.test_new_table import ROOT, Copy, Visitor, assert_clean, doctors_findings

LONG = "一个部门为了日常登记而给字段起的特别长的中文名称用来看看排版"
#: one field of each kind: what the admin typed
FIELDS: list[dict[str, Any]] = [
    {"name": "room", "kind": "text", "zh": "房间", "en": 'Room "or" shop', "required": "1", "listed": "1", "indexed": "1"},
    {"name": "phone", "kind": "text", "zh": "电话", "en": "Phone", "personal": "1", "listed": "1", "level": "masked",
     "level_service_manager": "write", "level_front_desk": "write"},
    {"name": "text", "kind": "long_text", "zh": LONG, "en": "Remarks that somebody gave a rather long name in English"},
    {"name": "weight", "kind": "number", "zh": "重量", "en": "Weight", "places": "2", "listed": "1"},
    {"name": "deposit", "kind": "money", "zh": "押金", "en": "Deposit", "listed": "1", "level": "read",
     "part_zh": "押金与归还", "part_en": "Deposit and return",
     "level_service_manager": "write", "level_auditor": "hidden"},
    {"name": "date", "kind": "date", "zh": "归还日期", "en": "Due on", "listed": "1", "part_zh": "押金与归还",
     "part_en": "Deposit and return"},
    {"name": "kind", "kind": "choice", "zh": "类别", "en": "Kind", "choices": "door: 门 | Door\nbox: 信箱 | Letter box",
     "listed": "1"},
    {"name": "also", "kind": "several", "zh": "附带", "en": "Also", "choices": "tag: 钥匙牌 | Tag\ncard: 门禁卡 | Card",
     "listed": "1"},
    {"name": "spare", "kind": "yes_no", "zh": "备用", "en": "Spare", "listed": "1"},
    {"name": "keeper", "kind": "person", "zh": "保管人", "en": "Keeper", "listed": "1"},
    {"name": "paper", "kind": "file", "zh": "借条", "en": "Paper", "level": "hidden", "level_service_manager": "write",
     "level_front_desk": "read"},
    {"name": "former", "kind": "text", "zh": "旧字段", "en": "Former"},
    {"name": "born", "kind": "date", "zh": "出生日期", "en": "Born on", "personal": "1", "listed": "1", "level": "masked",
     "level_service_manager": "write", "level_front_desk": "write"},
    {"name": "setup", "kind": "json", "zh": "参数", "en": "Setup", "listed": "1"},
    {"name": "region", "kind": "path", "zh": "所在地", "en": "Region", "tree": "region", "listed": "1", "indexed": "1"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    loading.put_in_force([])
    loading.added.put_in_force([])


def make(app: Flask) -> None:
    """In the browser: the register, a field of each kind, rows in several states, some of them all but empty."""
    admin, desk, manager = (Browserless(app, name, PASSWORD) for name in ("admin", "front_desk", "service_manager"))
    tree = {"title": "行政区", "name": "region", "tree": "浙江\n  西湖"}
    assert admin.post("/option_tree/new", tree).status_code == 302
    assert admin.post("/made_register/new", {**KEYS, "form_layout": "steps"}).status_code == 302
    for each in FIELDS:
        answer = admin.post("/added_field/new?table=key_loan", {"table": "key_loan", "level": "", **each})
        assert answer.status_code == 302, each["name"]
    staff = Desk(db.session).staff_id("gate")
    full = {"room": "302", "phone": "13800138000", "text": "两把\n一把备用", "weight": "12.25",
            "date": "2026-12-01", "kind": "box", "also": ["", "card", "tag"], "spare": "1",
            "keeper": str(staff), "former": "旧", "born": "1987-05-04",
            "setup": '{"a": [1, 2]}', "region": "西湖"}  # fmt: skip
    ways = [
        desk.post("/key_loan/new", full).location,
        *(desk.post("/key_loan/new", {"room": each}).location for each in "123"),
    ]
    zero = manager.post("/key_loan/new", {"room": "0", "weight": "0", "deposit": "0", "kind": "door"})
    ids = [int(way.rpartition("/")[2]) for way in [*ways, zero.location]]
    sent = {"file": (io.BytesIO(picture()), "plan.png")}
    assert manager.post(f"/key_loan/{ids[0]}/file/paper", sent, content_type="multipart/form-data").status_code == 302
    client = Api(app, "service_manager", PASSWORD)
    assert client.put(f"key_loan/{ids[0]}", version=2, deposit=8880).status_code == 200
    assert manager.post(f"/key_loan/{ids[0]}/lend").status_code == 302
    assert desk.post(f"/key_loan/{ids[0]}/give_back").status_code == 302
    assert manager.post(f"/key_loan/{ids[1]}/refuse", {"reason": "没有登记"}).status_code == 302
    assert manager.post(f"/key_loan/{ids[0]}/comment", {"text": "钥匙已收回"}).status_code in (200, 302)
    fields = {name: row_id for row_id, name in db.session.execute(text("SELECT id, name FROM added_field"))}
    assert admin.post(f"/added_field/{fields['former']}/archive").status_code == 302
    changed = {**FIELDS[3], "places": "1"}  # fewer places than what was entered before
    assert admin.post(f"/added_field/{fields['weight']}", changed).status_code == 302
    gone = {**FIELDS[6], "choices": "door: 门 | Door", "level": "write"}
    assert admin.post(f"/added_field/{fields['kind']}", gone).status_code == 302


def answers(app: Flask) -> dict[str, Any]:
    """The rows as three roles get them from the API."""
    return {
        name: Api(app, name, PASSWORD).get("key_loan/?sort=id").json["result"]
        for name in ("service_manager", "front_desk", "auditor")
    }


def migration_of(folder: Path) -> Any:
    [path] = folder.glob("migrations/versions/*_key_loan_is_kept_by_code.py")
    spec = importlib.util.spec_from_file_location("key_loan_is_kept_by_code", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def written(app: Flask, session: Any, tmp_path: Path) -> Path:
    """What is written, in a folder of the test's own."""
    app.test_client_class = FromOutside
    make(app)
    for name in ("models.py", "views.py"):
        (tmp_path / "app").mkdir(exist_ok=True)
        shutil.copy(ROOT / "app" / name, tmp_path / "app")
    (tmp_path / "migrations/versions").mkdir(parents=True)
    settling.settle(tmp_path, settled.read(session, "key_loan", ""), "0023")
    return tmp_path


def test_rows_move_into_columns_and_back(written: Path, session: Any) -> None:
    migration = migration_of(written)
    made = (
        "SELECT id, number, state, version, created_at, created_by_id, updated_at, extra FROM made_record ORDER BY id"
    )
    before = session.execute(text(made)).all()
    session.commit()

    def carry_out(step: Callable[[], None]) -> None:
        with db.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            step()

    carry_out(migration.upgrade)
    rows = session.execute(text("SELECT * FROM key_loan ORDER BY id")).mappings().all()
    held = json.loads(before[0].extra) if isinstance(before[0].extra, str) else before[0].extra
    kept = ("id", "number", "state", "version", "created_at", "created_by_id", "updated_at")
    assert [tuple(row[name] for name in kept) for row in rows] == [tuple(row)[:7] for row in before]
    full, empty, zero = rows[0], rows[1], rows[4]
    assert (full["room"], full["text"], full["kind"]) == ("302", "两把\n一把备用", "box")
    assert (float(full["weight"]), full["deposit"], str(full["date"])) == (12.25, 8880, "2026-12-01")
    assert (full["keeper_id"], full["paper_id"], bool(full["spare"])) == (held["keeper"], held["paper"], True)
    assert json.loads(full["also"]) == ["card", "tag"]
    assert "former" in str(full["extra"]), "the value of an archived field stays with its row"
    assert "sealed" in str(full["extra"]), "and so does what is sealed: its field stays one without code"
    assert [empty[name] for name in ("weight", "deposit", "date", "kind", "keeper_id", "paper_id", "extra")] == [
        None
    ] * 7
    assert (float(zero["weight"]), zero["deposit"]) == (0, 0), "nothing is no zero, and zero is not nothing"
    assert session.execute(text("SELECT count(*) FROM made_record")).scalar() == 0
    assert session.execute(text("SELECT archived FROM made_register")).scalar()
    session.execute(text("INSERT INTO key_loan (number, state, version, created_at, updated_at, spare) SELECT 'JYY-2030-000001',"
                         " state, 1, created_at, updated_at, spare FROM key_loan WHERE id = 1"))  # fmt: skip
    assert session.execute(text("SELECT max(id) FROM key_loan")).scalar() > rows[-1]["id"], "ids go on"
    session.execute(text("DELETE FROM key_loan WHERE number = 'JYY-2030-000001'"))
    session.commit()
    carry_out(migration.downgrade)
    after = session.execute(text(made)).all()
    read = [[json.loads(e.extra) if isinstance(e.extra, str) else e.extra for e in rows] for rows in (before, after)]
    assert read[0] == read[1]
    assert [tuple(row)[:7] for row in after] == [tuple(row)[:7] for row in before]
    assert not session.execute(text("SELECT archived FROM made_register")).scalar()
    session.execute(text("UPDATE made_record SET state = 'later' WHERE id = (SELECT min(id) FROM made_record)"))
    session.commit()
    with pytest.raises(NotMovedError, match="later"):
        carry_out(migration.upgrade)


@pytest.mark.on("sqlite")
def test_what_can_not_be_settled_is_refused(app: Flask, session: Any, command: Any) -> None:
    app.test_client_class = FromOutside
    admin = Browserless(app, "admin", PASSWORD)
    assert admin.post("/made_register/new", {**KEYS, "name": "class"}).status_code == 302
    assert admin.post("/made_register/new", {**KEYS, "name": "people", "series": "AB"}).status_code == 302
    before = sorted((ROOT / "app").rglob("*.py"))
    for arguments, word in (
        (("no_such",), "no_such"), (("lead",), "lead"), (("class",), "Python"), (("people",), "app/people"),
        (("people", "--into", "nowhere"), "app/nowhere"), (("people", "--into", "../x"), "../x"),
    ):  # fmt: skip
        refused = command("settle", *arguments)
        assert refused.exit_code == 1 and word in refused.output, refused.output
    field = {"table": "people", "level": "", "name": "order", "kind": "text", "zh": "次序", "en": "Order"}
    assert admin.post("/added_field/new?table=people", field).status_code == 302
    assert "order" in command("settle", "people", "--into", "owners").output
    assert admin.post("/made_register/1/archive").status_code == 302
    assert "已归档" in command("settle", "class").output
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "release" in command("settle", "people").output
    assert sorted((ROOT / "app").rglob("*.py")) == before


@pytest.fixture
def house(tmp_path: Path, databases: Databases) -> tuple[Copy, dict[str, Any]]:
    """A copy of the house in which the register is, and what the API told of its rows."""
    url = databases.copy("sqlite", "small")
    app = databases.app(url)
    app.test_client_class = FromOutside

    def fill() -> dict[str, Any]:
        with app.app_context():
            make(app)
            told = answers(app)
            db.session.remove()
            db.engine.dispose()
        return told

    told = Context().run(fill)
    copy = Copy(tmp_path, Path(url.removeprefix("sqlite:///")))
    shutil.copytree(databases.home / "files", tmp_path / "home" / "files")
    return copy, told


def test_it_is_served_by_code_with_the_same_rows(house: tuple[Copy, dict[str, Any]]) -> None:
    copy, before = house
    told = copy.flask("settle", "key_loan")
    assert "app/key_loan/models.py" in told and "_key_loan_is_kept_by_code.py" in told
    assert_clean(copy)
    copy.flask("release")
    assert doctors_findings(copy, "key_loan") == []
    with copy.served() as visitor:
        for name, rows in before.items():
            visitor.sign_in(name)
            assert json.loads(visitor.get("/api/v1/key_loan/?sort=id"))["result"] == rows, name
        assert_refused(visitor, "/key_loan/1/lend", "/key_loan/new", "/key_loan/1/file/paper")  # the auditor only reads
        visitor.sign_in("cashier")
        assert_refused(visitor, "/key_loan/", "/api/v1/key_loan/")
        visitor.sign_in("front_desk")
        assert "9" not in json.loads(visitor.get("/api/v1/key_loan/?number.ct=JYY"))["result"][0]["number"]
        entered = visitor.post("/key_loan/new", room="9", deposit="7", kind="door")
        assert "JYY-2026-000006" in entered, "numbers go on"
        asked = json.loads(visitor.get("/api/v1/key_loan/?room=9"))["result"][0]
        assert asked["deposit"] is None, "this role reads deposits and writes none"
        assert_refused(visitor, f"/key_loan/{asked['id']}/lend")
        visitor.sign_in("service_manager")
        page = visitor.get("/key_loan/1") + visitor.get("/key_loan/1/part/story")
        for word in ("88.80", "12.25", "钥匙已收回", "借出", "归还"):
            assert word in page, word
        assert "待借出钥匙" in visitor.get("/")
        assert visitor.get("/").count('href="/key_loan/"') == 1, "it stands in the menu once"
        visitor.post(f"/key_loan/{asked['id']}/lend")
        lent = json.loads(visitor.get("/api/v1/key_loan/?state=lent&sort=-id"))["result"]
        assert [row["id"] for row in lent] == [asked["id"]]
        assert "JYY-2026-000001" in visitor.get("/find/?q=JYY-2026-000001")
        visitor.sign_in("admin")
        assert "已转为程序" in visitor.get("/made_register/")
        assert_refused(visitor, "/made_register/1", "/added_field/1")


def assert_refused(visitor: Visitor, *ways: str) -> None:
    for way in ways:
        with pytest.raises(HTTPError, match=r"403|404"):
            visitor.get(way)
