"""The API's own description is valid, and every answer is as it says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from app.core import here
from app.core.declaration import all_registers
from app.core.openapi import document
from app.core.verbs import verbs_of
from app.demo import load


@pytest.fixture
def told(app: Any) -> dict[str, Any]:
    return document()


def check(told: dict[str, Any], answer: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": told["components"]}).validate(answer)


def of(told: dict[str, Any], path: str, way: str, status: str) -> dict[str, Any]:
    return told["paths"][path][way]["responses"][status]["content"]["application/json"]["schema"]


@pytest.mark.on("sqlite")
def test_the_document_is_valid_openapi(told: dict[str, Any]) -> None:
    validate(told)


@pytest.mark.on("sqlite")
def test_every_register_answers_as_described(databases: Any, backend: str, home: Any, told: Any) -> None:
    from app.extensions import db
    from app.release import release
    from tests.browserless import Api
    from tests.databases import make_app

    app = make_app(databases.empty(backend), home)
    with app.app_context():
        release()
        with here.as_house():
            password = load(db.session)["password"]
        db.session.remove()
        clients = [Api(app, user, password) for user in ("auditor", "service_manager", "account_manager")]
        db.session.remove()
    seen = set()
    for table in all_registers():
        for client in clients:
            page = client.get(f"{table}/?q=(page_size:20)")
            if page.status_code != 200:
                check(told, page.json, {"$ref": "#/components/schemas/Refusal"})
                continue
            check(told, page.json, of(told, f"/api/v1/{table}/", "get", "200"))
            for row_id in page.json["ids"][:3]:
                seen.add(table)
                one = client.get(f"{table}/{row_id}")
                check(told, one.json, of(told, f"/api/v1/{table}/{{id}}", "get", "200"))
                for verb in verbs_of(table).values():
                    if not verb.many:
                        would = client.get(f"{table}/{row_id}/{verb.name}")
                        schema = {"200": "Would"}.get(str(would.status_code), "Refusal")
                        check(told, would.json, {"$ref": f"#/components/schemas/{schema}"})
    assert seen >= {"lead", "renovation_application", "permit", "staff", "owner", "dispatch", "receipt"}


@pytest.mark.on("sqlite")
def test_every_described_path_is_there(app: Any, told: Any) -> None:
    there = app.url_map.bind("localhost")
    for path, ways in told["paths"].items():
        for way in ways:
            there.match(path.replace("{id}", "1").replace("{assignment}", "1"), method=way.upper())
