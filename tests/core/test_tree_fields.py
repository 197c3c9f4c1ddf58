"""A field that holds a path of a tree: chosen by any part, filtered by any level, and nothing that stands is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.core import editions
from app.core.journal import JournalEntry
from app.core.trees import kept, paths, renaming
from app.core.words import say
from tests.core.test_added_fields import _nothing_stays, add, lead  # noqa: F401  (fixtures)
from tests.core.test_forms import form_in
from tests.core.test_trees import REGIONS


@pytest.fixture(autouse=True)
def _no_tree_stays() -> Iterator[None]:
    yield
    paths.put_in_force({})


@pytest.fixture
def region(sign_in: Any, add: Any) -> int:  # noqa: F811
    """The id of the tree; leads have a field of it."""
    admin = sign_in("admin")
    assert add("lead", "region", "path", "所在地", "Region", status=422, tree="nowhere").status_code == 422
    entered = admin.post("/option_tree/new", {"title": "行政区", "name": "region", "tree": REGIONS})
    assert entered.status_code == 302, entered.text[-2000:]
    add("lead", "region", "path", "所在地", "Region", tree="region", listed="1", indexed="1")
    return int(entered.location.rpartition("/")[2])


def entered(client: Any, number: int, region: str) -> int:
    answer = client.post("lead/", **lead(number, region=region))
    assert answer.status_code in (200, 201), answer.text
    return int(answer.json["id"])


def test_a_choice_in_levels_through_every_door(region: int, sign_in: Any, api: Any) -> None:
    manager, client = sign_in("account_manager"), api("account_manager")
    form = manager.get("/lead/new").text
    assert 'data-options="/lead/options/region"' in form
    offered = manager.get("/lead/options/region?q=西")
    assert offered.json == [{"id": "浙江/杭州/西湖", "label": "浙江/杭州/西湖"}]
    assert manager.get("/lead/options/region?q=浙江&level=any").json[0]["id"] == "浙江"
    refused = manager.post("/lead/new", {**{k: str(v) for k, v in lead(1).items()}, "region": "鼓楼"})
    assert refused.status_code == 422
    assert "有 2 处叫「鼓楼」" in refused.text
    ids = {
        name: entered(client, n, name) for n, name in enumerate(("西湖", "浙江/宁波/海曙", "江苏/南京/鼓楼"), start=1)
    }
    assert client.get(f"lead/{ids['西湖']}").json["result"]["region"] == "浙江/杭州/西湖"
    for asked, count in (("浙江", 2), ("浙江/杭州", 1), ("江苏", 1), ("上海", 0)):
        answer = client.get(f"lead/?region={asked}")
        assert answer.json["count"] == count, asked
    page = manager.get("/lead/?region=浙江").text
    assert "所在地：浙江" in page
    assert "浙江/宁波/海曙" in page
    assert "江苏/南京/鼓楼" not in page
    assert manager.get("/lead/?sort=region").status_code == 200
    csv = manager.get("/lead/export?columns=customer_name,region&region=浙江/杭州").text
    assert "浙江/杭州/西湖" in csv
    assert "浙江/杭州/西湖" in manager.get(f"/lead/{ids['西湖']}").text


def test_the_admin_changes_the_tree_and_nothing_that_stands_is_lost(region: int, sign_in: Any, api: Any) -> None:
    admin, manager, client = sign_in("admin"), sign_in("account_manager"), api("account_manager")
    row_id = entered(client, 1, "余杭")
    form = form_in(admin.get(f"/option_tree/{region}/edit"))
    fewer = REGIONS.replace("    余杭\n", "").replace("上海", "北京")
    assert admin.post(f"/option_tree/{region}/edit", {**form, "tree": "浙江, 江苏"}).status_code == 422
    assert admin.post(f"/option_tree/{region}/edit", {**form, "tree": fewer}).status_code == 302
    assert "×余杭" in form_in(admin.get(f"/option_tree/{region}/edit"))["tree"]
    assert manager.get("/lead/options/region?q=余杭").json == []
    assert manager.get("/lead/options/region?q=北京").json
    edit = form_in(manager.get(f"/lead/{row_id}/edit"))
    assert edit["region"] == "浙江/杭州/余杭"
    assert manager.post(f"/lead/{row_id}/edit", {**edit, "remarks": "不变"}).status_code == 302
    assert client.get("lead/?region=浙江").json["count"] == 1
    assert manager.get("/option_tree/").status_code == 403
    assert admin.post("/option_tree/new", {"title": "又一个", "name": "Region 1", "tree": "甲"}).status_code == 422
    assert sign_in("auditor").post("/option_tree/new", {"title": "x", "name": "x", "tree": "甲"}).status_code == 403


def test_a_choice_is_renamed_with_the_records_that_hold_it(
    region: int,
    sign_in: Any,
    api: Any,
    session: Any,
    monkeypatch: Any,
) -> None:
    admin, client = sign_in("admin"), api("account_manager")
    rows = [entered(client, n, name) for n, name in enumerate(("西湖", "余杭", "海曙"), start=1)]
    at = f"/option_tree/{region}/rename_choice"
    assert "客户单「所在地」" in admin.get(at).text
    for wrong in (
        {"choice": "没有", "to": "甲"},
        {"choice": "鼓楼", "to": "甲"},
        {"choice": "杭州", "to": "宁波"},
        {"choice": "杭州"},
    ):
        assert admin.post(at, wrong).status_code == 422, wrong
    monkeypatch.setattr(renaming, "MOST", 1)
    refused = admin.post(at, {"choice": "杭州", "to": "杭州市"})
    assert refused.status_code == 422 and "1 条以上的记录用到它" in refused.text
    monkeypatch.undo()
    assert sign_in("account_manager").post(at, {"choice": "杭州", "to": "杭州市"}).status_code == 403
    assert admin.post(at, {"choice": "浙江/杭州", "to": "杭州市"}).status_code == 302
    held = [client.get(f"lead/{row}").json["result"]["region"] for row in rows]
    assert held == ["浙江/杭州市/西湖", "浙江/杭州市/余杭", "浙江/宁波/海曙"]
    assert client.get("lead/?region=浙江/杭州市").json["count"] == 2
    assert "杭州市" in sign_in("account_manager").get("/lead/options/region?q=西湖").text
    page = sign_in("account_manager").get(f"/lead/{rows[0]}/part/story").text
    assert "浙江/杭州/西湖" in page and "浙江/杭州市/西湖" in page  # what it was, and what it is
    lines = session.query(JournalEntry).filter_by(table_name="lead", row_id=rows[0]).order_by(JournalEntry.id)
    last = [line for line in lines if line.before][-1]
    assert (last.before, last.after) == ({"region": "浙江/杭州/西湖"}, {"region": "浙江/杭州市/西湖"})


def test_the_form_of_a_tree_says_how_it_is_written(sign_in):
    form = sign_in("admin").get("/option_tree/new").text
    assert "下级比上级多缩进两格" in form and "浙江/杭州/西湖" in form and "保存后不能再改" in form


def test_what_a_release_brings_is_the_admins_from_then_on(session: Any) -> None:
    for written in ("浙江\n  杭州", "江苏\n  南京"):
        kept.bring(session, "province", say("省份", "Province"), written)
        session.commit()
    found = session.execute(select(kept.OptionTree)).scalar_one()
    assert (found.title, found.tree) == ("省份", "浙江\n  杭州")
    editions.refresh(session)
    assert paths.TreePath(tree="province").read("杭州") == "浙江/杭州"
