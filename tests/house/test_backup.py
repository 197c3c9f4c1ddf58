"""What was backed up is what comes back: every row, every key."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.browserless import Api
from tests.conftest import PASSWORD
from tests.core import test_files
from tests.core.test_files import picture, send
from tests.databases import make_app
from tests.house.test_releases import content

worker = test_files.worker


def test_a_restored_house_equals_the_original(
    app: Any, command: Any, databases: Any, backend: str, database_url: str, tmp_path: Path, session: Any, api: Any,
    worker: int,
) -> None:  # fmt: skip
    assert send(api("renovation_clerk"), worker, picture()).status_code == 200
    file = tmp_path / "house.tar.gz"
    answer = command("backup", str(file))
    assert answer.exit_code == 0, answer.output
    assert file.stat().st_mode & 0o077 == 0

    url, home = databases.empty(backend), tmp_path / "home"
    again = make_app(url, home)
    restored = _invoke(again, "restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert content(url) == content(database_url)
    original: Path = app.config["GUANJIA_HOME"]
    for key in (original / "keys").iterdir():
        assert (home / "keys" / key.name).read_bytes() == key.read_bytes()
    for scan in (original / "files").glob("*/*"):
        assert (home / "files" / scan.parent.name / scan.name).read_bytes() == scan.read_bytes()
    again = make_app(url, home)  # it is started again, with the keys that came back
    with again.app_context():
        from app.extensions import db

        photo = Api(again, "renovation_clerk", PASSWORD).get(f"worker/{worker}/file/photo")
        assert photo.data.startswith(b"\xff\xd8")

        db.engine.dispose()
    if backend == "postgresql":
        databases.drop(url)


def test_a_backup_overwrites_nothing_and_neither_does_a_restore(app: Any, command: Any, tmp_path: Path) -> None:
    file = tmp_path / "house.tar.gz"
    assert command("backup", str(file)).exit_code == 0
    assert command("backup", str(file)).exit_code == 1
    assert command("restore", str(file)).exit_code == 1


@pytest.mark.on("sqlite")
def test_what_is_no_backup_is_refused(databases: Any, tmp_path: Path) -> None:
    file = tmp_path / "nonsense.tar.gz"
    file.write_bytes(b"nonsense")
    app = make_app(databases.empty("sqlite"), tmp_path / "home")
    answer = _invoke(app, "restore", str(file))
    assert answer.exit_code == 1
    assert "备份" in answer.output
    with app.app_context():
        from app.extensions import db

        assert db.session.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def _invoke(app: Any, *arguments: str) -> Any:
    """In that app's own context: the test may stand in another's."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(arguments))
