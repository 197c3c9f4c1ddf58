"""A field of JSON: in the form with the place of what is wrong, on the record laid out, in lists short, elsewhere whole."""

import html
import json
from typing import Any

from tests.core.test_added_fields import _nothing_stays, add, lead  # noqa: F401  (fixtures)
from tests.core.test_forms import form_in as form_as_written


def form_in(page: Any) -> dict[str, Any]:
    return {
        name: html.unescape(held) if isinstance(held, str) else held for name, held in form_as_written(page).items()
    }


SETTINGS = {"模式": "自动", "上限": {"温度": 26.5, "湿度": 60}, "时段": ["08:00", "18:00"]}


def test_structured_data_through_every_door(add: Any, sign_in: Any, api: Any) -> None:  # noqa: F811
    add("lead", "settings", "json", "设备参数", "Settings", listed="1")
    manager, client = sign_in("account_manager"), api("account_manager")
    begun = form_in(manager.get("/lead/new"))
    typed = {**begun, **{k: str(v) for k, v in lead(1).items()}, "settings": '{"模式": "自动",\n "上限" 26}'}
    refused = manager.post("/lead/new", typed)
    assert refused.status_code == 422
    assert "第 2 行第 7 列：这里缺少冒号" in refused.text
    assert "&#34;上限&#34; 26}" in refused.text, "what was typed is still there"
    saved = manager.post("/lead/new", {**typed, "settings": json.dumps(SETTINGS, ensure_ascii=False)})
    assert saved.status_code == 302, saved.text
    row_id = int(saved.location.rstrip("/").rpartition("/")[2])
    assert client.get(f"lead/{row_id}").json["result"]["settings"] == SETTINGS
    record = manager.get(f"/lead/{row_id}").text
    assert "3 项，展开查看" in record
    assert "&#34;温度&#34;: 26.5" in record
    assert "…" in (page := manager.get("/lead/").text)
    assert 'name="settings.null"' in page
    assert "&#34;温度&#34;: 26.5" in manager.get(f"/lead/{row_id}/part/sheet").text
    edit = form_in(manager.get(f"/lead/{row_id}/edit"))
    assert json.loads(edit["settings"]) == SETTINGS
    changed = edit["settings"].replace("26.5", "28").replace('"自动"', '"手动"')
    assert manager.post(f"/lead/{row_id}/edit", {**edit, "settings": changed}).status_code == 302
    told = manager.get(f"/lead/{row_id}/part/history", headers={"HX-Request": "true"}).text
    for words in ("设备参数 · 模式", "设备参数 · 上限.温度", "26.5", "28"):
        assert words in told
    assert "设备参数 · 时段" not in told
    version = client.get(f"lead/{row_id}").json["result"]["version"]
    assert client.put(f"lead/{row_id}", settings={"a": [1]}, version=version).status_code == 200
    assert client.put(f"lead/{row_id}", settings="{", version=version + 1).status_code == 422
    assert client.put(f"lead/{row_id}", settings=5, version=version + 1).status_code == 422
    assert client.get("lead/?settings.null=0").json["count"] == 1
    csv = manager.get("/lead/export?columns=customer_name,settings&settings.null=0")
    assert '{""a"":[1]}' in csv.text
    asked = client.post("graphql", query="{lead {rows {settings}}}").json
    assert {"settings": {"a": [1]}} in asked["data"]["lead"]["rows"]


def test_two_people_at_it_meet_side_by_side(add: Any, sign_in: Any) -> None:  # noqa: F811
    add("lead", "settings", "json", "设备参数", "Settings")
    mine, theirs = sign_in("account_manager"), sign_in("account_manager2")
    saved = mine.post("/lead/new", {**{k: str(v) for k, v in lead(2).items()}, "settings": '{"a": 1}'})
    row_id = saved.location.rstrip("/").rpartition("/")[2]
    one, other = (form_in(each.get(f"/lead/{row_id}/edit")) for each in (mine, theirs))
    assert theirs.post(f"/lead/{row_id}/edit", {**other, "settings": '{"a": 2}'}).status_code == 302
    assert mine.post(f"/lead/{row_id}/edit", {**one, "remarks": "只改备注"}).status_code == 302
    one = form_in(mine.get(f"/lead/{row_id}/edit"))
    other = form_in(theirs.get(f"/lead/{row_id}/edit"))
    assert theirs.post(f"/lead/{row_id}/edit", {**other, "settings": '{"a": 3}'}).status_code == 302
    page = mine.post(f"/lead/{row_id}/edit", {**one, "settings": '{"a": 4}'})
    assert page.status_code == 409
