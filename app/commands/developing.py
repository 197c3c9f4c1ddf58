"""For whoever writes domains: new tables, tables that stand already, what was forgotten, the API's description."""

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.commands.answering import AS_JSON, answering, tell
from app.core import here
from app.core.answers import Refusal
from app.core.words import say
from app.extensions import db


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
    from app import scaffold
    from app.scaffold.numbers import next_revision

    spots = scaffold.spots_of(db.engine, table)
    written = scaffold.new(_root(), scaffold.Table(domain, table, zh or table, spots, _listed(roles), _listed(own)))
    head = _head()
    revision, present = (
        next_revision(_root(), head),
        {each["name"] for each in db.inspect(db.engine).get_columns(table)},
    )
    path = f"migrations/versions/{revision}_{table}_is_kept.py"
    (_root() / path).write_text(scaffold.migration_for(table, revision, head, present, spots))
    _tell_written([*written, path], "release")


@click.command("settle")
@click.argument("register")
@click.option("--into", default="", help="the domain whose folder it joins; a folder of its own unless given")
@with_appcontext
@answering
def settle(register: str, into: str) -> None:
    """A register made in the browser becomes a folder of code, its rows move with the next release: `settle key_loan`."""
    from app.scaffold import settled, settling

    head = _head()
    if head != _standing():
        raise Refusal(
            say(
                "数据库还有未执行的迁移，请先 release。", "The database lacks migrations of the code: release first."
            )
        )  # fmt: skip
    with here.as_house():
        found = settled.read(db.session, register, into)
    _tell_written(settling.settle(_root(), found, head), "release")


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


def _head() -> str:
    """The last migration that the code has."""
    from alembic.script import ScriptDirectory
    from flask_migrate import Config

    config = Config()
    config.set_main_option("script_location", str(_root() / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _standing() -> str:
    """The last migration that the database has."""
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def _tell_written(paths: list[str], then: str) -> None:
    click.echo("\n".join(paths))
    click.echo(f"flask --app run {then}")


COMMANDS = (openapi, new, adopt, settle, doctor)
