"""System → Webhooks: where another system is told what happens, and what it was told."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from app.core import kinds
from app.core.declaration import register_of
from app.core.doors import door
from app.core.hooks import addresses, delivering, keeping, telling  # noqa: F401  (the worker's round, and the journal's follower)
from app.core.hooks.table import DeliveryState, Webhook, WebhookDelivery
from app.core.verbs import Ask
from app.core.words import say
from app.extensions import db
from app.security.defined_pages import DefinedPages, titles

SHOWN = 50
ASKS = (
    Ask(kinds.Text(size=60), say("名称", "Name"), name="name", help=say("通知谁，如 集团报表平台。", "Whom it tells: the group's reporting.")),
    Ask(kinds.Text(size=400), say("地址", "Address"), name="address",
        help=say("以 https:// 开头；主机须在 GUANJIA_WEBHOOK_HOSTS 名单内，内网地址不发送。",
                 "https:// only; the host has to be in GUANJIA_WEBHOOK_HOSTS, and no private address is told.")),
)  # fmt: skip
SECRET = say(
    "对方用它核对 X-Guanjia-Signature（时间戳.正文 的 HMAC-SHA256）。保存后不再显示。",
    "By it the other side checks X-Guanjia-Signature: HMAC-SHA256 of timestamp.body. Not shown again once saved.",
)
KEPT_SECRET = say("留空则不改；保存后不再显示。", "Left empty it stays; not shown again once saved.")
#: why the other side could not be asked, as deliveries keep it (core/hooks/sending.py)
REASONS = {
    "host not allowed": say("主机不在允许的名单里", "The host is not allowed"),
    "unknown host": say("找不到主机", "No such host"),
    "not a public address": say("主机指向内网地址", "The host leads to a private address"),
    "certificate": say("证书不可信", "The certificate is not trusted"),
    "no answer in time": say("没有及时回答", "No answer in time"),
}
UNREACHED = say("连接不上", "Not reached")


class WebhookPages(DefinedPages):
    """Webhooks, each with its latest messages."""

    route_base = "/webhook"
    class_permission_name = "webhook"
    label, icon = say("外发通知", "Webhooks"), "send"
    model, keeping = Webhook, keeping

    @expose("/")
    @door("manage")
    def index(self) -> str:
        found = db.session.execute(select(Webhook).order_by(Webhook.archived, Webhook.id)).scalars()
        return render_template(
            "webhooks/index.html", found=list(found), registers=titles(), waiting=_counts(DeliveryState.WAITING),
            failed=_counts(DeliveryState.FAILED), hosts=sorted(addresses.allowed_hosts()),
        )  # fmt: skip

    @expose("/<int:row_id>/<int:delivery_id>/again", methods=["POST"])
    @door("manage")
    def again(self, row_id: int, delivery_id: int) -> AnyResponse:
        keeping.send_again(db.session, row_id, delivery_id)
        flash(str(say("将再次发送。", "It will be sent once more.")), "success")
        return redirect(f"/webhook/{row_id}")

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        return {**{each.name: each for each in ASKS}, "verbs": say("通知哪些变化", "Which changes")}

    def given(self, table: str) -> dict[str, Any]:
        return {**request.form.to_dict(), "verbs": request.form.getlist("verbs")}

    def standing(self, found: Webhook) -> dict[str, Any]:
        return {"name": found.name, "address": found.address, "verbs": found.verbs}

    def after(self, found: Webhook) -> str:
        return f"/webhook/{found.id}"

    def form(self, table: str, found: Webhook | None, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
        query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == (found.id if found else 0))
        sent = db.session.execute(query.order_by(WebhookDelivery.id.desc()).limit(SHOWN)).scalars()
        secret = Ask(
            kinds.Text(size=200),
            say("密钥", "Secret"),
            required=found is None,
            name="secret",
            help=KEPT_SECRET if found else SECRET,
        )
        return render_template(
            "webhooks/form.html", register=register_of(table), table=table, found=found, given=given, faults=faults,
            asks=[*ASKS, secret], choices=keeping.choices_of(table), sent=list(sent), shown=SHOWN, reasons=REASONS, unreached=UNREACHED,
        )  # fmt: skip


def _counts(state: DeliveryState) -> dict[int, int]:
    query = select(WebhookDelivery.webhook_id, func.count()).where(WebhookDelivery.state == str(state))
    return dict(db.session.execute(query.group_by(WebhookDelivery.webhook_id)).tuples().all())
