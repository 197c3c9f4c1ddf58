"""The house keeps its own rules: what was forgotten is named here."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.declaration import all_registers, names
from app.core.record import all_tables, fields
from app.core.verbs import verbs_of
from app.security.roles import COMMON, table_of_rights

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
pytestmark = pytest.mark.on("sqlite")


def sources() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def templates() -> list[Path]:
    return sorted((ROOT / "app" / "templates").rglob("*.html"))


def test_every_table_says_what_a_row_is_and_has_its_register(app: Flask) -> None:
    for table in all_tables():
        assert (inspect.getdoc(table) or "").strip(), f"{table.__tablename__} has no docstring"
        assert HAN.search(table.__zh__), f"{table.__tablename__} has no Chinese word"
        assert table.__tablename__ in all_registers(), f"{table.__tablename__} has no register"


def test_every_field_has_a_word_in_both_languages(app: Flask) -> None:
    for table in all_tables():
        for spot in fields(table).values():
            assert HAN.search(spot.label.zh), f"{table.__tablename__}.{spot.name}"
            assert spot.label.en and not HAN.search(spot.label.en), f"{table.__tablename__}.{spot.name}"


def test_every_view_is_ours(app: Flask) -> None:
    for view in app.appbuilder.baseviews:  # type: ignore[attr-defined]
        assert type(view).__module__.startswith("app."), f"{type(view).__name__} is Flask-AppBuilder's own"


def test_every_verb_is_explained_and_granted_and_has_an_icon(app: Flask) -> None:
    granted = list(table_of_rights().values())
    drawn = (ROOT / "app/static/icons.svg").read_text()
    for table in all_registers():
        for verb in verbs_of(table).values():
            assert (type(verb).__doc__ or "").strip(), f"{table}.{verb.name} has no docstring"
            assert any(verb.name in rights.get(table, ()) for rights in granted), f"nobody has {table}.{verb.name}"
            assert f'id="i-{verb.icon}"' in drawn, f"{table}.{verb.name}: no icon {verb.icon}"


def test_every_right_is_of_a_verb_that_there_is(app: Flask) -> None:
    general = {"read", "add", "edit", "attach", "delete", "export", "import", "reveal", "print", "manage"}
    for role, rights in table_of_rights().items():
        for table, verbs in rights.items():
            unknown = verbs - general - set(verbs_of(table))
            assert not unknown, f"{role} has {unknown} on {table}"


def test_whoever_reads_a_table_has_a_scope_on_it(app: Flask) -> None:
    for role, rights in table_of_rights().items():
        for table, register in all_registers().items():
            if "read" in rights.get(table, ()) and not (role.endswith("_deputy") and table in COMMON):
                assert role in register.rows, f"{role} reads {table} but no row of it is theirs"


#: a unit's state, until moving in has verbs; a staff number that the company has given already
KEPT_BY_HAND = {"unit.state", "staff.number"}


def test_no_state_number_or_stamp_is_typed(app: Flask) -> None:
    for table, register in all_registers().items():
        known = register.fields()
        numbered = {"number"} if register.model.__series__ else set()
        for name in {*register.typed_in(), *register.edited()}:
            assert name in known, f"{table}: no field {name}"
            by_verb = known[name].by_system and name != "number"
            if f"{table}.{name}" in KEPT_BY_HAND:
                continue
            assert not by_verb and name not in numbered, f"{table}.{name} is typed by hand"


def test_what_a_register_names_exists(app: Flask) -> None:
    for table, register in all_registers().items():
        named = {*register.listed(), *register.shown(), *register.searched(), *register.filtered()}
        unknown = named - set(register.fields())
        assert not unknown, f"{table} names {unknown}"


def test_nobody_may_reveal_what_nobody_masks_and_no_secret_is_a_field(app: Flask) -> None:
    for table in all_tables():
        for name in fields(table):
            assert not name.endswith(("_key", "_token", "password", "secret")), f"{table.__tablename__}.{name}"


# --- two languages ------------------------------------------------------------------------


def test_every_sentence_is_said_in_both_languages() -> None:
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "Say"):
                wrong += [f"{path.relative_to(ROOT)}:{node.lineno}: {fault}" for fault in faults_of(node)]
    assert wrong == []


def faults_of(call: ast.Call) -> list[str]:
    """What is wrong with one `say("中文", "English", …)`, as far as it is written out."""
    texts = [each.value if isinstance(each, ast.Constant) else None for each in call.args[:2]]
    if len(texts) < 2:
        return ["one language only"]
    chinese, english = texts
    found = []
    if isinstance(english, str) and (HAN.search(english.replace("3.5万", "")) or not english):
        found.append("no English")
    if isinstance(chinese, str) and isinstance(english, str):
        places = [set(re.findall(r"{(\w+)}", text)) for text in (chinese, english)]
        given = {each.arg for each in call.keywords}
        if places[0] != places[1]:
            found.append(f"different places: {places[0] ^ places[1]}")
        if given and None not in given and places[0] - given:  # what comes as **words is not written out
            found.append(f"nothing for {places[0] - given}")
    return found


_NOT_TEXT = re.compile(
    r"{#.*?#}|{% macro (?:more|told|draft_at)\(.*?endmacro %}|{%.*?%}|{{.*?}}|<!--.*?-->|<script.*?</script>|<!doctype[^>]*>",
    re.S,
)
_SPOKEN = re.compile(r'\b(?:title|placeholder|aria-label|alt)="([^"]*)"')
#: the same in both languages, and the house's own name in each
NAMES = {"English", "中文", "管家", "Guanjia"}


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_word_of_a_page_is_left_untranslated(path: Path) -> None:
    bare = _NOT_TEXT.sub("", path.read_text())
    spoken = " ".join(_SPOKEN.findall(bare))
    text = re.sub(r"<[^>]*>", " ", bare) + " " + spoken
    assert [word for word in re.findall(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+", text) if word not in NAMES] == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_page_holds_a_script_a_style_or_another_host(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\son\w+=|\sstyle=|<style|https?://", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


# --- the floor plan -----------------------------------------------------------------------

TOP = {
    ".ci", ".gitignore", ".importlinter", "Makefile", "README.md", "app", "bench", "bin", "config.py", "docs",
    "gunicorn.conf.py", "migrations", "pyproject.toml", "requirements-dev.in", "requirements-dev.txt",
    "requirements.in", "requirements.txt", "run.py", "server.py", "tests",
}  # fmt: skip


def test_the_top_level_is_as_the_readme_draws_it() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} <= TOP
    drawn = (ROOT / "README.md").read_text()
    for domain in ("people", "owners", "contractors", "fees", "renovation", "leads", "core", "security"):
        assert f"{domain}/" in drawn, f"README.md does not draw app/{domain}/"


def test_rules_know_no_database_no_web_and_no_clock() -> None:
    for path in (ROOT / "app").rglob("rules.py"):
        text = path.read_text()
        for word in ("sqlalchemy", "flask", "datetime.now", "date.today", "here.now", "here.today"):
            assert word not in text, f"{path.relative_to(ROOT)} knows {word}"


def test_an_app_has_no_secret_in_its_settings(app: Flask) -> None:
    given: dict[str, Any] = {key: value for key, value in vars(__import__("config")).items() if key.isupper()}
    given.pop("PASSWORD_POLICY")  # the name of a rule, not a password
    assert not any("SECRET" in key or "PASSWORD" in key for key in given)


def test_every_test_that_the_security_page_names_exists() -> None:
    """docs/security.md: each of its 78 lines names tests, and each of them is there."""
    root = Path(__file__).parents[2]
    page = (root / "docs/security.md").read_text()
    lines = re.findall(r"^\| ([A-Z]+\d+) \|.*$", page, re.MULTILINE)
    assert len(lines) == len(set(lines)) == 78
    file = ""
    for line in re.findall(r"^\| [A-Z]+\d+ \|.*$", page, re.MULTILINE):
        named = re.findall(r"`([\w/]+\.py)?(?:::(test_\w+))?`", line)
        assert any(path or test for path, test in named), line
        for path, test in named:
            file = path or file
            text = (root / "tests" / file).read_text()
            assert not test or f"def {test}(" in text, f"{file}::{test}"


def test_parts_of_long_forms_name_fields_and_each_once() -> None:
    for table, register in all_registers().items():
        named = [name for _, columns in register.fieldsets for name in names(columns)]
        assert len(named) == len(set(named)), table
        assert set(named) <= set(register.fields()), table


#: a sign-in, a password, an authenticator's code: what is typed there is kept nowhere
SECRET = {"security/login.html", "security/password.html", "security/totp.html", "security/key_new.html"}
FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.S)


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_every_form_says_whose_it_is_so_that_nothing_typed_is_lost(path: Path) -> None:
    """By the macro `csrf`, and no token stands without it (core/keeping.py)."""
    text, name = path.read_text(), str(path.relative_to(ROOT / "app/templates"))
    forms = FORM.findall(text)
    assert text.count('method="post"') == len(forms)
    for form in forms:
        is_secret = name in SECRET and ('type="password"' in form or "one-time-code" in form)
        assert ("m.csrf_only()" if is_secret else "m.csrf()") in form, f"{name}: {form[:120]}"
    if name not in ("macros.html", "frame.html", "base.html"):
        assert "csrf_token" not in text
