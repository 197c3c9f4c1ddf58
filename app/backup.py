"""Backup and restore: database, keys and scans in one file, by one command each.

SQLite is copied by its own backup, PostgreSQL by `pg_dump`; both while the house is open. The
file holds the keys: whoever has it can read everything, so keep it where you keep the keys.
"""

import json
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from app.core.answers import Refusal
from app.core.words import say
from app.extensions import db

FOLDERS = ("keys", "files")
ABOUT, SQLITE, POSTGRESQL = "about.json", "database.sqlite", "database.pgdump"


class BackupFailed(Refusal):
    """The database's own tool said no; nothing is left behind."""

    @staticmethod
    def plain() -> Any:
        return say("备份或恢复没有完成。", "Backup or restore did not finish.")


def backup(file: str) -> dict[str, Any]:
    """Write everything into a new `.tar.gz`. Raises BackupFailed, Refusal when it exists."""
    target = Path(file)
    if target.exists():
        raise Refusal(say("文件已存在：{f}。", "The file exists already: {f}.", f=target.name))
    home: Path = current_app.config["GUANJIA_HOME"]
    with tempfile.TemporaryDirectory(dir=target.parent) as room:
        dumped = _dump(Path(room))
        about = Path(room) / ABOUT
        about.write_text(json.dumps({"guanjia": 1, "database": dumped.name}))
        part = Path(room) / "part"
        with tarfile.open(part, "w:gz") as packed:
            for each in (about, dumped):
                packed.add(each, each.name)
            for folder in FOLDERS:
                if (home / folder).exists():
                    packed.add(home / folder, folder)
        part.chmod(0o600)
        part.rename(target)
    return {"file": target.name, "bytes": target.stat().st_size}


def restore(file: str) -> dict[str, Any]:
    """Bring a backup back into an empty place: a database without tables, a home without keys.

    Raises Refusal when there is something already, or the backup is of the other database.
    """
    home: Path = current_app.config["GUANJIA_HOME"]
    if inspect(db.engine).get_table_names():
        raise Refusal(say("目标数据库不是空的。", "The database is not empty."))
    db.engine.dispose()
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as room:
        try:
            with tarfile.open(file) as packed:
                packed.extractall(room, filter="data")
            dumped = Path(room) / Path(json.loads((Path(room) / ABOUT).read_text())["database"]).name
        except (tarfile.TarError, OSError, ValueError, KeyError, TypeError):
            raise Refusal(say("这不是本系统的备份文件。", "That is not a backup of this system.")) from None
        _load(dumped)
        for folder in FOLDERS:
            _put_back(Path(room) / folder, home / folder)
    return {"restored": True, "database": dumped.name}


def _dump(room: Path) -> Path:
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(room / SQLITE) as copy:
            source.backup(copy)
        return room / SQLITE
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={room / POSTGRESQL}"], url)
    return room / POSTGRESQL


def _load(dumped: Path) -> None:
    url = db.engine.url
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite != (dumped.name == SQLITE):
        raise Refusal(say("备份来自另一种数据库。", "The backup is of the other kind of database."))
    if is_sqlite:
        Path(str(url.database)).unlink(missing_ok=True)
        dumped.rename(str(url.database))
    else:
        _run(
            [
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                "--single-transaction",
                f"--dbname={url.database}",
                str(dumped),
            ],
            url,
        )


def _put_back(source: Path, target: Path) -> None:
    """The backup's keys replace the ones that the first start has made."""
    if not source.exists():
        return
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in source.iterdir():
        each.replace(target / each.name)


def _run(command: list[str], url: URL) -> None:
    """A tool of PostgreSQL; the password goes by the environment, never by the command line."""
    import os

    given = {
        "PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password,
        "PGDATABASE": url.database, **{f"PG{key.upper()}": value for key, value in url.query.items() if key == "sslmode"},
    }  # fmt: skip
    env = os.environ | {key: str(value) for key, value in given.items() if value not in (None, "")}
    if url.query.get("host"):
        env["PGHOST"] = str(url.query["host"])
    try:
        subprocess.run(  # noqa: S603 (our own words)
            [_tool(command[0]), *command[1:]], check=True, capture_output=True, env=env
        )
    except (OSError, subprocess.CalledProcessError):
        raise BackupFailed() from None


def _tool(name: str) -> str:
    """On the path, or where Debian keeps it."""
    from shutil import which

    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return which(name) or next(iter(map(str, kept)), name)
