"""Following a record: told once until it is seen, of what others do, and only while it is in reach."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.core import here
from app.core.following import Following
from app.core.notices import Notice
from app.demo.desk import Desk
from tests.core.test_forms import form_in
from tests.core.test_lists import counted

LEAD = {
    "address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in", "inquiry_on": "2026-11-20",
}  # fmt: skip


@pytest.fixture
def desk(session: Any) -> Desk:
    return Desk(session)


@pytest.fixture
def lead(desk: Desk) -> int:
    return desk.enter("lead", "front_desk", **LEAD, customer_name="张三", phone="13800138000")


def unread(desk: Desk, username: str) -> list[str]:
    query = select(Notice.zh).where(Notice.staff_id == desk.staff_id(username), Notice.seen_at.is_(None))
    return list(desk.session.execute(query.order_by(Notice.id)).scalars())


def change(who: Any, lead: int, **values: Any) -> None:
    sent = {**form_in(who.get(f"/lead/{lead}/edit")), **values}
    assert who.post(f"/lead/{lead}/edit", sent).status_code == 302


def test_a_follower_is_told_once_until_the_notice_is_seen(sign_in: Any, desk: Desk, lead: int) -> None:
    manager, clerk = sign_in("account_manager"), sign_in("front_desk")
    assert ">关注<" in manager.get(f"/lead/{lead}").text
    for _ in range(2):  # twice is once
        assert manager.post(f"/lead/{lead}/follow", {"do": "begin"}).status_code == 302
    assert ">已关注<" in manager.get(f"/lead/{lead}").text
    change(manager, lead, estate_name="枫林苑")
    assert unread(desk, "account_manager") == []  # one's own doing
    change(clerk, lead, estate_name="紫荆苑")
    change(clerk, lead, estate_name="滨江苑")
    number = desk.one("lead", lead).number
    told = unread(desk, "account_manager")
    assert len(told) == 1 and "修改了客户 " in told[0] and number in told[0] and "张三" not in told[0]
    assert "有变化" in manager.get("/following/").text
    manager.post("/notices/seen")
    assert "有变化" not in manager.get("/following/").text
    clerk.post(f"/lead/{lead}/comment", {"text": "客户说下周来"})
    assert "评论了" in unread(desk, "account_manager")[0]
    manager.post("/notices/seen")
    clerk.post(f"/lead/{lead}/follow")
    desk.do("lead", lead, "propose_invalid", "account_manager", reason="no_plan", customer_words="不装了")
    assert "办理了「" in unread(desk, "front_desk")[0] and unread(desk, "account_manager") == []
    manager.post(f"/lead/{lead}/follow", {"do": "stop", "back": "/following/"})
    clerk.post(f"/lead/{lead}/comment", {"text": "又来电话了"})
    assert unread(desk, "account_manager") == []
    assert "还没有关注的记录" in manager.get("/following/").text


def test_out_of_reach_is_neither_told_nor_listed(sign_in: Any, desk: Desk, lead: int) -> None:
    assert sign_in("cashier").post(f"/lead/{lead}/follow").status_code == 403
    salesperson = sign_in("salesperson")
    assert salesperson.post(f"/lead/{lead}/follow").status_code == 404
    with here.as_house():  # as if they had reached it once
        desk.session.add(Following(table_name="lead", row_id=lead, staff_id=desk.staff_id("salesperson")))
        desk.session.commit()
    sign_in("account_manager").post(f"/lead/{lead}/follow")
    change(sign_in("front_desk"), lead, estate_name="紫荆苑")
    assert len(unread(desk, "account_manager")) == 1 and unread(desk, "salesperson") == []
    assert desk.one("lead", lead).number not in salesperson.get("/following/").text
    salesperson.post(f"/lead/{lead}/follow", {"do": "stop"})
    of_salesperson = select(Following.stopped).where(Following.staff_id == desk.staff_id("salesperson"))
    assert desk.session.execute(of_salesperson).scalars().all() == [True]


def test_who_comments_or_is_mentioned_follows_unless_they_said_once_that_they_do_not_want_to(
    sign_in: Any, desk: Desk, lead: int
) -> None:
    clerk, manager, assistant = sign_in("front_desk"), sign_in("account_manager"), sign_in("account_assistant")
    names = [desk.person(each).name for each in ("account_manager", "account_assistant")]
    assistant.post("/following/by_itself", {"do": "off"})
    clerk.post(f"/lead/{lead}/comment", {"text": f"请看 @{names[0]} @{names[1]}"})
    for who, follows in ((clerk, True), (manager, True), (assistant, False)):
        assert (">已关注<" in who.get(f"/lead/{lead}").text) is follows
    assert len(unread(desk, "account_manager")) == 1, "mentioned, and not told a second time as a follower"
    manager.post("/notices/seen")
    clerk.post(f"/lead/{lead}/comment", {"text": "又来电话了"})
    assert "评论了" in unread(desk, "account_manager")[0] and len(unread(desk, "account_assistant")) == 1
    manager.post("/notices/seen")
    manager.post(f"/lead/{lead}/follow", {"do": "stop"})
    manager.post(f"/lead/{lead}/comment", {"text": "知道了"})
    clerk.post(f"/lead/{lead}/comment", {"text": "好"})
    assert unread(desk, "account_manager") == [] and "还没有关注的记录" in manager.get("/following/").text
    manager.post(f"/lead/{lead}/follow", {"do": "begin"})
    assert ">已关注<" in manager.get(f"/lead/{lead}").text


def test_a_deleted_record_is_followed_by_nobody(sign_in: Any, desk: Desk, lead: int) -> None:
    manager = sign_in("account_manager")
    manager.post(f"/lead/{lead}/follow")
    assert desk.session.execute(select(func.count(Following.id))).scalar() == 1
    manager.get("/following/")  # hears that leads are followed
    with here.as_house():
        desk.session.delete(desk.one("lead", lead))
        desk.session.commit()
    assert desk.session.execute(select(func.count(Following.id))).scalar() == 0


@pytest.mark.on("sqlite")
def test_a_save_pays_one_statement_where_its_table_is_followed_and_none_elsewhere(
    sign_in: Any, desk: Desk, lead: int
) -> None:
    clerk, manager = sign_in("front_desk"), sign_in("account_manager")
    other = desk.enter("lead", "front_desk", **LEAD, customer_name="李四", phone="13800138001")

    def saving() -> int:
        return counted(lambda: clerk.post(f"/lead/{lead}/comment", {"text": "在"}))

    clerk.post("/following/by_itself", {"do": "off"})
    saving()
    before = saving()
    manager.post(f"/lead/{other}/follow")
    saving()  # hears that leads are followed
    assert saving() == before + 1
