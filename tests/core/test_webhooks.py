"""Webhooks: told after the commit, signed, to whom the operator allows, until it is taken; nothing that stands in a record."""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import text

from app.core import here
from app.core.hooks import addresses, delivering, keeping, sending
from app.core.hooks.table import WebhookDelivery
from app.demo.desk import Desk

SECRET = "a-secret-of-the-two-of-us"
LEAD = {"customer_name": "王思远", "phone": "13800138000", "address": "13栋2503", "floor_area": 89.5, "source": "walk_in",
        "renovation_on": "2099-01-10"}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    keeping._in_force.clear()


def certificate(folder: Path) -> Path:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hook")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example")]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "hook.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def receiver(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The other side: what it got, and what it answers."""

    class Receiver(BaseHTTPRequestHandler):
        got: list[tuple[dict[str, str], bytes]] = []
        answer = 204

        def do_POST(self) -> None:
            Receiver.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(Receiver.answer)
            self.send_header("Location", "https://hook.example/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    Receiver.got = []
    pem = certificate(tmp_path)
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    app.config["GUANJIA_WEBHOOK_HOSTS"] = [f"hook.example:{server.server_port}"]
    monkeypatch.setattr(
        addresses.socket, "getaddrinfo", lambda _, port, *__, **___: [(2, 1, 6, "", ("127.0.0.1", port))]
    )
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    monkeypatch.setattr(sending, "trusted", lambda: ssl.create_default_context(cafile=pem))
    Receiver.address = f"https://hook.example:{server.server_port}/told?by=guanjia"  # type: ignore[attr-defined]
    yield Receiver
    server.shutdown()
    server.server_close()


def declare(sign_in: Any, address: str, *verbs: str, status: int = 302, **also: str) -> Any:
    given = {"table": "lead", "name": "报表平台", "address": address, "secret": SECRET, "verbs": list(verbs), **also}
    answer = sign_in("admin").post("/webhook/new?table=lead", given)
    assert answer.status_code == status, answer.text[-900:]
    return answer


def test_a_change_is_told_after_its_commit_signed_and_without_what_stands_in_the_record(
    receiver: Any, sign_in: Any, session: Any
) -> None:
    declare(sign_in, receiver.address, "add", "follow_up")
    desk = Desk(session)
    row_id = desk.enter("lead", "front_desk", **LEAD)
    desk.do("lead", row_id, "follow_up", "account_manager", way="phone", note="已联系，周末到店")
    assert receiver.got == []
    took = delivering.deliver_due(session)
    assert took == 2, session.execute(text("SELECT state, status, error FROM webhook_delivery")).all()
    assert delivering.deliver_due(session) == 0
    (headers, body), (_, second) = receiver.got
    told, then = json.loads(body), json.loads(second)
    assert headers["X-Guanjia-Delivery"] == told["id"] != then["id"]
    assert headers["X-Guanjia-Signature"] == sending.signature(SECRET, headers["X-Guanjia-Timestamp"], body)
    number = desk.one("lead", row_id).number
    assert {name: told[name] for name in ("event", "table", "verb", "row", "by", "state")} == {
        "event": "lead.add", "table": "lead", "verb": "add", "row": {"id": row_id, "number": number}, "by": "front_desk",
        "state": {"before": None, "after": "new"},
    }  # fmt: skip
    assert "phone" in told["changed"]
    assert (then["verb"], then["by"]) == ("follow_up", "account_manager")
    for each in (*LEAD.values(), "已联系"):
        assert str(each) not in body.decode() + second.decode()
    kept = str(session.execute(text("SELECT secret FROM webhook")).all())
    assert SECRET not in kept + str(session.execute(text("SELECT * FROM journal_entry")).all())


def test_what_is_rolled_back_is_not_told_and_what_is_not_asked_for_neither(
    receiver: Any, sign_in: Any, session: Any
) -> None:
    declare(sign_in, receiver.address, "delete")
    row_id = Desk(session).enter("lead", "front_desk", **LEAD)
    sign_in("account_manager").get(f"/lead/{row_id}")  # a look is journalled, and no change
    admin = sign_in("admin")
    admin.post("/webhook/1", {"name": "x", "address": receiver.address, "verbs": ["edit"], "secret": ""})
    with here.as_house():
        desk = Desk(session)
        desk.one("lead", row_id).remarks = "x"
        session.flush()
        session.rollback()
    assert session.execute(text("SELECT count(*) FROM webhook_delivery")).scalar() == 0
    admin.post("/webhook/1/archive")
    assert sign_in("account_manager").post(f"/lead/{row_id}/edit", {"remarks": "下周再联系"}).status_code == 302
    assert session.execute(text("SELECT count(*) FROM webhook_delivery")).scalar() == 0


def test_it_is_sent_again_after_growing_delays_and_given_up_at_last(
    receiver: Any, sign_in: Any, session: Any, time_machine: Any
) -> None:
    declare(sign_in, receiver.address, "add")
    Desk(session).enter("lead", "front_desk", **LEAD)
    receiver.answer = 302  # nothing is followed
    waits = []
    for _ in range(len(delivering.DELAYS) + 1):
        assert delivering.deliver_due(session) == 0
        first = session.get(WebhookDelivery, 1, populate_existing=True)
        waits.append(round((first.next_at - here.now()).total_seconds()))
        time_machine.move_to(first.next_at + timedelta(seconds=1))
    assert waits[:-1] == list(delivering.DELAYS)
    assert (first.state, first.attempts, first.status) == ("failed", 7, 302)
    assert {headers["X-Guanjia-Delivery"] for headers, _ in receiver.got if json.loads(_)["id"] == first.key} == {
        first.key
    }
    page = sign_in("admin").get("/webhook/1").text
    assert "已放弃" in page
    assert session.execute(text("SELECT count(*) FROM notice WHERE link = '/webhook/1'")).scalar() == 1
    receiver.answer = 200
    assert sign_in("admin").post("/webhook/1/1/again").status_code == 302
    assert sign_in("admin").post("/webhook/9/1/again").status_code == 404
    session.expire_all()
    assert delivering.deliver_due(session) >= 1
    assert session.get(WebhookDelivery, 1, populate_existing=True).state == "sent"
    time_machine.move_to(here.now() + timedelta(days=40))
    delivering.sweep(session)
    assert session.execute(text("SELECT count(*) FROM webhook_delivery")).scalar() == 0


def test_a_worker_that_dies_holds_a_message_for_a_while_only(
    receiver: Any, sign_in: Any, session: Any, time_machine: Any
) -> None:
    declare(sign_in, receiver.address, "add")
    Desk(session).enter("lead", "front_desk", **LEAD)
    assert delivering._next(session, set()) is not None  # and it is never heard of again
    assert delivering.deliver_due(session) == 0
    time_machine.move_to(here.now() + timedelta(minutes=3))
    assert delivering.deliver_due(session) == 1


@pytest.mark.on("sqlite")
def test_only_https_to_an_allowed_public_host(app: Flask, sign_in: Any, session: Any, monkeypatch: Any) -> None:
    app.config["GUANJIA_WEBHOOK_HOSTS"] = ["hook.example"]
    for address in ("http://hook.example/", "https://other.example/", "https://hook.example:8443/", "https://a:b@hook.example/",
                    "https://hook.example/#x", "https://10.0.0.1/", "file:///etc/passwd", "https://hook.example@10.0.0.1/",
                    "https://hook.example:99999/", "https://hook.example\\@10.0.0.1/", "https://hook。example/", ""):  # fmt: skip
        assert 'id="f-address-fault"' in declare(sign_in, address, "add", status=422).text, address
    assert 'id="f-secret-fault"' in declare(sign_in, "https://hook.example/", "add", status=422, secret="short").text
    assert 'id="f-verbs-fault"' in declare(sign_in, "https://hook.example/", "nothing", status=422).text
    for ip in ("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
               "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"):  # fmt: skip
        assert not addresses.is_public(ip), ip
    assert addresses.is_public("93.184.215.14")
    declare(sign_in, "https://hook.example/", "add")
    Desk(session).enter("lead", "front_desk", **LEAD)
    found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: found)
    assert delivering.deliver_due(session) == 0
    assert session.get(WebhookDelivery, 1, populate_existing=True).error == "not a public address"
    app.config["GUANJIA_WEBHOOK_HOSTS"] = []
    assert sending.post("https://hook.example/", SECRET, "k", b"") == (None, "host not allowed")
    assert sign_in("account_manager").get("/webhook/").status_code in (302, 403)
