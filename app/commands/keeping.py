"""For whoever answers for the data: the journal, and personal data that goes."""

from datetime import datetime, timedelta

import click
from flask.cli import with_appcontext

from app.commands.answering import AS_JSON, AS_USER, acting, answering, refuse, tell
from app.core import here, journal, search
from app.core.answers import Forbidden, Refusal
from app.core.words import say
from app.extensions import db


@click.group("journal")
def journal_group() -> None:
    """The journal."""


@journal_group.command("verify")
@AS_JSON
@with_appcontext
def verify(as_json: bool) -> None:
    """Whether every entry still fits the chain; status 1 when one does not."""
    with here.as_house():
        broken = journal.first_broken(db.session)
    if broken is not None:
        refuse(
            as_json,
            {
                "intact": False,
                "entry": broken,
                "message": str(say("第 {n} 条日志被改动过。", "Entry {n} was tampered with.", n=broken)),
            },
        )
    tell(as_json, {"intact": True}, str(say("日志完整。", "The journal is intact.")))


@journal_group.command("trim")
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), help="entries before this day go")
@AS_USER
@AS_JSON
@with_appcontext
@answering
def trim(before: datetime, username: str, as_json: bool) -> None:
    """Remove entries older than 180 days or more; the removal is journalled."""
    moment = before.replace(tzinfo=here.house_zone())
    with acting(username) as person:
        if "admin" not in person.roles:
            raise Forbidden()
        try:
            gone = journal.trim(db.session, moment)
        except ValueError:
            raise Refusal(
                say("日志至少保存 {n} 天。", "The journal is kept for {n} days.", n=journal.KEPT_DAYS)
            ) from None
    tell(as_json, {"removed": gone}, str(say("已移除 {n} 条。", "{n} entries removed.", n=gone)))


@click.command("forget")
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), help="what was over before this day")
@AS_USER
@AS_JSON
@with_appcontext
@answering
def forget(before: datetime, username: str, as_json: bool) -> None:
    """Take the personal data out of closed leads, sold homes and former residents."""
    from app.core import forgetting

    if before.date() > here.today() - timedelta(days=forgetting.KEPT_DAYS):
        raise Refusal(forgetting.TOO_SOON)
    with acting(username) as person:
        if "admin" not in person.roles:
            raise Forbidden()
        done = forgetting.carry_out(db.session, before.date())
        search.tidy(db.session)
    tell(as_json, done, str(say("已匿名 {n} 条。", "{n} records forgotten.", n=sum(done.values()))))


COMMANDS = (journal_group, forget)
