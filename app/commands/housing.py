"""For whoever runs several houses on one installation (app/houses.py)."""

import sys
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app import houses
from app.commands.answering import AS_JSON, answering, tell
from app.core.words import say

house = AppGroup("house", help="Several houses on one installation: each its own database, keys, files and host.")


def _folder() -> Any:
    return current_app.config["GUANJIA_HOUSES"]


@house.command("new")
@click.argument("name")
@click.option("--host", required=True, help="the host name by which its people reach it")
@click.option(
    "--database", default="", envvar="HOUSE_DATABASE_URL", help="postgresql://…; without one, SQLite in its folder"
)
@click.option("--port", default=0, help="on which its server listens; the next free one unless given")
@click.option("--local", is_flag=True, help="without https and proxy, to try it out")
@AS_JSON
@answering
def new(name: str, host: str, database: str, port: int, local: bool, as_json: bool) -> None:
    """A new house: its folder, settings, keys and database; tells what is to be done next."""
    made = houses.new(_folder(), name, host, database=database, port=port, https=not local)
    next_steps = (
        f"flask --app run house in {name} first-admin <user> --name <…>",
        f"systemctl enable --now guanjia@{name}",
        f"{host} -> 127.0.0.1:{made.port}",
    )
    told = say(
        "已建好 {n}：{f}。\n接下来：\n1. 第一个账号：{a}\n2. 启动：{b}\n3. 代理（docs/production.md）：{c}",
        "{n} is made: {f}.\nNext:\n1. the first account: {a}\n2. its server: {b}\n3. the proxy (docs/production.md): {c}",
        n=name, f=made.folder, a=next_steps[0], b=next_steps[1], c=next_steps[2],
    )  # fmt: skip
    tell(as_json, {**_told(made), "next": list(next_steps)}, str(told))


@house.command("list")
@AS_JSON
def list_them(as_json: bool) -> None:
    """Every house: its host, port and database."""
    found = [_told(each) for each in houses.every(_folder())]
    lines = ["\t".join(str(value) for value in each.values()) for each in found]
    tell(as_json, {"houses": found}, "\n".join(lines) or str(say("还没有公司。", "There is no house yet.")))


@house.command("in", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@answering
def within(name: str, command: tuple[str, ...]) -> None:
    """Any other command, in one house: `house in north journal verify`."""
    sys.exit(houses.named(_folder(), name).run(command))


@house.command("each", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def each(command: tuple[str, ...]) -> None:
    """Any other command, in every house, one after another: `house each release`,
    `house each backup /backup/{house}-{day}.tar.gz`. One that fails does not stop the others."""
    failed = []
    for one in houses.every(_folder()):
        click.echo(f"{one.name}:")
        if one.run(command) != 0:
            failed.append(one.name)
    if failed:
        click.echo(str(say("没有完成：{n}。", "Not done: {n}.", n="、".join(failed))), err=True)
        sys.exit(1)


def _told(one: houses.House) -> dict[str, Any]:
    return {"name": one.name, "host": one.host, "port": one.port, "database": one.database}


COMMANDS = (house,)
