"""Static files travel compressed, are kept for good, and a worker starts without compiling its addresses."""

import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

STATIC = Path(__file__).parents[2] / "app" / "static"
pytestmark = pytest.mark.on("sqlite")


def test_texts_are_compressed_for_who_takes_it_and_plain_for_who_does_not(client: FlaskClient) -> None:
    squeezed = client.get("/static/app.css", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/static/app.css")
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert squeezed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(squeezed.data) == plain.data == (STATIC / "app.css").read_bytes()
    assert squeezed.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_is_not_there_is_not_found_however_it_is_asked_for(client: FlaskClient) -> None:
    for path in ("nothing.css", "../config.py", "..%2f..%2fconfig.py", "fonts", "js"):
        assert client.get(f"/static/{path}", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_a_font_is_sent_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/static/fonts/NotoSansCJKsc-Rare.otf", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_a_first_visit_brings_at_most_200_kb(client: FlaskClient) -> None:
    """All that the base page names, as it travels."""
    page = client.get("/login/").text
    named = {part.split('"')[0].split("#")[0].split("?")[0] for part in page.split('="/static/')[1:]}
    assert {"app.css", "js/app.js"} <= named
    sizes = {
        each: len(client.get(f"/static/{each}", headers={"Accept-Encoding": "gzip"}).data) for each in sorted(named)
    }
    assert sum(sizes.values()) <= 200_000, sizes


def test_an_address_is_built_as_it_was(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("LeadRegister.show", row_id=7, a="b c") == "/lead/7?a=b+c"
