"""System → Mail: what is to be sent and what was given up; and each person's own choice of what they get."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, journal
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.doors import door, signed_in
from app.core.mail import addresses, delivering, server, telling, wishes  # noqa: F401  (the worker's round)
from app.core.mail.table import Kind, Mail, Which
from app.core.outbox import DeliveryState
from app.core.pages import faults_of
from app.core.words import Words, say
from app.core.writing import write
from app.extensions import db
from app.people.models import Staff

SHOWN, COUNTED = 100, 1000
#: why it could not be sent, as mails keep it (core/mail/carrying.py, letters.py)
REASONS = {
    "account closed": say("已离职或账号停用", "They have left, or the account is closed"),
    "no address": say("没有可用的邮箱", "No address that may be written to"),
    "seen": say("已在管家里看过", "Seen in Guanjia by then"),
    "not wanted": say("本人不再要邮件", "They want no mail any more"),
    "out of reach": say("已不在其数据范围内", "No longer within their reach"),
    "file gone": say("文件已过期", "The file is gone"),
    "recipient refused": say("收件地址被拒收", "The recipient was refused"),
    "letter refused": say("邮件被拒收", "The letter was refused"),
    "sign-in refused": say("邮件服务器不接受用户名或密码", "The mail server refused the sign-in"),
    "sender refused": say("邮件服务器不接受发件人", "The mail server refused the sender"),
    "no STARTTLS": say("邮件服务器不支持加密", "The mail server does not encrypt"),
    "password without TLS": say("未加密时不发送密码", "No password is sent unencrypted"),
    "certificate": say("证书不可信", "The certificate is not trusted"),
    "no answer in time": say("没有及时回答", "No answer in time"),
}
UNREACHED = say("连接不上", "Not reached")


class When(Words):
    """How often."""

    ONCE = "once", "即时", "At once"
    DAILY = "daily", "每天早上八点汇总一封", "One digest, at eight in the morning"


class MailPages(BaseView):
    """The outbox of mails, for whoever looks after it."""

    route_base = "/mail"
    class_permission_name = "mail"
    label, icon, needed = say("邮件", "Mail"), "mail", "manage"
    is_there = staticmethod(server.is_on)

    @expose("/")
    @door("manage")
    def index(self) -> str:
        known = self._server()
        asked = request.args.get("state", "")
        state = DeliveryState(asked) if asked in set(DeliveryState) else DeliveryState.FAILED
        query = select(Mail, Staff.name).join(Staff, Staff.id == Mail.staff_id).where(Mail.state == str(state))
        found = db.session.execute(query.order_by(Mail.id.desc()).limit(SHOWN)).all()
        return render_template(
            "mail/index.html", found=found, state=state, states=DeliveryState, shown=SHOWN, counted=COUNTED, known=known,
            counts={each: _count(each) for each in (DeliveryState.FAILED, DeliveryState.WAITING)}, reason=reason,
        )  # fmt: skip

    @expose("/again", methods=["POST"])
    @door("manage")
    def again(self) -> AnyResponse:
        """One that was given up, or all of them."""
        self._server()
        mail_id = request.form.get("mail", type=int)
        write(db.session, lambda: _send_again(mail_id))
        flash(str(say("将再次发送。", "It will be sent once more.")), "success")
        return redirect("/mail/?state=waiting")

    @expose("/test", methods=["POST"])
    @door("manage")
    def test(self) -> AnyResponse:
        self._server()
        staff_id = here.me().staff_id
        if staff_id is None or not addresses.of_user(db.session, here.me().user_id):
            flash(str(say("请先在「我的账号」里填写邮箱。", "Give your address first, under “My account”.")), "warning")
            return redirect("/account/#mail")
        write(db.session, lambda: telling.put(db.session, [telling.row(staff_id, Kind.TEST)]))
        flash(str(say("测试邮件已进入待发。", "The test waits to be sent.")), "success")
        return redirect("/mail/?state=waiting")

    @staticmethod
    def _server() -> server.Server:
        known = server.server()
        if known is None:
            raise NotFound()
        return known


def reason(error: str) -> Any:
    """The reason in words, with the server's code where it gave one."""
    known, _, code = error.partition(" (")
    return f"{REASONS.get(known, UNREACHED)}{f' ({code}' if code else ''}"


def _count(state: DeliveryState) -> int:
    capped = select(Mail.id).where(Mail.state == str(state)).limit(COUNTED + 1).subquery()
    return int(db.session.execute(select(func.count()).select_from(capped)).scalar_one())


def _send_again(mail_id: int | None) -> None:
    given_up = Mail.state == str(DeliveryState.FAILED)
    values = {"state": str(DeliveryState.WAITING), "attempts": 0, "next_at": here.now()}
    chosen = given_up if mail_id is None else (given_up & (Mail.id == mail_id))
    done = db.session.execute(update(Mail).where(chosen).values(**values)).rowcount  # type: ignore[attr-defined]
    if mail_id is not None and not done:
        raise NotFound()
    journal.add(db.session, "send_again", table="mail", row_id=mail_id, count=done)


class OwnMail(BaseView):
    """What one wants by mail."""

    route_base = "/account/mail"
    class_permission_name = "account"

    @expose("/", methods=["POST"])
    @signed_in
    def choose(self) -> AnyResponse | tuple[str, int]:
        if not server.is_on():
            raise NotFound()
        if here.me().staff_id is None:
            raise Forbidden()
        try:
            wishes.choose(db.session, request.form)
        except Faulty as faulty:
            db.session.rollback()
            from app.security.account_views import account_page

            return account_page(faults_of(faulty)), 422
        flash(str(say("已保存。", "Saved.")), "success")
        return redirect("/account/#mail")


def of_me() -> dict[str, Any] | None:
    """What the account's page shows of it; None where there is no mail."""
    person = here.me()
    if not server.is_on() or person.staff_id is None:
        return None
    wish = wishes.mine(db.session)
    return {
        "address": addresses.of_user(db.session, person.user_id), "which": wish.which, "when": "daily" if wish.daily else "once",
        "choices": Which, "whens": When,
    }  # fmt: skip
