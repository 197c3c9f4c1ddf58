"""Migrations up and down with data in them, releases that change nothing twice, starts that write nothing."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, MetaData, Table, create_engine, inspect, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from app.core import word_indexes
from tests.browserless import Api
from tests.conftest import PASSWORD
from tests.databases import make_app

ROOT = Path(__file__).parents[2]


def content(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {}
        for name in sorted(inspect(engine).get_table_names()):
            if name.startswith("search_"):  # made of the others: `release` fills it
                continue
            table = Table(name, MetaData(), autoload_with=engine, resolve_fks=False)
            found[name] = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
    engine.dispose()
    return found


def without_sorted(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    is_sorted = kind == "index" and str(name).endswith(("_sorted", "_words"))
    return not is_sorted and not str(name).startswith("search_")


def test_the_indexes_of_sorted_lists_are_those_of_the_models(app: Any) -> None:
    """Alembic can't compare them, so their names are."""
    from flask_appbuilder import Model

    from app.extensions import db

    wanted = {str(index.name) for table in Model.metadata.tables.values() for index in table.indexes}
    with db.engine.connect() as connection:
        found = word_indexes.names(connection)
    of_lists = ("_sorted", "_words")
    assert {name for name in wanted if name.endswith(of_lists)} == {name for name in found if name.endswith(of_lists)}


def test_the_checks_of_the_database_are_those_of_the_models(app: Any) -> None:
    from flask_appbuilder import Model

    from app.extensions import db

    found = inspect(db.engine)
    for table in Model.metadata.tables.values():
        wanted = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        assert wanted == {str(each["name"]) for each in found.get_check_constraints(table.name)}, table.name


def test_the_migrations_lead_to_the_models(app: Any) -> None:
    from flask_appbuilder import Model

    from app.extensions import db

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": without_sorted})
        differing = compare_metadata(context, Model.metadata)
    # On SQLite the two foreign keys that close the circle of department and staff stay out.
    circle = ("head_id", "created_by_id")
    assert [
        each for each in differing
        if not (each[0] == "add_fk" and each[1].parent.name == "department" and each[1].column_keys[0] in circle)
    ] == []  # fmt: skip


def test_down_to_nothing_and_up_again_with_data(app: Any, session: Any) -> None:
    from app.extensions import db

    session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert "lead" in inspect(db.engine).get_table_names()


def test_one_step_down_and_up_keeps_every_row(app: Any, database_url: str, session: Any) -> None:
    from app.extensions import db

    session.remove()
    before = content(database_url)
    downgrade(revision="-1")
    upgrade()
    assert content(database_url) == before
    db.engine.dispose()


def test_a_second_release_changes_nothing(app: Any, database_url: str, session: Any) -> None:
    from app.release import release

    session.remove()
    release()
    before = content(database_url)
    release()
    assert content(database_url) == before


def test_a_start_writes_nothing(app: Any, database_url: str, home: Path, client: Any) -> None:
    before = content(database_url)
    another = make_app(database_url, home)
    assert another.test_client().get("/health").status_code == 200
    assert another.test_client().get("/login/").status_code == 200
    assert content(database_url) == before


def test_four_starts_and_two_releases_at_once_on_nothing(databases: Any, backend: str, tmp_path: Path) -> None:
    url = databases.empty(backend)
    env = {"DATABASE_URL": url, "GUANJIA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    start = [sys.executable, "-c", "from app import create_app; create_app()"]
    release = [sys.executable, "-m", "flask", "--app", "run", "release"]
    running = [
        subprocess.Popen(each, cwd=ROOT, env=env, stderr=subprocess.PIPE)
        for each in [release, start, start, release, start, start]
    ]
    answers = [(each.wait(), each.stderr.read().decode()) for each in running]  # type: ignore[union-attr]
    assert [code for code, _ in answers] == [0] * 6, answers
    engine = create_engine(url)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM ab_role")).scalars().all()
        assert len(names) == len(set(names)) == 18
    engine.dispose()
    databases.drop(url)


@pytest.mark.on("sqlite")
def test_the_demo_company_is_loaded_only_into_an_empty_database(command: Any) -> None:
    answer = command("demo")
    assert answer.exit_code == 1
    assert "空库" in answer.output
    assert command("demo", "--if-empty").exit_code == 0


def test_the_journal_can_not_be_changed_by_hand(app: Any, session: Any, command: Any) -> None:
    from sqlalchemy.exc import DBAPIError

    assert command("journal", "verify").exit_code == 0
    for statement in ("UPDATE journal_entry SET who = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_one_changed_byte_in_the_journal_is_found(app: Any, session: Any, command: Any) -> None:
    from app.extensions import db

    if db.engine.dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER journal_entry_stays"))
    else:
        session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
    session.execute(text("UPDATE journal_entry SET row_label = row_label || '.' WHERE id = 3"))
    session.commit()
    answer = command("journal", "verify")
    assert answer.exit_code == 1
    assert "3" in answer.output


@pytest.mark.on("postgresql")
def test_a_service_with_fewer_rights_does_its_work_and_takes_nothing_out_of_the_journal(
    database_url: str, home: Path
) -> None:
    """The grants of docs/production.md, word for word."""
    page = (Path(__file__).parents[2] / "docs/production.md").read_text()
    [grants] = re.findall(r"```sql\n(GRANT.*?)```", page, re.DOTALL)
    role = f"service_{uuid4().hex[:8]}"
    owner = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        for order in grants.replace("guanjia_service", role).strip().split(";\n"):
            connection.execute(text(order))
    service = make_app(str(make_url(database_url).set(username=role)), home)
    try:
        made = Api(service, "front_desk", PASSWORD).post(
            "lead/", customer_name="王", phone="13577272786", source="walk_in", inquiry_on="2026-11-20"
        )
        assert made.status_code == 201, made.text
        with service.app_context():
            from app.extensions import db

            for order in ("DELETE FROM journal_entry", "UPDATE journal_entry SET who = 'x'", "DROP TABLE journal_entry",
                          "ALTER TABLE journal_entry DISABLE TRIGGER ALL", "TRUNCATE journal_entry"):  # fmt: skip
                with pytest.raises(ProgrammingError):
                    db.session.execute(text(order))
                db.session.rollback()
            db.session.remove()
            db.engine.dispose()
    finally:
        with owner.connect() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()
