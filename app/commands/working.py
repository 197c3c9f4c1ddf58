"""What people do in the pages, from the command line: a verb, an import, an export, in a user's name."""

import sys
from math import inf
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.commands.answering import AS_JSON, AS_USER, acting, answering, tell
from app.core.answers import Refusal
from app.core.declaration import register_of
from app.core.runner import run
from app.core.verbs import verb_named
from app.core.words import say
from app.extensions import db


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
        outcome = run(db.session, verb, ids, params, patience=inf)  # a program waits for its end
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


COMMANDS = (do, import_, export)
