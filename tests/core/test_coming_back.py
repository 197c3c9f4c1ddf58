"""A deleted record entered again, with what went along with it: rows, files, comments, and nothing forgotten."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core import files, forgetting, here
from app.core.comments import Comment, LeftComment
from app.core.journal import JournalEntry
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_deleting import again_in
from tests.core.test_files import picture
from tests.core.test_forms import form_in
from tests.security.test_rights import change


def lying(home: Path) -> int:
    return sum(1 for _ in (home / "files").glob("*/*"))


def entered_again(browser: Any, table: str) -> tuple[str, int]:
    """(what the form told, the new record)."""
    offer = again_in(browser.get(f"/{table}/deleted"))[0]
    page = browser.get(offer)
    answer = browser.post(f"/{table}/new", form_in(page))
    assert answer.status_code == 302, re.findall(r'class="fault"[^>]*>.*?</div>', answer.text)
    return page.text, int(answer.location.rpartition("/")[2])


@pytest.fixture
def lists(sign_in: Any, session: Any) -> Any:
    """Who keeps phone lists, and may delete them."""
    admin = sign_in("admin")
    verbs = ("read", "add", "edit", "delete", "export", "compare")
    assert change(admin, "marketing_manager", "phone_list", *verbs).status_code == 302
    return sign_in("marketing_manager")


def test_rows_that_went_along_come_back_in_one_step_with_what_was_said(lists: Any, session: Any) -> None:
    desk = Desk(session)
    row = desk.enter("phone_list", "marketing_manager", name="丽景家园", estate_name="丽景", received_on="2026-11-01")
    for n in range(3):
        desk.enter(
            "phone_list_entry", "marketing_manager", phone_list=row, phone=names.phone(60 + n), contact_name=f"周{n}"
        )
    session.commit()
    assert lists.post(f"/phone_list/{row}/comment", {"text": "从物业拿的"}).status_code == 302
    assert lists.post(f"/phone_list/{row}/delete").status_code == 302
    session.rollback()
    assert [session.query(each).count() for each in (Comment, LeftComment)] == [0, 1]
    told, new = entered_again(lists, "phone_list")
    assert "保存时一起恢复：" in told
    assert "3 条电话" in told
    assert "1 条评论" in told
    page = lists.get(f"/phone_list/{new}")
    assert "一起恢复了3 条电话、1 条评论" in page.text
    session.rollback()
    session.expire_all()
    entries = [desk.one("phone_list_entry", each) for each in desk.ids("phone_list_entry")]
    assert sorted((each.phone_list_id, each.contact_name) for each in entries) == [(new, f"周{n}") for n in range(3)]
    assert {each.phone for each in entries} == {names.phone(60 + n) for n in range(3)}
    [said] = session.query(Comment).all()
    assert (said.table_name, said.row_id, said.text) == ("phone_list", new, "从物业拿的")
    assert session.query(LeftComment).count() == 0
    again = select(JournalEntry.note).where(JournalEntry.verb == "enter_again")
    assert len(list(session.execute(again))) == 4
    assert again_in(lists.get("/phone_list_entry/deleted")) == []


def test_what_is_refused_is_named_and_holds_nothing_up(lists: Any, session: Any, sign_in: Any) -> None:
    desk = Desk(session)
    row = desk.enter("phone_list", "marketing_manager", name="丽景家园", estate_name="丽景", received_on="2026-11-01")
    desk.enter("phone_list_entry", "marketing_manager", phone_list=row, phone=names.phone(60), contact_name="周一")
    session.commit()
    lists.post(f"/phone_list/{row}/delete")
    admin = sign_in("admin")
    assert change(admin, "marketing_manager", "phone_list_entry", "read", "edit").status_code == 302
    _, new = entered_again(lists, "phone_list")
    assert "有的电话没有恢复：您的岗位没有此项权限。" in lists.get(f"/phone_list/{new}").text
    session.rollback()
    assert desk.ids("phone_list_entry") == []


def test_files_come_back_for_thirty_days_and_then_are_gone(
    sign_in: Any, session: Any, home: Path, time_machine: Any, command: Any
) -> None:
    import io
    import shutil

    shutil.rmtree(home / "files", ignore_errors=True)
    verbs = ("read", "add", "edit", "delete", "attach", "export")
    assert change(sign_in("admin"), "renovation_clerk", "worker", *verbs).status_code == 302
    desk, clerk = Desk(session), sign_in("renovation_clerk")
    contractor = desk.enter("contractor", "renovation_clerk", name="测试装饰公司", credit_code=names.credit_code(3),
                            contact_name="张三", phone="13577272786")  # fmt: skip
    row = desk.enter("worker", "renovation_clerk", contractor=contractor, name="魏松", id_number="11010519491231002X")
    session.commit()
    sent = clerk.post(f"/worker/{row}/file/photo", {"file": (io.BytesIO(picture()), "x.png")})
    assert sent.status_code == 302, sent.text
    assert clerk.post(f"/worker/{row}/comment", {"text": "证件已核"}).status_code == 302
    clerk.post(f"/worker/{row}/delete")
    assert files.sweep(db.session) == 0
    time_machine.move_to(here.now() + timedelta(days=20))
    assert files.sweep(db.session) == 0
    clerk = sign_in("renovation_clerk")
    told, new = entered_again(clerk, "worker")
    assert "1 个附件" in told
    assert clerk.get(f"/worker/{new}/file/photo").status_code == 200
    assert files.sweep(db.session) == 0
    clerk.post(f"/worker/{new}/delete")
    files.sweep(db.session)
    time_machine.move_to(here.now() + timedelta(days=29))
    clerk = sign_in("renovation_clerk")
    told, newest = entered_again(clerk, "worker")  # 29 days after
    assert "1 个附件" in told
    clerk.post(f"/worker/{newest}/delete")
    files.sweep(db.session)
    time_machine.move_to(here.now() + timedelta(days=31))
    assert session.query(LeftComment).count() == 1
    assert command("sweep-files", "--json").exit_code == 0
    assert session.query(LeftComment).count() == session.query(files.StoredFile).count() == 0
    assert lying(home) == 0


def test_nothing_that_would_have_been_forgotten_comes_back(sign_in: Any, session: Any, home: Path) -> None:
    verbs = ("read", "add", "edit", "delete", "export", "import")
    assert change(sign_in("admin"), "service_manager", "resident", *verbs).status_code == 302
    desk, manager = Desk(session), sign_in("service_manager")
    unit = desk.ids("unit")[0]
    for until, name in (("2026-02-01", "旧住户"), ("", "新住户")):
        row = desk.enter("resident", "service_manager", unit=unit, name=name, relation="family", phone=names.phone(8),
                         since="2025-01-01", until=until)  # fmt: skip
        session.commit()
        manager.post(f"/resident/{row}/delete")
    stored = files.StoredFile(key="ab" * 16, media_type="image/jpeg", size=1, sha256="", at=here.now() - timedelta(days=300))  # fmt: skip
    session.add(stored)
    session.commit()
    forgetting.carry_out(session, date(2026, 5, 1))
    assert session.query(files.StoredFile).count() == 0  # what nobody names and may have been of somebody forgotten
    _, first = entered_again(manager, "resident")
    _, second = entered_again(manager, "resident")
    session.rollback()
    session.expire_all()
    found = {row.name: row.phone for row in (desk.one("resident", each) for each in (first, second))}
    assert found == {"新住户": names.phone(8), forgetting.GONE: None}
