"""What `flask new` and `flask adopt` write: a table's folder, and its lines in the index pages.

    app/owners/meter_reading/{__init__,models,views}.py, a line each in app/models.py,
    app/views.py and app/security/roles.py

Nothing here is needed at run time: what is written is plain code, to be read and changed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy import types as sql

from app.core.answers import Refusal
from app.core.words import say, spelled_out

#: what may stand after the colon -> (maker in core/columns.py, Python type)
TYPES = {
    "text": ("text", "str"), "long_text": ("long_text", "str"), "address": ("address", "str"),
    "phone": ("phone", "str"), "money": ("money", "int"), "date": ("on_date", "date"),
    "instant": ("instant", "datetime"), "integer": ("integer", "int"), "number": ("number", "Decimal"),
    "yes_no": ("yes_no", "bool"), "ref": ("ref", "int"),
}  # fmt: skip
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SYSTEM = {"id", "version", "created_at", "created_by_id", "updated_at"}


@dataclass(frozen=True)
class Spot:
    """`reading:number:读数` or `unit:ref(unit):房屋`; a question mark after the type: may be empty."""

    name: str
    kind: str
    zh: str
    target: str = ""
    optional: bool = False

    @property
    def attribute(self) -> str:
        return f"{self.name}_id" if self.kind == "ref" else self.name

    @property
    def line(self) -> str:
        maker, python = TYPES[self.kind]
        first = f'"{self.target}", ' if self.kind == "ref" else ""
        return (
            f'    {self.attribute}: Mapped[{python}{" | None" if self.optional else ""}] = {maker}({first}"{self.zh}")'
        )


def read_spot(given: str) -> Spot:
    name, _, rest = given.partition(":")
    kind, _, zh = rest.partition(":")
    optional, kind = kind.endswith("?"), kind.removesuffix("?")
    target = re.fullmatch(r"ref\((\w+)\)", kind)
    kind = "ref" if target else kind
    if not _WORD.fullmatch(name) or kind not in TYPES or (kind == "ref" and not target):
        told = ", ".join(sorted({*TYPES, "ref(table)"} - {"ref"}))
        raise Refusal(
            say(
                "看不懂「{g}」，写法是 名称:类型:中文，类型有：{t}。",
                "“{g}”: write name:type:label; types are {t}.",
                g=given,
                t=told,
            )
        )
    return Spot(name, kind, zh or name, target[1] if target else "", optional)


def new(root: Path, domain: str, noun: str, zh: str, spots: list[Spot], roles: list[str]) -> list[str]:
    """Write the folder and the lines; answers the files that were written or changed."""
    if not (root / "app" / domain / "__init__.py").exists():
        raise Refusal(say("没有这个领域文件夹：app/{d}。", "There is no such domain: app/{d}.", d=domain))
    folder = root / "app" / domain / noun
    if not _WORD.fullmatch(noun) or folder.exists():
        raise Refusal(say("名称不可用，或已存在：{n}。", "Not a name, or there already: {n}.", n=noun))
    name = "".join(part.title() for part in noun.split("_"))
    en = spelled_out(noun)
    folder.mkdir()
    (folder / "__init__.py").write_text(f'"""{zh}: {en.lower()}."""\n')
    (folder / "models.py").write_text(_models(noun, name, zh, en, spots))
    (folder / "views.py").write_text(_views(domain, noun, name, zh, en, spots, roles))
    _index_models(root / "app" / "models.py", domain, noun, name)
    _index_views(root / "app" / "views.py", domain, noun, name)
    _rights(root / "app" / "security" / "roles.py", noun, roles)
    written = [f"app/{domain}/{noun}/{each}.py" for each in ("__init__", "models", "views")]
    return [*written, "app/models.py", "app/views.py", "app/security/roles.py"]


def _models(noun: str, name: str, zh: str, en: str, spots: list[Spot]) -> str:
    python = {TYPES[spot.kind][1] for spot in spots}
    makers = ", ".join(sorted({TYPES[spot.kind][0] for spot in spots}))
    dates = ", ".join(sorted(python & {"date", "datetime"}))
    texts = [spot.name for spot in spots if spot.kind == "text"]
    lines = [
        f'"""{zh}."""', "",
        *([f"from datetime import {dates}"] if dates else []),
        *(["from decimal import Decimal"] if "Decimal" in python else []),
        *([""] if dates or "Decimal" in python else []),
        "from sqlalchemy.orm import Mapped", "",
        f"from app.core.columns import {makers}",
        "from app.core.record import Record", "", "",
        f"class {name}(Record):",
        f'    """{zh}: {en.lower()}."""', "",
        f'    __tablename__ = "{noun}"',
        f'    __zh__ = "{zh}"',
        f'    __label__ = "{texts[0] if texts else "id"}"', "",
        *(spot.line for spot in spots),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _views(domain: str, noun: str, name: str, zh: str, en: str, spots: list[Spot], roles: list[str]) -> str:
    texts = [spot.name for spot in spots if spot.kind == "text"]
    lines = [
        f'"""The register of {en.lower()}."""', "",
        "from app.core.gate import all_rows",
        "from app.core.register import Register",
        "from app.core.words import say",
        f"from app.{domain}.{noun}.models import {name}", "", "",
        f"class {name}Register(Register):",
        f"    model = {name}",
        f'    label, icon = say("{zh}", "{en}"), "table"',
        f"    rows = all_rows({', '.join(repr(role) for role in roles)})".replace("'", '"'),
        f'    list_columns = import_columns = "{" ".join(spot.name for spot in spots)}"',
        *([f'    search = "{" ".join(texts)}"'] if texts else []),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _index_models(page: Path, domain: str, noun: str, name: str) -> None:
    text = page.read_text()
    text = text.replace("\n__all__ = [", f"from app.{domain}.{noun}.models import {name}\n\n__all__ = [", 1)
    page.write_text(text.replace("    # The house itself\n", f'    "{name}",\n    # The house itself\n', 1))


def _index_views(page: Path, domain: str, noun: str, name: str) -> None:
    """Under the heading of its domain: the first that holds a register of it."""
    text = page.read_text()
    told = f"from app.{domain}.{noun}.views import {name}Register\n"
    text = text.replace("\n\n#: every view here", f"\n{told}\n\n#: every view here", 1).replace(
        f"\n\n{told}", f"\n{told}", 1
    )
    names = re.search(rf"from app\.{domain}\.views import (?:\(([^)]*)\)|(.*))", text)
    known = re.findall(r"\w+Register", (names[1] or names[2]) if names else "")
    place = re.search(rf"\n        ({'|'.join(known) or 'PolicyRegister'}),\n", text[text.index("MENU") :])
    assert place is not None
    page.write_text(text.replace(place[0], f"{place[0]}        {name}Register,\n", 1))


def _rights(page: Path, noun: str, roles: list[str]) -> None:
    text = page.read_text()
    for role in roles:
        text = re.sub(
            rf"(\n    Role\.{role.upper()}: \{{)(\n|)",
            lambda found: f'{found[1]}\n        "{noun}": "read add edit delete export import",{found[2]}', text, count=1,
        )  # fmt: skip
    page.write_text(text)


# --- a table that is there already ------------------------------------------------------------


def spots_of(engine: Engine, table: str) -> list[Spot]:
    """Its columns, as far as the house knows their kind; the rest is named in the refusal."""
    reflected = inspect(engine)
    if not reflected.has_table(table):
        raise Refusal(say("数据库里没有这张表：{t}。", "There is no such table: {t}.", t=table))
    keys = {each["constrained_columns"][0]: each["referred_table"] for each in reflected.get_foreign_keys(table)}
    spots = []
    for column in reflected.get_columns(table):
        name = column["name"]
        if name in _SYSTEM:
            continue
        kind = "ref" if name in keys else _kind_of(column["type"], name)
        spots.append(
            Spot(
                name.removesuffix("_id") if kind == "ref" else name,
                kind,
                name,
                keys.get(name, ""),
                bool(column["nullable"]),
            )
        )
    return spots


def _kind_of(found: object, name: str) -> str:
    kinds: list[tuple[type, str]] = [
        (sql.Boolean, "yes_no"), (sql.DateTime, "instant"), (sql.Date, "date"),
        (sql.Integer, "money" if name.endswith("_fen") else "integer"), (sql.Numeric, "number"), (sql.Text, "long_text"),
        (sql.String, "phone" if name.endswith("phone") else "text"),
    ]  # fmt: skip
    return next((kind for sort, kind in kinds if isinstance(found, sort)), "text")


def migration_for(table: str, revision: str, after: str, present: set[str]) -> str:
    """The columns that every record has, added to a table that came from elsewhere."""
    wanted = {
        "version": "sa.Integer(), nullable=False, server_default='1'",
        "created_at": "sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()",
        "created_by_id": "sa.Integer(), sa.ForeignKey('staff.id', name='fk_{t}_created_by_id'), nullable=True",
        "updated_at": "sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()",
    }
    missing = [name for name in wanted if name not in present]
    up = [f"        batch.add_column(sa.Column('{name}', {wanted[name].format(t=table)}))" for name in missing] or [
        "        pass"
    ]
    down = [f"        batch.drop_column('{name}')" for name in reversed(missing)] or ["        pass"]
    return "\n".join([
        f'"""{table} is kept as a register', "", f"Revision: {revision}", f"After: {after}", '"""', "",
        "import sqlalchemy as sa", "from alembic import op", "", "",
        f"revision = '{revision}'", f"down_revision = '{after}'", "branch_labels = None", "depends_on = None", "", "",
        "def upgrade() -> None:", f"    with op.batch_alter_table('{table}') as batch:", *up, "", "",
        "def downgrade() -> None:", f"    with op.batch_alter_table('{table}') as batch:", *down, "",
    ])  # fmt: skip
