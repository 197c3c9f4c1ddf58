"""The command line: `flask --app run …`. The same verbs, the same refusals, as anywhere.

With `--json` the answer is JSON. A refusal ends with status 1.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import with_appcontext

from app.core import here, journal, search
from app.core.answers import Forbidden, Refusal, blocked_json
from app.core.blockers import NotAllowed
from app.core.declaration import register_of
from app.core.runner import run
from app.core.verbs import verb_named
from app.core.words import say
from app.extensions import db

AS_JSON = click.option("--json", "as_json", is_flag=True, help="answer in JSON")
AS_USER = click.option("--as", "username", required=True, help="the user name to act as")


def init_app(app: Flask) -> None:
    for command in (
        release,
        demo,
        do,
        import_,
        export,
        journal_group,
        first_admin,
        backup,
        restore,
        sweep_files,
        reindex,
        work,
        forget,
        openapi,
        new,
        adopt,
        doctor,
    ):
        app.cli.add_command(command)


def tell(as_json: bool, answer: dict[str, Any], plain: str) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else plain)


def refuse(as_json: bool, answer: dict[str, Any]) -> NoReturn:
    tell(as_json, answer, in_words(answer))
    sys.exit(1)


def in_words(answer: dict[str, Any]) -> str:
    lines = [str(answer.get("message", ""))]
    lines += [f"- [{b['clause']}] {b['message']} {b['fix']}" for b in answer.get("blockers", [])]
    lines += [f"- {field}: {fault}" for field, fault in answer.get("errors", {}).items()]
    return "\n".join(line for line in lines if line)


@contextmanager
def acting(username: str) -> Iterator[here.Person]:
    """As that user, with their roles and rows; an unknown or closed account is refused."""
    from app.security.sign_in import person_named

    person = person_named(db.session, username)
    if person is None:
        raise Refusal(say("没有这个账号，或已停用：{u}。", "No such active account: {u}.", u=username))
    with here.acting_as(person):
        yield person


def answering(command: Callable[..., None]) -> Callable[..., None]:
    """Refusals become an answer and status 1, never a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except NotAllowed as refused:
            refuse(as_json, blocked_json(refused))
        except Refusal as refused:
            refuse(as_json, refused.as_json())

    return wrapped


@click.command("release")
@AS_JSON
@with_appcontext
def release(as_json: bool) -> None:
    """Migrations, roles, policy and catalogues, under a lock."""
    from app.release import release as carry_out

    carry_out()
    tell(as_json, {"released": True}, str(say("已就绪。", "Released.")))


@click.command("reindex")
@AS_JSON
@with_appcontext
def reindex(as_json: bool) -> None:
    """The search index made anew, under the lock of releases."""
    from app.release import reindex as carry_out

    rows = carry_out()
    tell(as_json, {"rows": rows}, str(say("已重建 {n} 条。", "{n} rows indexed.", n=sum(rows.values()))))


@click.command("first-admin")
@click.argument("username")
@click.option("--name", required=True, help="the person's name")
@AS_JSON
@with_appcontext
@answering
def first_admin(username: str, name: str, as_json: bool) -> None:
    """The first account of an empty house; its password is told once and has to be changed."""
    from app.security.users import first_admin as carry_out

    password = carry_out(db.session, username, name)
    told = say("{u} 的初始密码：{p}，首次登录须修改。", "{u}, until the first sign-in: {p}", u=username, p=password)
    tell(as_json, {"username": username, "password": password}, str(told))


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="do nothing when there is data already")
@AS_JSON
@with_appcontext
@answering
def demo(if_empty: bool, as_json: bool) -> None:
    """The demo company, into an empty database only."""
    from app.demo import load

    answer = load(db.session, if_empty=if_empty)
    tell(as_json, answer, answer["message"])


@click.command("do")
@click.argument("table")
@click.argument("row_id")
@click.argument("verb_name")
@click.argument("given", nargs=-1)
@AS_USER
@AS_JSON
@with_appcontext
@answering
def do(table: str, row_id: str, verb_name: str, given: tuple[str, ...], username: str, as_json: bool) -> None:
    """Do a verb: `do lead 12 dispatch designer=7 --as account_manager`. Several ids: 3,4,5."""
    verb = verb_named(table, verb_name)
    if verb is None:
        raise Refusal(say("没有这样的办理事项。", "There is no such verb."))
    ids = [int(part) for part in row_id.split(",") if part.isdigit()]
    params = dict(part.split("=", 1) for part in given if "=" in part)
    with acting(username):
        outcome = run(db.session, verb, ids, params)
    done = outcome.as_json()
    tell(as_json, done, str(say("已办理。", "Done.")) + f" {done['number'] or done['id']} {done['state'] or ''}")


@click.command("import")
@click.argument("table")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="check every row, write nothing")
@AS_USER
@AS_JSON
@with_appcontext
@answering
def import_(table: str, file: str, dry_run: bool, username: str, as_json: bool) -> None:
    """Import a CSV or XLSX file: all rows or none."""
    from app.core import importing

    with acting(username):
        answer = importing.bring_in(
            db.session, _register(table), Path(file).name, Path(file).read_bytes(), dry_run=dry_run
        )
    told = answer.as_json()
    if told["faulty"]:
        tell(as_json, told, "\n".join(f"{f['row']} {f['column']}: {f['message']}" for f in told["faulty"]))
        sys.exit(1)
    tell(as_json, told, str(say("{n} 行。", "{n} rows.", n=told["good"])))


def _register(table: str) -> Any:
    register = register_of(table)
    if register is None:
        raise Refusal(say("没有这个登记簿：{t}。", "There is no such register: {t}.", t=table))
    return register


@click.command("export")
@click.argument("table")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv")
@AS_USER
@with_appcontext
@answering
def export(table: str, form: str, username: str) -> None:
    """The register as that user may see it, to standard output."""
    from app.core.exporting import Export

    out = sys.stdout.buffer
    with acting(username):
        taken = Export(db.session, _register(table), {})
        if form == "xlsx":
            out.write(taken.xlsx().read())
            return
        for piece in taken.csv():
            out.write(piece)


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


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False))
@AS_JSON
@with_appcontext
@answering
def backup(file: str, as_json: bool) -> None:
    """Database, keys and scans into one file."""
    from app.backup import backup as carry_out

    tell(as_json, carry_out(file), str(say("已备份到 {f}。", "Backed up to {f}.", f=file)))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@AS_JSON
@with_appcontext
@answering
def restore(file: str, as_json: bool) -> None:
    """A backup back into an empty place."""
    from app.backup import restore as carry_out

    tell(as_json, carry_out(file), str(say("已恢复。", "Restored.")))


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


@click.command("sweep-files")
@AS_JSON
@with_appcontext
def sweep_files(as_json: bool) -> None:
    """Remove scans that no record names any more, drafts, tokens of clicks and jobs long past; to be run every night."""
    from app.core import drafts, once
    from app.core.files import sweep
    from app.core.jobs import worker as jobs

    removed = sweep(db.session)
    once.sweep(db.session)
    jobs.sweep(db.session)
    drafts.sweep(db.session)
    tell(as_json, {"removed": removed}, str(say("已清理 {n} 个附件。", "{n} files removed.", n=removed)))


@click.command("work")
@click.option("--until-empty", is_flag=True, help="do what waits and end")
@with_appcontext
def work(until_empty: bool) -> None:
    """Do the long work that people have asked for; ends with whoever started it."""
    from app.core.jobs.worker import Worker, keep_serving, run_waiting

    if until_empty:
        run_waiting(db.session)
        return
    keep_serving(lambda alive: Worker(db.session).serve(alive))


@click.command("openapi")
@with_appcontext
def openapi() -> None:
    """The API's description, as JSON."""
    from app.core.openapi import document

    click.echo(json.dumps(document(), ensure_ascii=False, indent=1))


ROLES = click.option("--for", "roles", default="admin", help="roles that keep it, with commas between")
OWN = click.option("--own", default="", help="roles that enter rows and see their own")


@click.command("new")
@click.argument("domain")
@click.argument("noun")
@click.argument("spots", nargs=-1, required=True)
@click.option("--zh", default="", help="what a row is called in Chinese")
@ROLES
@OWN
@with_appcontext
@answering
def new(domain: str, noun: str, spots: tuple[str, ...], zh: str, roles: str, own: str) -> None:
    """A new table: `new owners meter_reading unit:ref(unit):房屋 reading:number:读数 --zh 抄表`."""
    from app import scaffold

    read = [scaffold.read_spot(each) for each in spots]
    table = scaffold.Table(domain, noun, zh or noun, read, _listed(roles), _listed(own))
    _tell_written(scaffold.new(_root(), table), f'db migrate -m "{noun}"')


@click.command("adopt")
@click.argument("domain")
@click.argument("table")
@click.option("--zh", default="", help="what a row is called in Chinese")
@ROLES
@OWN
@with_appcontext
@answering
def adopt(domain: str, table: str, zh: str, roles: str, own: str) -> None:
    """A table that is in the database already becomes a register: `adopt owners old_meters`."""
    from alembic.script import ScriptDirectory
    from flask_migrate import Config

    from app import scaffold

    spots = scaffold.spots_of(db.engine, table)
    written = scaffold.new(_root(), scaffold.Table(domain, table, zh or table, spots, _listed(roles), _listed(own)))
    config = Config()
    config.set_main_option("script_location", str(_root() / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head() or ""
    revision, present = f"{int(head) + 1:04d}", {each["name"] for each in db.inspect(db.engine).get_columns(table)}
    path = f"migrations/versions/{revision}_{table}_is_kept.py"
    (_root() / path).write_text(scaffold.migration_for(table, revision, head, present, spots))
    _tell_written([*written, path], "release")


@click.command("doctor")
@AS_JSON
@with_appcontext
def doctor(as_json: bool) -> None:
    """What was forgotten: indexes, scopes, masks, words, rights, figures. Status 1 when something must be mended."""
    from app.core.doctor import examine
    from app.core.editions import refresh

    with here.as_house():
        refresh(db.session)
        found = examine(db.session)
    must = [each for each in found if each.must]
    lines = [f"{'✗' if each.must else '·'} [{each.check}] {each.where}: {each.message}" + (f"\n    {each.mend}" if each.mend else "")
             for each in found]  # fmt: skip
    told = say(
        "须处理 {m} 项，提示 {n} 项。", "{m} to be mended, {n} to be known.", m=len(must), n=len(found) - len(must)
    )
    tell(as_json, {"findings": [each.as_json() for each in found], "must": len(must)}, "\n".join([*lines, str(told)]))
    if must:
        sys.exit(1)


def _listed(given: str) -> list[str]:
    return [each for each in given.split(",") if each]


def _root() -> Path:
    from flask import current_app

    return Path(current_app.root_path).parent


def _tell_written(paths: list[str], then: str) -> None:
    click.echo("\n".join(paths))
    click.echo(f"flask --app run {then}")
