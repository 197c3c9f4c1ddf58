"""A record's page and its parts: related registers and their rows in place, comments, history, neighbours, copies."""

import re
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.core import here, once, saving
from app.core.comments import Comment
from app.core.declaration import register_of
from app.core.journal import JournalEntry
from app.core.notices import Notice
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from app.models import Lead
from tests.core.test_forms import form_in

TODAY = {"inquiry_on": "2026-11-20", "source": "walk_in"}


@pytest.fixture
def leads(session: Any) -> list[int]:
    entered = [
        Desk(session).enter(
            "lead", "front_desk", customer_name=f"客户{n}", phone=names.phone(30 + n), budget_fen=n * 100_000, **TODAY
        )
        for n in range(1, 6)
    ]
    session.commit()
    return entered


def part(who: Any, table: str, row: int, name: str, **args: Any) -> Any:
    return who.get(f"/{table}/{row}/part/{name}", query_string=args, headers={"HX-Request": "true"})


# --- each part is behind the record's own scope -------------------------------------------


@pytest.mark.parametrize("name", ["related", "story", "history", "look", "sheet", "next", "previous", "nothing"])
def test_a_part_is_no_way_round_the_scope(sign_in: Any, leads: list[int], name: str) -> None:
    stranger, manager = sign_in("salesperson"), sign_in("account_manager")
    if name not in ("next", "previous"):
        assert part(stranger, "lead", leads[0], name).status_code == 404
    assert part(sign_in("cashier"), "lead", leads[0], name).status_code == 403
    assert part(manager, "lead", leads[0], name).status_code == (
        404 if name == "nothing" else 302 if name in ("next", "previous") else 200
    )


def test_a_look_and_a_sheet_show_what_the_page_shows_masked_and_told(sign_in: Any, leads: list[int]) -> None:
    whole = names.phone(31)
    for name in ("look", "sheet"):
        assert whole in part(sign_in("account_manager"), "lead", leads[0], name).text
        assert whole not in part(sign_in("front_desk"), "lead", leads[0], name).text
    views = select(JournalEntry).where(JournalEntry.verb == "view", JournalEntry.row_id == leads[0])
    assert len(list(db.session.execute(views))) == 2


def test_a_look_says_why_a_verb_is_not_to_be_done_as_the_page_does(sign_in: Any, leads: list[int]) -> None:
    manager = sign_in("account_manager")
    look, page = (part(manager, "lead", leads[0], "look").text, manager.get(f"/lead/{leads[0]}").text)
    reason = "计划装修日期"
    assert reason in page and reason in look
    assert look.count('class="verb blocked"') == len(re.findall(r'class="verb blocked"', page.split("verbs-off")[0]))


def test_whoever_is_led_elsewhere_is_told_which_record_it_was(sign_in: Any, leads: list[int]) -> None:
    manager, (first, *_) = sign_in("account_manager"), leads
    page = manager.get(f"/lead/{first}/edit?back=/")
    manager.post(f"/lead/{first}/edit", {**form_in(page), "remarks": "已核对", "back": "/"})
    number = db.session.get_one(Lead, first).number
    assert f'<a href="/lead/{first}">{number} 客户1</a>' in manager.get("/").text
    given = {"way": "phone", "note": "约好再联系", "next_on": "2099-01-01", "back": "/"}
    assert manager.post(f"/lead/{first}/follow_up", given).location == "/"
    told = manager.get("/").text
    assert "已办理：" in told and f'<a href="/lead/{first}">{number} 客户1</a>' in told


# --- the list one came from ---------------------------------------------------------------


def test_long_forms_and_records_have_parts_that_stay_folded_and_open_where_something_is_wrong(
    sign_in: Any, leads: list[int]
) -> None:
    manager = sign_in("account_manager")

    def parts(page: Any) -> dict[str, bool]:
        return {key: bool(is_open) for key, is_open in re.findall(r'data-part="(\w+)"( open)?', page.text)}

    keys = ["customer_name", "budget_fen", "source"]
    form, record = manager.get("/lead/new"), manager.get(f"/lead/{leads[0]}")
    assert parts(form) == dict.fromkeys(keys, True)
    assert parts(record) == dict.fromkeys([*keys, "designer", "kept"], True)
    assert 'href="#f-part-source"' in form.text
    assert 'href="#part-designer"' in record.text
    assert manager.post("/lead/layout", {"folded": "source,kept,nonsense,,<b>"}).status_code == 204
    assert parts(manager.get(f"/lead/{leads[0]}")) == dict.fromkeys([*keys, "designer", "kept"], True) | {
        "source": False, "kept": False}  # fmt: skip
    wrong = manager.post("/lead/new", {"customer_name": "", "phone": "1"})
    assert parts(wrong) == dict.fromkeys(keys, True), "what is wrong is never out of sight"
    assert "2 处有误" in wrong.text
    assert parts(sign_in("front_desk").get("/lead/new"))["source"], "one folds for oneself"
    assert parts(manager.get("/building/new")) == {}


def test_next_and_previous_follow_the_list_one_came_from(sign_in: Any, leads: list[int]) -> None:
    manager = sign_in("account_manager")
    listed = manager.get("/lead/?sort=-budget_fen&budget_fen.gte=2000")
    links = re.findall(r'class="row-link" href="([^"]+)"', listed.text)
    assert [int(re.search(r"/lead/(\d+)", each)[1]) for each in links] == leads[:0:-1]  # type: ignore[index]
    page = manager.get(links[0].replace("&amp;", "&"))
    [ahead] = re.findall(r'href="([^"]+/part/next[^"]*)"', page.text)
    seen = []
    for _ in range(4):
        address = manager.get(ahead.replace("&amp;", "&")).location
        seen.append(int(re.search(r"/lead/(\d+)", address)[1]))  # type: ignore[index]
        ahead = re.findall(r'href="([^"]+/part/next[^"]*)"', manager.get(address).text)[0]
    assert seen == [leads[3], leads[2], leads[1], leads[1]]  # the last stays, and says so
    [back] = re.findall(r'href="([^"]+/part/previous[^"]*)"', manager.get(address).text)
    assert f"/lead/{leads[2]}?" in manager.get(back.replace("&amp;", "&")).location


def test_a_record_opened_by_itself_has_no_neighbours_and_nonsense_harms_nothing(sign_in: Any, leads: list[int]) -> None:
    manager = sign_in("account_manager")
    assert "/part/next" not in manager.get(f"/lead/{leads[0]}").text
    for nonsense in ("%00&&==", "sort=phone_key&x.y=1", "q=" + "x" * 5000, "after=abc&before=def"):
        answer = manager.get(f"/lead/{leads[0]}/part/next", query_string={"from": nonsense})
        assert answer.status_code == 302


def test_a_save_and_a_verb_keep_the_place_in_the_list(sign_in: Any, leads: list[int]) -> None:
    manager, ours = sign_in("account_manager"), {"from": "sort=-id"}
    page = manager.get(f"/lead/{leads[2]}/edit", query_string=ours)
    assert "保存并改下一条" in page.text
    sent = form_in(page)
    saved = manager.post(f"/lead/{leads[2]}/edit", {**sent, "remarks": "周末量房"}).location
    assert saved.endswith(f"/lead/{leads[2]}?from=sort%3D-id")
    again = form_in(manager.get(saved.replace("?", "/edit?")))
    onward = manager.post(f"/lead/{leads[2]}/edit", {**again, "then": "next"}).location
    assert manager.get(onward).location.endswith(f"/lead/{leads[1]}/edit?from=sort%3D-id")
    dialog = manager.get(f"/lead/{leads[1]}/follow_up", query_string=ours)
    assert 'name="came_from" value="sort=-id"' in dialog.text
    assert "from=sort" in manager.post(f"/lead/{leads[1]}/comment", {"came_from": "sort=-id", "text": "好"}).location
    assert "came_from" not in manager.get(f"/lead/{leads[2]}/edit").text


# --- duplicate as new ---------------------------------------------------------------------


def test_a_copy_brings_neither_numbers_nor_what_may_stand_once_nor_what_is_masked(
    sign_in: Any, leads: list[int]
) -> None:
    admin = sign_in("admin")
    copy = form_in(sign_in("account_manager").get(f"/lead/new?copy={leads[1]}"))
    assert (copy["customer_name"], copy["budget_fen"], copy["phone"]) == ("客户2", "2000.00", "")
    unit = Desk(db.session).ids("unit")[0]
    like = form_in(admin.get(f"/unit/new?copy={unit}"))
    assert like["building"]
    assert like["room"] == ""  # what makes it the only one
    assert sign_in("salesperson").get(f"/lead/new?copy={leads[1]}").status_code == 404


# --- created in place ---------------------------------------------------------------------


def test_a_row_entered_in_a_drawer_answers_what_the_relation_shows(sign_in: Any) -> None:
    clerk = sign_in("renovation_clerk")
    page = clerk.get("/renovation_application/new")
    assert 'data-create="/contractor/new?name"' in page.text
    assert 'data-create="/unit/new' not in page.text  # not theirs to add
    drawer = {"X-Drawer": "1"}
    opened = clerk.get("/contractor/new?name=晨光装饰", headers=drawer)
    assert "<!doctype" not in opened.text
    form = form_in(opened)
    assert form["name"] == "晨光装饰"
    refused = clerk.post("/contractor/new", {**form, "name": ""}, headers=drawer)
    assert refused.status_code == 422
    assert "<!doctype" not in refused.text
    sent = {**form, "credit_code": "91350100M000100Y43", "legal_person": "陈晨", "phone": names.phone(40)}
    saved = clerk.post("/contractor/new", sent, headers=drawer)
    assert saved.status_code == 200, saved.text
    assert saved.json["label"] == "晨光装饰"


# --- related registers --------------------------------------------------------------------


def test_related_registers_tell_how_many_lead_to_all_and_add_here(sign_in: Any, session: Any) -> None:
    estate = Desk(session).ids("estate")[0]
    admin, auditor = sign_in("admin"), sign_in("auditor")
    page = part(admin, "estate", estate, "related").text
    units = len(Desk(db.session).ids("unit", estate_id=estate))
    assert f'<span class="count">{units}</span>' in page
    assert f'href="/unit/?estate={estate}"' in page
    assert f"/building/inline?of=estate&amp;estate={estate}" in page
    assert "/inline" not in part(auditor, "estate", estate, "related").text


def test_whatever_else_refers_to_a_record_is_told_below_with_how_many_rows(
    sign_in: Any, session: Any, leads: list[int]
) -> None:
    """From the foreign keys, without a word in the declaration; and only what this person may read."""
    manager = Desk(session).person("account_manager").staff_id
    session.execute(update(Lead).values(claimant_id=manager))
    session.commit()
    told = part(sign_in("general_manager"), "staff", manager, "related").text.partition("related-also")[2]
    assert f'href="/lead/?claimant={manager}"' in told
    assert f'<span class="count">{len(leads)}</span>' in told
    assert "created_by" not in told
    assert "/lead/?" not in part(sign_in("service_manager"), "staff", manager, "related").text


def test_a_row_is_edited_and_added_on_its_parents_page_within_the_rights(sign_in: Any, session: Any) -> None:
    estate = Desk(session).ids("estate")[0]
    [building, *_] = Desk(session).ids("building", estate_id=estate)
    admin, auditor = sign_in("admin"), sign_in("auditor")
    assert auditor.get(f"/building/{building}/inline?of=estate").status_code == 403
    cells = inline(admin.get(f"/building/{building}/inline?of=estate"))
    assert "estate" not in {name for name in cells if name not in ("of",)}
    saved = admin.post(f"/building/{building}/inline", {**cells, "code": "88"})
    assert saved.status_code == 200
    assert saved.text.strip().startswith("<tr")
    assert Desk(db.session).one("building", building).code == "88"
    late = admin.post(f"/building/{building}/inline", {**cells, "code": "89"})
    assert late.status_code == 409
    assert "88" in late.text
    assert admin.post(f"/building/{building}/inline", {**inline(late), "code": "89"}).status_code == 200
    empty = admin.post(
        f"/building/{building}/inline", {**inline(admin.get(f"/building/{building}/inline?of=estate")), "code": ""}
    )
    assert empty.status_code == 422
    assert "必须填写" in empty.text
    new = inline(admin.get(f"/building/inline?of=estate&estate={estate}"))
    for expected in (1, 0):  # pressed twice, entered once
        before = len(Desk(db.session).ids("building"))
        assert admin.post("/building/inline", {**new, "code": "90"}).status_code == 200
        assert len(Desk(db.session).ids("building")) == before + expected
    double = admin.post(
        "/building/inline", {**inline(admin.get(f"/building/inline?of=estate&estate={estate}")), "code": "90"}
    )
    assert double.status_code == 422
    assert admin.get("/unit/inline?of=number").status_code == 404


def inline(page: Any) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>', page.text)
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
    return {name: values.get(name, "") for name, _ in found}


# --- comments -----------------------------------------------------------------------------


def test_a_comment_is_seen_by_whoever_reaches_the_record_and_told_to_whom_it_names(
    sign_in: Any, leads: list[int]
) -> None:
    manager, assistant = sign_in("account_manager"), sign_in("account_assistant")
    desk = Desk(db.session)
    reaches, not_ = desk.one("staff", desk.staff_id("account_assistant")), desk.one("staff", desk.staff_id("cashier"))
    said = {"text": f"@{reaches.name}请周末前联系客户，@{not_.name} 也看看", "once_token": once.new_token()}
    answer = manager.post(f"/lead/{leads[0]}/comment", said)
    assert answer.status_code == 302
    assert not_.name in manager.get(f"/lead/{leads[0]}").text  # was not told, and that is said
    manager.post(f"/lead/{leads[0]}/comment", said)
    assert "请周末前联系客户" in part(assistant, "lead", leads[0], "story").text
    assert len(list(db.session.execute(select(Comment)))) == 1
    notices = list(db.session.execute(select(Notice)).scalars())
    assert [(each.staff_id, each.link) for each in notices] == [(reaches.id, f"/lead/{leads[0]}")]
    assert "客户1" not in notices[0].zh
    assert sign_in("salesperson").post(f"/lead/{leads[0]}/comment", {"text": "看不到"}).status_code == 404
    assert sign_in("cashier").post(f"/lead/{leads[0]}/comment", {"text": "看不到"}).status_code == 403


def test_only_its_author_withdraws_a_comment_and_the_trace_stays(sign_in: Any, leads: list[int]) -> None:
    manager, assistant = sign_in("account_manager"), sign_in("account_assistant")
    manager.post(f"/lead/{leads[0]}/comment", {"text": "客户想换设计师"})
    comment = db.session.execute(select(Comment.id)).scalar_one()
    assert assistant.post(f"/lead/{leads[0]}/comment", {"withdraw": comment}).status_code == 404
    assert manager.post(f"/lead/{leads[1]}/comment", {"withdraw": comment}).status_code == 404
    assert manager.post(f"/lead/{leads[0]}/comment", {"withdraw": comment}).status_code == 302
    story = part(assistant, "lead", leads[0], "story").text
    assert "已撤回" in story
    assert "客户想换设计师" not in story
    verbs = select(JournalEntry.verb).where(JournalEntry.row_id == leads[0], JournalEntry.verb.like("%comment"))
    assert sorted(db.session.execute(verbs).scalars()) == ["comment", "withdraw_comment"]
    assert db.session.execute(text("SELECT text FROM comment")).scalar() == "客户想换设计师"


@pytest.mark.parametrize("words", ["", "   ", "客户电话13812345678", "身份证11010519491231002X", "长" * 1001])
def test_no_phone_or_identity_number_goes_into_a_comment(sign_in: Any, leads: list[int], words: str) -> None:
    manager = sign_in("account_manager")
    answer = manager.post(f"/lead/{leads[0]}/comment", {"text": words}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<!doctype" not in answer.text
    assert db.session.execute(select(Comment)).first() is None


# --- history ------------------------------------------------------------------------------


def test_history_says_who_changed_what_from_what_to_what_by_name_and_further_back(sign_in: Any, session: Any) -> None:
    admin = sign_in("admin")
    first, second, *_ = Desk(session).ids("department")
    titles = {row: Desk(session).one("department", row).name for row in (first, second)}
    staff = Desk(session).staff_id("gate")
    for turn in range(25):
        sent = {**form_in(admin.get(f"/staff/{staff}/edit")), "department": (first, second)[turn % 2]}
        assert admin.post(f"/staff/{staff}/edit", sent).status_code == 302
    told = part(admin, "staff", staff, "history").text
    assert f"<del>{titles[second]}</del>" in told
    assert f"<ins>{titles[first]}</ins>" in told
    assert told.count('class="history-who"') == 20
    [further] = re.findall(r'hx-get="([^"]+before=[^"]+)"', told)
    rest = admin.get(further.replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert 5 <= rest.count('class="history-who"') < 20
    assert "更早" not in rest


def test_history_may_be_narrowed_to_changes(sign_in: Any, leads: list[int]) -> None:
    manager = sign_in("account_manager")
    manager.post(f"/lead/{leads[0]}/edit", {"remarks": "周末有空"})
    manager.post(f"/lead/{leads[0]}/measure", {"on": "2026-11-20"})  # refused, and kept as that
    every, changes = (part(manager, "lead", leads[0], "history", only=only).text for only in ("", "changes"))
    assert "未通过" in every or "403" not in every
    assert "未通过" not in changes
    assert "周末有空" in changes


def test_a_changed_phone_is_told_in_its_history_to_whoever_sees_it_and_that_look_is_journalled(
    leads: list[int], sign_in: Any, session: Any
) -> None:
    desk, was = Desk(session), names.phone(31)
    with here.acting_as(desk.person("account_manager")):
        saving.edit(session, register_of("lead"), leads[0], {"phone": "13912345678"})
    assert was in (told := part(sign_in("account_manager"), "lead", leads[0], "history").text)
    assert "13912345678" in told
    looks = select(JournalEntry.note).where(JournalEntry.verb == "view", JournalEntry.row_id == leads[0])
    assert any("phone" in (note or {}).get("columns", []) for note in session.execute(looks).scalars())
    hidden = part(sign_in("auditor"), "lead", leads[0], "history").text
    assert was not in hidden
    assert "13912345678" not in hidden
