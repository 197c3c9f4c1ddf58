"""Several houses 多家公司 on one installation: each with its own folder, settings, keys, database, files, looks, host and processes.

A house is a folder under GUANJIA_HOUSES with `house.env` in it, the environment of its processes and of nothing else. Houses
share the code and no more: what a command does for each of them is done by a process of each, which sees the settings of
that house only. So nothing in the panel has to know that there are others.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core.answers import Faulty, Refusal
from app.core.words import Say, say

SETTINGS = "house.env"
FIRST_PORT, LAST_PORT = 8101, 8999
#: settings of one house that another, or the commands for all of them, must not see
_OWN = re.compile(r"GUANJIA_|DATABASE_URL$|PORT$")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_PLAIN = re.compile(r"[^\s\"'\\$]+")
LONGEST_NAME = 30

WRONG_NAME = say(
    "以小写字母开头，只用小写字母、数字和连字符，最多 {n} 个字符。",
    "Small letters, digits and hyphens, a letter first, at most {n} signs.", n=LONGEST_NAME,
)  # fmt: skip
TAKEN = say("已有一家公司使用。", "Another house has it.")


@dataclass(frozen=True)
class House:
    """One of them, as its settings say."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def hosts(self) -> list[str]:
        return self.settings.get("GUANJIA_HOSTS", "").replace(",", " ").split()

    @property
    def host(self) -> str:
        return self.hosts[0] if self.hosts else ""

    @property
    def port(self) -> int:
        return int(self.settings.get("PORT") or 0)

    @property
    def database(self) -> str:
        """Where its database is, as one may show it: without a password."""
        url = self.settings.get("DATABASE_URL", "")
        return make_url(url).render_as_string(hide_password=True) if url else f"sqlite:///{self.folder / 'guanjia.db'}"

    def environment(self) -> dict[str, str]:
        """That of its processes: ours without what is any house's own, and its settings."""
        rest = {key: value for key, value in os.environ.items() if not _OWN.match(key)}
        return {**rest, **self.settings}

    def run(self, command: Sequence[str]) -> int:
        """`flask --app run <command>` in this house, as whoever its folder belongs to; answers its status."""
        today = datetime.now().astimezone().date().isoformat()
        spoken = [each.replace("{house}", self.name).replace("{day}", today) for each in command]
        return subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-m", "flask", "--app", "run", *spoken], env=self.environment(), **self._owner()
        ).returncode

    def _owner(self) -> dict[str, Any]:
        """Root does nothing in a house that belongs to an account of its own."""
        owner = self.folder.stat()
        if os.geteuid() != 0 or owner.st_uid == 0:
            return {}
        return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def every(houses: Path) -> list[House]:
    return list(_found(houses))


def _found(houses: Path) -> Iterator[House]:
    for file in sorted(houses.glob(f"*/{SETTINGS}")):
        yield House(file.parent, _settings(file.read_text()))


def _settings(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {key: value for key, equals, value in pairs if equals}


def named(houses: Path, name: str) -> House:
    found = next((house for house in _found(houses) if house.name == name), None)
    if found is None:
        raise Refusal(say("没有这家公司：{n}。", "There is no such house: {n}.", n=name[:40]))
    return found


def released(house: House) -> bool:
    return house.run(["release"]) == 0


def new(
    houses: Path, name: str, host: str, *, database: str = "", port: int = 0, https: bool = True,
    prepare: Callable[[House], bool] = released,
) -> House:  # fmt: skip
    """Makes the folder, the settings, the keys and the database. Raises Faulty; Refusal when the release fails, and
    then nothing is left of it but what it did to a database that was named."""
    others = every(houses)
    port = port or next(each for each in range(FIRST_PORT, LAST_PORT) if each not in {house.port for house in others})
    _refuse(houses, others, name, host, database, port)
    folder = houses / name
    house = House(folder, _settings_of(folder, host, database, port, https=https))
    houses.mkdir(mode=0o711, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        _write(house)
        if prepare(house):
            return house
    except BaseException:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)
    raise Refusal(
        say("没有建成：数据库没有就绪，见上面的信息。", "Not made: the database did not get ready; see above.")
    )


def _settings_of(folder: Path, host: str, database: str, port: int, *, https: bool) -> dict[str, str]:
    scheme, own = ("https", "1") if https else ("http", "0")
    address = f"{scheme}://{host}/" if https else f"{scheme}://{host}:{port}/"
    given = {"GUANJIA_HOME": str(folder), "DATABASE_URL": database, "PORT": str(port), "GUANJIA_HOSTS": f"{host},127.0.0.1",
             "GUANJIA_URL": address, "GUANJIA_HTTPS": own, "GUANJIA_PROXIES": own}  # fmt: skip
    return {key: value for key, value in given.items() if value}


def _refuse(houses: Path, others: Sequence[House], name: str, host: str, database: str, port: int) -> None:
    faults: dict[str, Say | str] = {}
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        faults["name"] = WRONG_NAME
    elif (houses / name).exists():
        faults["name"] = TAKEN
    if not _HOST.fullmatch(host):
        faults["host"] = say("写成 guanjia.example 这样的主机名。", "A host name, like guanjia.example.")
    elif any(host in house.hosts for house in others if host != "127.0.0.1"):
        faults["host"] = TAKEN
    if any(port == house.port for house in others):
        faults["port"] = TAKEN
    if database and (fault := _fault_of_database(others, database)):
        faults["database"] = fault
    if faults:
        raise Faulty(faults)


def _fault_of_database(others: Sequence[House], database: str) -> Say | None:
    try:
        url = make_url(database)
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgres") or not _PLAIN.fullmatch(database):
        return say("写成 postgresql://用户:密码@主机/库名。", "Written as postgresql://user:password@host/name.")
    taken = {_place(house.settings["DATABASE_URL"]) for house in others if house.settings.get("DATABASE_URL")}
    return TAKEN if _place(database) in taken else None


def _place(database: str) -> tuple[str, int, str]:
    """Which database it is, whoever asks it and however its address is spelled."""
    url = make_url(database)
    host = url.host or str(url.query.get("host", ""))
    return "" if host in ("localhost", "127.0.0.1", "::1") else host, url.port or 5432, url.database or ""


def _write(house: House) -> None:
    """Readable by whoever owns the house only: a database's password may be in it."""
    text = "".join(f"{key}={value}\n" for key, value in house.settings.items())
    with os.fdopen(os.open(house.folder / SETTINGS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
