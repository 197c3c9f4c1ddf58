"""Every kind of page, seen once: in both languages, at both widths; axe-core finds nothing on any of them.

The pictures are `test-output/screens/<kind>-<language>-<width>.png`. What every register has is looked at
on one of them; test_every_page.py opens the rest.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from playwright.sync_api import Page, expect

from app.core import here, menu, notices
from app.core.answers import TooMany
from app.core.assigning.table import Assignment
from app.core.following import Following
from app.core.jobs.table import Job
from app.core.mail import telling
from app.core.mail.table import Kind, Mail
from app.core.words import say
from app.demo.desk import Desk
from tests.browser.window import axe, shot, too_wide

Look = Callable[[Page], None]


@pytest.fixture
def world() -> str:
    return "demo"


def at(address: str) -> Look:
    def look(page: Page) -> None:
        page.goto(address)

    return look


def command_box(page: Page) -> None:
    page.goto("/")
    page.locator("[data-command-open]").click()
    page.locator("[data-command] input").fill("ZX-2026-000007")
    expect(page.locator("[data-command] [role=option]").first).to_contain_text("ZX-2026-000007")


def keyboard_help(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("dialog.keys-box")).to_be_visible()


def bell(page: Page) -> None:
    page.goto("/")
    page.locator("[data-bell-button]").click()
    expect(page.locator("[data-bell-panel] .notice").first).to_be_visible()


def rows_below(page: Page) -> None:
    """A row of a form with rows of its own."""
    page.goto("/contractor/1/edit")
    page.locator(".child-below [data-child-add]").first.click()


def faults(page: Page) -> None:
    page.goto("/contractor/new")
    page.locator("#f-phone").fill("12")
    page.locator("button[data-key=s]").click()
    summary = page.locator(".faults")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator("#f-name")).to_be_focused()


def receipt(due: list[int], do: str = ":not([name])") -> Look:
    """Of the verb; or of its rehearsal."""

    def look(page: Page) -> None:
        page.goto(f"/charge/do/void?ids={due[0]}&ids={due[1]}")
        page.locator("[name=reason]").fill("重复登记")
        page.locator(f"main .form-buttons button[type=submit]{do}").click()
        expect(page).to_have_url(re.compile("/receipts/"))

    return look


def drawer(page: Page) -> None:
    page.goto("/permit/")
    page.locator(".rows td a:not(.row-link)").first.click()
    expect(page.locator("dialog.drawer h1, dialog.drawer h2").first).to_be_visible()


def chart(page: Page) -> None:
    page.goto("/renovation_report/")
    expect(page.locator("[data-chart] canvas")).to_be_visible()


def conflict(page: Page) -> None:
    """Somebody else saves the same field between the opening of the form and its saving."""
    page.goto("/contractor/1/edit")
    other = page.context.new_page()
    other.goto("/contractor/1/edit")
    for each in (other, page):
        field = each.locator("#f-contact_name")
        field.fill(f"张{'三四五六七八九'[int(time.time() * 1000) % 7]}{'甲' if each is page else '乙'}")
        each.locator("button[data-key=s]").click()
    other.close()
    expect(page.locator("form.conflict")).to_be_visible()


def import_check(page: Page) -> None:
    page.goto("/owner/import")
    rows = "姓名,联系电话\n陈新新,13800138000\n,12\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "owners.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("13800138000")


def undoing(page: Page) -> None:
    """An import that is about to be taken back; each time another name, since none stands twice."""
    page.goto("/owner/import")
    rows = f"姓名,联系电话\n陈{time.time_ns() % 10**6},13800138000\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "owners.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main button[type=submit]").first.click()
    page.locator("button[name=step][value=import]").click()
    expect(page).to_have_url(re.compile("/owner/$"))
    page.goto("/owner/import")
    page.locator(".import-latest a").first.click()
    page.locator("a[href*='/import/undo']").click()
    expect(page.locator(".verdict-sum")).to_be_visible()


def too_many(page: Page) -> None:
    view = current_app.view_functions["Notices.index"]

    def refused(*_: Any, **__: Any) -> Any:
        raise TooMany()

    current_app.view_functions["Notices.index"] = refused
    page.goto("/notices/")
    current_app.view_functions["Notices.index"] = view
    expect(page.locator(".refusal-ways .btn-primary")).to_have_attribute("href", "/notices/")


def kept(page: Page) -> None:
    """A form whose token is stale: what was typed comes back."""
    page.goto("/contractor/change?ids=1&ids=2&field=contact_name")
    page.locator("#f-contact_name").fill("重复登记")
    page.locator("main form [name=csrf_token]").first.evaluate("field => (field.value = 'stale')")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".kept")).to_contain_text("重复登记")


def gone(page: Page) -> None:
    """A draft of a form whose record is not there any more."""
    page.goto("/contractor/new")
    page.evaluate(
        """async () => {
            const body = new FormData(document.querySelector("main form.form"));
            body.set("name", "云山装饰");
            body.set("then", "");
            await fetch("/drafts/?at=/contractor/99999/edit", { method: "POST", body });
        }"""
    )
    page.goto("/contractor/99999")
    expect(page.locator(".kept")).to_contain_text("云山装饰")


def cell_conflict(page: Page) -> None:
    """Somebody else writes the cell between its opening and its saving."""
    page.goto("/contractor/1/cell/contact_name")
    was = page.locator("[name=was]").input_value()
    token = page.locator("[name=csrf_token]").input_value()
    other = {"was": was, "csrf_token": token, "contact_name": f"钱{int(time.time() * 1000) % 9973}"}
    page.request.post("/contractor/1/cell/contact_name", form=other)
    page.goto("/contractor/")
    cell = page.locator("tbody tr", has=page.locator("a[href^='/contractor/1?'], a[href='/contractor/1']")).locator(
        "td"
    )
    name = page.locator("thead th").evaluate_all(
        "heads => heads.findIndex(head => head.dataset.name === 'contact_name')"
    )
    cell.nth(name).dblclick()
    page.locator(".cell-form [name=contact_name]").fill("孙先")
    page.locator(".cell-form [name=was]").evaluate("(field, was) => (field.value = was)", was)
    page.locator(".cell-form button[type=submit]").click()
    expect(page.locator(".cell-form .cell-told")).to_be_visible()


def seeing_as(page: Page) -> None:
    page.goto("/roles/?role=cashier")
    page.locator(".rights-look button").click()
    expect(page).to_have_url("/")


def rare(desk: Desk, job: int) -> dict[str, tuple[str, Look]]:
    """Kinds that are opened now and then: looked at in Chinese on a wide screen, light and dark, and in English on a phone."""
    dispatched, admin = desk.ids("lead", state="dispatched")[0], "admin"
    return {
        "change": ("service_manager", at("/contractor/change?ids=1&ids=2&field=contact_name")),
        "reveal": (admin, at("/owner/1/reveal/phone")),
        "kept": ("service_manager", kept),
        "gone": ("service_manager", gone),
        "cell-conflict": ("service_manager", cell_conflict),
        "columns": ("service_manager", at("/contractor/layout")),
        "decide-claim": ("account_manager", at(f"/lead/{dispatched}/decide_claim")),
        "reassign": ("account_manager", at(f"/lead/{dispatched}/reassign")),
        "password": ("service_manager", at("/account/password")),
        "totp": ("service_manager", at("/account/totp")),
        "job": ("service_manager", at(f"/jobs/{job}")),
        "right-effect": (admin, at("/roles/cashier/charge/effect?verb=read")),
        "user-effect": (admin, at("/user/3/effect?roles=cashier&active=1")),
        "figure-deposit": (admin, at("/figures/tariff_renovation_deposit")),
        "figure-preview": (admin, at("/figures/call_rings/preview?value=4&valid_from=2030-01-01")),
        "webhook": (admin, at("/webhook/new?table=lead")),
        "reminder": (admin, at("/reminder/new?table=permit")),
        "added-field-only": (admin, at("/added_field/new?table=credential")),
        "seeing-as": (admin, seeing_as),  # the last of this account: it only looks from then on
    }


def kinds(desk: Desk, language: str) -> dict[str, tuple[str, Look]]:
    """kind -> whose page it is, and how one gets there."""
    case, due = desk.ids("renovation_application", state="approved")[0], desk.ids("charge", state="due")[:2]
    draft, top = desk.ids("renovation_application", state="draft")[0], desk.ids("department", code="ZJB")[0]
    manager, admin = "service_manager", "admin"
    return {
        "home": (manager, at("/")),
        "list": (manager, at("/renovation_application/?state=approved&starts_on.gte=2020-01-01")),
        "list-empty": (manager, at("/renovation_application/?q=没有这样的")),
        "board": (manager, at("/renovation_application/?as=board")),
        "calendar": ("cashier", at("/receipt/?as=calendar")),
        "list-grouped": ("cashier", at("/charge/?group=state,kind&open=due")),
        "gallery": ("renovation_clerk", at("/worker/?as=gallery")),
        "tree": (admin, at(f"/department/?as=tree&open={top}")),
        "map": (manager, at("/building/?as=map")),
        "record": (manager, at(f"/renovation_application/{case}")),
        "asked": (manager, at(f"/renovation_application/{case}/part/story")),
        "drawer": (manager, drawer),
        "form": (manager, at("/contractor/new")),
        "form-faults": (manager, faults),
        "form-rows": (manager, rows_below),
        "verb": (manager, at(f"/renovation_application/{case}/issue_permit?back=/")),
        "verb-blocked": (manager, at(f"/renovation_application/{draft}/submit")),
        "verb-many": ("cashier", at(f"/charge/do/void?ids={due[0]}&ids={due[1]}")),
        "rehearsal": ("cashier", receipt(due, "[value=rehearse]")),
        "receipt": ("cashier", receipt(due)),
        "import": (manager, at("/owner/import")),
        "report": (manager, chart),
        "error": (manager, at("/renovation_application/999999")),
        "refused": (manager, at("/lead/")),
        "error-too-many": (manager, too_many),
        "import-undo": (manager, undoing),
        "command": (manager, command_box),
        "keys": (manager, keyboard_help),
        "bell": (manager, bell),
        "notices": (manager, at("/notices/")),
        "following": (manager, at("/following/")),
        "account": (manager, at("/account/")),
        "key_new": (manager, at("/account/keys/new")),
        "users": (admin, at("/user/")),
        "user": (admin, at("/user/3")),
        "rights": (admin, at("/roles/")),
        "jobs": (admin, at("/jobs/")),
        "conflict": (manager, conflict),
        "import-check": (manager, import_check),
        "history": (manager, at(f"/renovation_application/{case}/part/history")),
        "exports": (manager, at("/exports/")),
        "exports-files": (manager, at("/exports/files")),
        "exports-schedules": (manager, at("/exports/schedules")),
        "export-later": (manager, at("/contractor/export/later")),
        "receipts": ("cashier", at("/receipts/")),
        "figures": (admin, at("/figures/")),
        "figure": (admin, at("/figures/tariff_renovation_deposit")),
        "journal": (admin, at("/journal/")),
        "mail": (admin, at("/mail/")),
        "right": (admin, at("/roles/cashier/charge")),
        "print_layouts": (admin, at("/print_layout/")),
        "print_layout": (admin, at("/print_layout/new?table=lead")),
        "right-changes": (admin, at("/roles/changes")),
        "why": (admin, at("/roles/why")),
        "appearance": (admin, at("/appearance/")),
        "user-new": (admin, at("/user/new")),
        "added-fields": (admin, at("/added_field/?table=lead")),
        "added-field": (admin, at("/added_field/new?table=lead")),
        "made-registers": (admin, at("/made_register/")),
        "made-register": (admin, at("/made_register/new")),
        "front-desk": ("front_desk", at("/front_desk/")),
        "dispatch-board": ("account_manager", at("/dispatch_board/")),
        "counter": ("renovation_clerk", at("/renovation_application/new")),
        "missing": ("renovation_clerk", at("/missing/")),
        "rounds": ("engineer", at("/rounds/")),
        "gate": ("gate", at("/gate/")),
        "day": ("cashier", at("/cashier_day/")),
        "sign-in": ("", at(f"/login/?_l={language}")),
    }


#: a field that stands over the list while it is typed in covers parts of what can be pressed below it
OVER_THE_PAGE = {"cell-conflict"}


@pytest.fixture
def looked(app: Any, page_at: Callable[..., Page], session: Any) -> Iterator[Callable[..., list[str]]]:
    """`looked(390, "en")`: what is wrong with the kinds of page, after a picture of each."""
    app.config.update(GUANJIA_SMTP_HOST="mail.example", GUANJIA_MAIL_FROM="guanjia@house.example")
    menu._kept.clear()
    desk = Desk(session)
    with here.as_house():
        manager = desk.staff_id("service_manager")
        user_id = desk.one("staff", manager).user_id
        [told] = notices.tell(session, [manager], say("导出已完成。", "The export is done."), "/lead/")
        session.flush()
        case = desk.ids("renovation_application", state="approved")[0]
        at_work = Job(
            kind="export", owner_id=user_id, username="service_manager", zh="导出业主", en="Export of owners", params={}, place={},
            result={}, state="running", done=40_000, total=100_000, started_at=here.now(),
        )  # fmt: skip
        session.add(at_work)
        session.flush()
        job = at_work.id
        session.add(Following(table_name="renovation_application", row_id=case, staff_id=manager, notice_id=told.id))
        for to, by in ((manager, desk.staff_id("cashier")), (desk.staff_id("cashier"), manager)):
            asked = {"by_id": by, "to_id": to, "text": "请核对竣工图", "due_on": here.today() - timedelta(days=2)}
            session.add(Assignment(table_name="renovation_application", row_id=case, **asked))
        session.add(Mail(**{**telling.row(manager, Kind.TEST), "state": "failed", "error": "certificate"}))
        session.commit()

    def look(width: int, language: str) -> list[str]:
        wrong, pages, seldom = [], dict[str, Page](), rare(desk, job) if (width == 390) == (language == "en") else {}
        for kind, (username, go) in (kinds(desk, language) | seldom).items():
            if username not in pages:
                pages[username] = page_at(width, username)
                if username and language == "en":
                    pages[username].goto("/keys/")
                    pages[username].locator("form.language button").click()
            page = pages[username]
            go(page)
            assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
            shot(page, f"{kind}-{language}")
            wrong += [f"{kind}: {each}" for each in too_wide(page)]
            if kind in OVER_THE_PAGE:
                continue
            wrong += [f"{kind}: {each}" for each in axe(page)] if language == "zh" or kind in seldom else []
            if kind in seldom and language == "zh":
                page.locator("html").evaluate("root => (root.dataset.bsTheme = 'dark')")
                page.wait_for_timeout(200)  # colours change by and by
                wrong += [f"{kind}, dark: {each}" for each in axe(page)]
        return wrong

    yield look
    menu._kept.clear()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_page_can_be_read_by_everybody(
    looked: Callable[..., list[str]], width: int, language: str
) -> None:
    assert looked(width, language) == []


def test_the_command_box_by_keyboard(page_at: Callable[..., Page]) -> None:
    page = page_at(1440, "renovation_clerk")
    page.goto("/permit/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="查找、跳转、办理")
    expect(field).to_be_focused()
    field.press_sequentially("发放 ZX-2026-000007")
    option = page.locator("[data-command] [role=option][aria-selected=true]")
    expect(option).to_contain_text("发放施工许可")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "?")
    field.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    field.press_sequentially("zxqy")
    expect(option).to_contain_text("装修企业")
    field.press("ArrowDown")
    field.press("ArrowUp")
    expect(option).to_contain_text("装修企业")
    field.press("Enter")
    expect(page).to_have_url("/contractor/")


def test_the_frame_is_left_as_one_made_it(page_at: Callable[..., Page]) -> None:
    page = page_at(1440, "renovation_clerk")
    page.goto("/permit/")
    expect(page.locator("#menu [aria-current=page]")).to_have_text("施工许可")
    page.locator(".menu-heading", has_text="收费").click()
    page.get_by_role("button", name="收起菜单").click()
    page.goto("/pass/")
    expect(page.locator("html")).to_have_attribute("data-menu", "narrow")
    assert (page.locator("#menu").bounding_box() or {})["width"] <= 49
    expect(page.locator(".menu-group:not([open])")).to_have_count(1)
    page.goto("/charge/")  # the group of the page that one is on is open
    expect(page.locator(".menu-group:not([open])")).to_have_count(0)
    assert axe(page) == []
