"""For whoever runs the house: releases, backups, the index, long work, the first account."""

import click
from flask.cli import with_appcontext

from app.commands.answering import AS_JSON, answering, tell
from app.core.words import say
from app.extensions import db


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


@click.command("sweep-files")
@AS_JSON
@with_appcontext
def sweep_files(as_json: bool) -> None:
    """Remove scans and comments of what was deleted long ago, drafts, tokens of clicks and jobs long past; to be run
    every night."""
    from app.core import comments, drafts, once
    from app.core.deleting.gone import ENTERED_FOR
    from app.core.files import sweep
    from app.core.jobs import worker as jobs

    removed = sweep(db.session)
    once.sweep(db.session)
    jobs.sweep(db.session)
    drafts.sweep(db.session)
    comments.sweep(db.session, ENTERED_FOR)
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


COMMANDS = (release, reindex, first_admin, demo, backup, restore, sweep_files, work)
