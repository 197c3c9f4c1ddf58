"""Mail: only what one chose, at least once under one id, to who is still there and still sees it; numbers and links only."""

import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import here, menu, notices
from app.core.exporting import schedules
from app.core.exporting.kept import ExportFile
from app.core.jobs.worker import run_waiting
from app.core.mail import carrying, delivering, letters, server, telling
from app.core.mail.table import Mail
from app.core.outbox import DELAYS
from app.core.words import say
from app.demo.desk import Desk
from tests.core.test_later_exports import scheduled
from tests.core.test_webhooks import certificate
from tests.smtp import MailServer

LEAD = {"customer_name": "王思远", "phone": "13800138000", "address": "13栋2503", "floor_area": 89.5, "source": "web",
        "renovation_on": "2099-01-10"}  # fmt: skip


@pytest.fixture
def mails(app: Flask) -> Iterator[MailServer]:
    """A relay on this machine: the wire's own tests are below."""
    found = MailServer()
    app.config.update(
        GUANJIA_SMTP_HOST="127.0.0.1", GUANJIA_SMTP_PORT=found.port, GUANJIA_SMTP_SECURITY="none",
        GUANJIA_MAIL_FROM="管家 <guanjia@house.example>", GUANJIA_URL="https://guanjia.example",
    )  # fmt: skip
    menu._kept.clear()
    yield found
    found.close()
    menu._kept.clear()


@pytest.fixture
def desk(session: Any) -> Desk:
    return Desk(session)


@pytest.fixture
def lead(desk: Desk) -> int:
    return desk.enter("lead", "front_desk", **LEAD)


def wants(
    sign_in: Any, username: str, which: str = "asks", when: str = "once", address: str = "", status: int = 302
) -> Any:
    who = sign_in(username)
    answer = who.post(
        "/account/mail/", {"address": address or f"{username}@house.example", "which": which, "when": when}
    )
    assert answer.status_code == status, answer.text[-600:]
    return answer if status != 302 else who


def all_mails(session: Any) -> list[Mail]:
    session.rollback()
    return list(session.query(Mail).order_by(Mail.id))


def test_a_notice_comes_by_mail_to_whoever_wants_it_in_their_language(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk, lead: int
) -> None:
    english = wants(sign_in, "account_manager", "asks")
    english.post("/language/en", {"next": "/"})
    wants(sign_in, "account_assistant", "none")
    name = desk.person("account_manager").name
    clerk = sign_in("front_desk")
    english.post(f"/lead/{lead}/follow")
    clerk.post(f"/lead/{lead}/comment", {"text": "客户王思远说下周来"})  # followed, which asks nothing of them
    clerk.post(f"/lead/{lead}/comment", {"text": f"请看一下 @{name}"})
    assert mails.got == []
    assert delivering.deliver_due(session) == 1
    assert delivering.deliver_due(session) == 0
    [(sender, to, letter)] = mails.got
    number = desk.one("lead", lead).number
    assert ("guanjia@house.example" in sender, to) == (True, "account_manager@house.example")
    assert letter["From"] == "管家 <guanjia@house.example>" and letter["Auto-Submitted"] == "auto-generated"
    assert "mentioned you" in str(letter["Subject"]) and number in str(letter["Subject"])
    for part in ("plain", "html"):
        told = letter.get_body((part,)).get_content()  # type: ignore[union-attr]
        assert f"https://guanjia.example/lead/{lead}" in told and number in told
        for each in (*LEAD.values(), "下周来"):
            assert str(each) not in told
    [kept] = all_mails(session)
    assert (kept.state, letter["Message-ID"]) == ("sent", f"<{kept.key}@house.example>")


def test_without_a_server_nothing_is_shown_and_nothing_kept(sign_in: Any, session: Any, desk: Desk, lead: int) -> None:
    admin = sign_in("admin")
    assert "/mail/" not in admin.get("/").text and admin.get("/mail/").status_code == 404
    assert 'action="/account/mail/"' not in admin.get("/account/").text
    assert admin.post("/account/mail/", {"which": "all"}).status_code == 404
    assert "by_mail" not in sign_in("account_manager").get("/lead/export/later").text
    sign_in("front_desk").post(f"/lead/{lead}/comment", {"text": f"请看 @{desk.person('account_manager').name}"})
    assert all_mails(session) == [] and delivering.deliver_due(session) == 0


def told(session: Any, desk: Desk, username: str, sentence: str = "请办理。", link: str = "/") -> None:
    notices.tell(session, [desk.staff_id(username)], say(sentence, "Please do."), link, asks=True)
    session.commit()


def test_a_server_that_is_away_is_tried_again_after_growing_pauses_and_then_given_up(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk, app: Flask, time_machine: Any
) -> None:
    wants(sign_in, "cashier")
    told(session, desk, "cashier")
    told(session, desk, "cashier")
    port, app.config["GUANJIA_SMTP_PORT"] = app.config["GUANJIA_SMTP_PORT"], 1
    assert delivering.deliver_due(session) == 0
    first, second = all_mails(session)
    assert (first.attempts, second.attempts, first.error) == (1, 0, "ConnectionRefusedError")
    assert second.next_at > here.now() + timedelta(seconds=50), "nobody is written to for a while"
    waits = []
    for _ in range(len(DELAYS)):
        session.execute(text("UPDATE mail SET next_at = :far WHERE id = 2"), {"far": here.now() + timedelta(days=9)})
        session.commit()
        mail = all_mails(session)[0]
        waits.append(round((mail.next_at - here.now()).total_seconds()))
        time_machine.move_to(mail.next_at + timedelta(seconds=1))
        delivering.deliver_due(session)
    assert waits == list(DELAYS)
    assert (all_mails(session)[0].state, all_mails(session)[0].attempts) == ("failed", 7)
    app.config["GUANJIA_SMTP_PORT"] = port
    admin = sign_in("admin")
    page = admin.get("/mail/").text
    assert "连接不上" in page and "全部再发" in page
    assert admin.post("/mail/again", {"mail": "2"}).status_code == 404, "it is not given up"
    assert admin.post("/mail/again").status_code == 302
    session.rollback()
    assert delivering.deliver_due(session) == 1
    assert len(mails.got) == 1


def test_a_recipient_who_is_refused_does_not_hold_up_the_others(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk
) -> None:
    for each in ("cashier", "gate", "engineer"):
        wants(sign_in, each)
        told(session, desk, each)
    mails.refuses = {"cashier@house.example": 550, "gate@house.example": 451}
    assert delivering.deliver_due(session) == 1
    assert [(m.state, m.error) for m in all_mails(session)] == [
        ("failed", "recipient refused (550)"), ("waiting", "recipient refused (451)"), ("sent", ""),
    ]  # fmt: skip
    assert "收件地址被拒收 (550)" in sign_in("admin").get("/mail/?state=failed").text


def test_a_worker_that_dies_between_sending_and_noting_sends_once_more_under_the_same_id(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk, monkeypatch: Any, time_machine: Any
) -> None:
    wants(sign_in, "cashier")
    told(session, desk, "cashier")
    monkeypatch.setattr(delivering, "_note", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        delivering.deliver_due(session)
    monkeypatch.undo()
    session.rollback()
    assert delivering.deliver_due(session) == 0, "it is another's for a while"
    time_machine.move_to(here.now() + timedelta(minutes=3))
    assert delivering.deliver_due(session) == 1
    assert len({letter["Message-ID"] for _, _, letter in mails.got}) == 1 and len(mails.got) == 2


@pytest.mark.on("sqlite")
def test_a_server_that_hangs_up_after_the_letter_gets_it_again(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk, time_machine: Any
) -> None:
    wants(sign_in, "cashier")
    told(session, desk, "cashier")
    mails.hangs_up = True
    assert delivering.deliver_due(session) == 0
    mails.hangs_up = False
    time_machine.move_to(here.now() + timedelta(minutes=2))
    assert delivering.deliver_due(session) == 1


@pytest.mark.on("sqlite")
def test_no_head_and_no_command_is_smuggled_in(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk, app: Flask
) -> None:
    for address in ("a@b.example\r\nBcc: x@y.example", "a@b.example, c@d.example", '"a\r\nRCPT TO:<x@y.example>"@b.example', "a b@c.example",
                    "<a@b.example>", "a@b", "a@b.example>", "ä@b.example", "a@b.invalid", "-a@b.example", "a@b.example\n"):  # fmt: skip
        got = wants(sign_in, "cashier", address=address, status=302 if address.endswith("\n") else 422)
        assert address.endswith("\n") or 'id="f-address-fault"' in got.text, address
    told(session, desk, "cashier", "请办理\r\nBcc: x@y.example\r\n\r\n<script>alert(1)</script>")
    assert delivering.deliver_due(session) == 1
    [(_, to, letter)] = mails.got
    assert to == "a@b.example" and letter["Bcc"] is None and letter["To"] == "a@b.example"
    assert "<script>" not in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert sum(each.upper().startswith("RCPT") for each in mails.commands) == 1
    # a row that was put into the database by other ways
    session.execute(
        text("UPDATE ab_user SET email = :bad WHERE username = 'cashier'"),
        {"bad": "a@b.example\r\nRCPT TO:<x@y.example>"},
    )
    told(session, desk, "cashier")
    assert delivering.deliver_due(session) == 0
    assert all_mails(session)[-1].error == "no address"
    app.config["GUANJIA_MAIL_DOMAINS"] = ["house.example"]
    assert "只能用公司允许的邮箱" in wants(sign_in, "gate", address="gate@elsewhere.example", status=422).text
    wants(sign_in, "gate")
    assert "已用于另一个账号" in wants(sign_in, "engineer", address="GATE@house.example", status=422).text


def test_rights_are_asked_when_it_is_sent(mails: MailServer, sign_in: Any, session: Any, desk: Desk, lead: int) -> None:
    for each in ("account_manager", "account_assistant", "cashier", "gate"):
        wants(sign_in, each, "all")
        told(session, desk, each, f"请办理{each}。", f"/lead/{lead}" if each.startswith("account") else "/")
    sign_in("cashier").post("/notices/seen")
    session.execute(text("UPDATE ab_user SET active = :no WHERE username = 'account_manager'"), {"no": False})
    role = "(SELECT id FROM ab_role WHERE name = 'cashier')"
    session.execute(
        text(
            f"UPDATE ab_user_role SET role_id = {role} WHERE user_id = (SELECT id FROM ab_user WHERE username = 'account_assistant')"
        )
    )
    session.commit()
    assert delivering.deliver_due(session) == 1
    assert [to for _, to, _ in mails.got] == ["gate@house.example"]
    assert sorted((m.state, m.error) for m in all_mails(session)) == [
        ("dropped", "account closed"), ("dropped", "out of reach"), ("dropped", "seen"), ("sent", ""),
    ]  # fmt: skip


def test_a_digest_is_one_letter_a_day_of_what_was_not_seen(
    mails: MailServer, sign_in: Any, session: Any, desk: Desk, time_machine: Any
) -> None:
    wants(sign_in, "cashier", "all", "daily")
    told(session, desk, "cashier", "第一件。", "/receipt/")
    told(session, desk, "cashier", "第二件。", "/charge/")
    [mail] = all_mails(session)
    assert delivering.deliver_due(session) == 0
    assert here.in_house_time(mail.next_at).strftime("%H:%M") == "08:05"
    time_machine.move_to(mail.next_at + timedelta(seconds=1))
    told(session, desk, "cashier", "已是另一天。")
    assert delivering.deliver_due(session) == 1
    [told_] = mails.texts()
    assert (
        told_.startswith("管家：2 条通知")
        and "第一件。\nhttps://guanjia.example/receipt/" in told_
        and "另一天" not in told_
    )
    assert telling.digest_day(here.now()) == here.today() + timedelta(days=1)
    sign_in("cashier").post("/notices/seen")
    time_machine.move_to(here.now() + timedelta(days=1))
    assert delivering.deliver_due(session) == 0 and all_mails(session)[-1].state == "dropped"


# --- scheduled exports ------------------------------------------------------------------------------


@pytest.fixture
def manager(desk: Desk, lead: int, sign_in: Any, mails: MailServer) -> Any:
    return wants(sign_in, "account_manager", "all")


def exported(manager: Any, session: Any, **given: str) -> None:
    scheduled(manager, session, **given)
    schedules.ask_for_due(session)
    run_waiting(session)
    delivering.deliver_due(session)


def test_a_scheduled_export_comes_as_a_link(mails: MailServer, manager: Any, session: Any) -> None:
    exported(manager, session, by_mail="link")
    [(_, to, letter)] = mails.got
    file = session.query(ExportFile).one()
    assert to == "account_manager@house.example" and not list(letter.iter_attachments())
    assert f"https://guanjia.example/exports/files/{file.id}" in mails.texts()[0]
    assert "每日网络客户" not in mails.texts()[0], "what somebody called it may be about a person"


@pytest.mark.on("sqlite")
def test_a_file_is_attached_only_where_nothing_in_it_is_about_a_person(
    app: Flask, mails: MailServer, manager: Any, session: Any
) -> None:
    exported(manager, session, by_mail="file", columns="number,source,floor_area")
    assert "文件没有附上：运维人员未允许" in mails.texts()[0]
    app.config["GUANJIA_MAIL_ATTACH_MIB"] = 1

    def again(columns: str) -> Any:
        session.execute(
            text("UPDATE export_schedule SET columns = :c, due_at = :now"), {"c": columns, "now": here.now()}
        )
        session.commit()
        schedules.ask_for_due(session)
        run_waiting(session)
        assert delivering.deliver_due(session) == 1
        return mails.got[-1][2]

    [attached] = again("number,source,floor_area").iter_attachments()
    assert attached.get_filename().endswith("-account_manager.csv") and "网络" in attached.get_content()
    fetched = session.execute(text("SELECT count(*) FROM journal_entry WHERE verb = 'fetch_export'")).scalar()
    assert fetched == 1
    for columns in ("number,phone", "number,customer_name", "number,address", "number,designer"):
        letter = again(columns)
        assert not list(letter.iter_attachments()), columns
        assert "可能含个人信息" in mails.texts()[-1] and "王思远" not in letter.as_string()
    app.config["GUANJIA_MAIL_ATTACH_MIB"] = 0.00001
    assert not list(again("number,source").iter_attachments())


@pytest.mark.on("sqlite")
def test_an_export_that_stopped_is_told_and_one_that_is_no_longer_theirs_is_not(
    mails: MailServer, manager: Any, session: Any
) -> None:
    schedule = scheduled(manager, session, by_mail="link")
    schedules.ask_for_due(session)
    run_waiting(session)
    session.execute(text("DELETE FROM mail_wish"))
    role = "(SELECT id FROM ab_role WHERE name = 'cashier')"
    session.execute(text(f"UPDATE ab_user_role SET role_id = {role} WHERE user_id = :id"), {"id": schedule.owner_id})
    session.commit()
    assert delivering.deliver_due(session) == 0
    assert all_mails(session)[-1].error == "out of reach"
    session.execute(text("UPDATE export_schedule SET due_at = :now"), {"now": here.now()})
    session.commit()
    schedules.ask_for_due(session)
    run_waiting(session)
    assert delivering.deliver_due(session) == 1 and "已中止" in mails.texts()[0]


# --- the wire -------------------------------------------------------------------------------------


def letter_of(known: server.Server) -> Any:
    return letters.enveloped(letters.Letter("a@b.example", "试", [("试", "")], "zh"), "key", known)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_password_goes_only_where_the_certificate_is_trusted(
    app: Flask, tmp_path: Path, security: str, monkeypatch: Any
) -> None:
    pem = certificate(tmp_path)
    mails = MailServer(pem, at_once=security == "tls")
    known = server.Server("hook.example", mails.port, "guanjia", "secret", security, "管家", "guanjia@house.example")
    monkeypatch.setattr(
        carrying.socket, "getaddrinfo", lambda _, port, *__, **___: [(2, 1, 6, "", ("127.0.0.1", port))]
    )
    with carrying.Carrier(known) as carrier, pytest.raises(carrying.AwayError, match="certificate"):
        carrier.send("a@b.example", letter_of(known))
    assert mails.signed_in == []
    monkeypatch.setattr(carrying, "trusted", lambda: ssl.create_default_context(cafile=pem))
    with carrying.Carrier(known) as carrier:
        carrier.send("a@b.example", letter_of(known))
    assert len(mails.got) == len(mails.signed_in) == 1
    mails.close()
    plain = MailServer()
    for how, why in (("starttls", "no STARTTLS"), ("none", "password without TLS")):
        with (
            carrying.Carrier(known._replace(port=plain.port, security=how)) as carrier,
            pytest.raises(carrying.AwayError, match=why),
        ):
            carrier.send("a@b.example", letter_of(known))
    assert plain.signed_in == plain.got == []
    plain.close()


@pytest.mark.on("sqlite")
def test_a_server_that_drips_is_cut_off(app: Flask, monkeypatch: Any) -> None:
    mails = MailServer()
    mails.drips = True
    monkeypatch.setattr(carrying, "LONGEST", 0.3)
    known = server.Server("127.0.0.1", mails.port, "", "", "none", "管家", "guanjia@house.example")
    began = time.monotonic()
    with carrying.Carrier(known) as carrier, pytest.raises(carrying.AwayError):
        carrier.send("a@b.example", letter_of(known))
    assert time.monotonic() - began < 3
    mails.close()


@pytest.mark.on("sqlite")
def test_only_the_admin_sees_the_outbox(mails: MailServer, sign_in: Any, session: Any) -> None:
    assert sign_in("cashier").get("/mail/").status_code == 403
    assert sign_in("cashier").post("/mail/again").status_code == 403
    admin = sign_in("admin")
    assert 'href="/mail/"' in admin.get("/").text
    assert admin.post("/mail/test").location == "/account/#mail"
    wants(sign_in, "admin")
    assert admin.post("/mail/test").location == "/mail/?state=waiting"
    assert "测试" in admin.get("/mail/?state=waiting").text
    assert delivering.deliver_due(session) == 1 and "测试邮件" in mails.texts()[0]
