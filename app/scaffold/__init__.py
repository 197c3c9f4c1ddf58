"""What `flask new` and `flask adopt` write: a table's folder, and its lines in the index pages.

    app/owners/meter_reading/{__init__,models,views}.py, and its lines in app/models.py and app/views.py

Nothing here is needed at run time: what is written is plain code, to be read and changed.
"""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, Inspector, inspect
from sqlalchemy import types as sql

from app.core.answers import Refusal
from app.core.record import Record, table_named
from app.core.rights import ROLE_NAMES
from app.core.words import Say, joined, say, spelled_out

#: what may stand after the colon -> (maker in core/columns.py, Python type)
TYPES = {
    "text": ("text", "str"), "long_text": ("long_text", "str"), "address": ("address", "str"),
    "phone": ("phone", "str"), "money": ("money", "int"), "date": ("on_date", "date"),
    "instant": ("instant", "datetime"), "integer": ("integer", "int"), "number": ("number", "Decimal"),
    "yes_no": ("yes_no", "bool"), "ref": ("ref", "int"),
}  # fmt: skip
#: kinds that are masked for whoever is not shown them
PERSONAL = ("phone", "address")
WIDTH = 120
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SYSTEM = {"id", "version", "created_at", "created_by_id", "updated_at", "extra"}


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
        last = ", sorted=True" if self.is_sorted else ""
        mapped = f"Mapped[{python}{' | None' if self.optional else ''}]"
        return f'    {self.attribute}: {mapped} = {maker}({first}"{self.zh}"{last})'

    @property
    def is_sorted(self) -> bool:
        """Lists are sorted by it, so it has an index; a relation has its own."""
        return self.kind not in ("ref", "long_text", "yes_no")

    @property
    def is_worded(self) -> bool:
        """Sorted by words: `release` makes its index (core/word_indexes.py)."""
        return self.kind in ("text", "address") and self.name != "number"


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


@dataclass(frozen=True)
class Table:
    """What is to be written: `keepers` do everything, `own` read and enter their own rows."""

    domain: str
    noun: str
    zh: str
    spots: list[Spot]
    keepers: list[str]
    own: list[str]

    @property
    def name(self) -> str:
        return "".join(part.title() for part in self.noun.split("_"))

    @property
    def en(self) -> str:
        return spelled_out(self.noun)

    @property
    def package(self) -> str:
        return f"app.{self.domain}.{self.noun}"


def new(root: Path, table: Table) -> list[str]:
    """Write the folder and the lines; answers the files that were written or changed."""
    folder = root / "app" / table.domain / table.noun
    if not (folder.parent / "__init__.py").exists():
        raise Refusal(say("没有这个领域文件夹：app/{d}。", "There is no such domain: app/{d}.", d=table.domain))
    if not _WORD.fullmatch(table.noun) or folder.exists():
        raise Refusal(say("名称不可用，或已存在：{n}。", "Not a name, or there already: {n}.", n=table.noun))
    unknown = {*table.keepers, *table.own} - set(ROLE_NAMES)
    if unknown:
        raise Refusal(say("没有这个岗位：{r}。", "There is no such role: {r}.", r=", ".join(sorted(unknown))))
    folder.mkdir()
    (folder / "__init__.py").write_text(f'"""{table.zh}: {table.en.lower()}."""\n')
    (folder / "models.py").write_text(_models(table))
    (folder / "views.py").write_text(_views(table))
    index_model(root / "app" / "models.py", table.package, table.name)
    _index_views(root / "app" / "views.py", table)
    written = [f"app/{table.domain}/{table.noun}/{each}.py" for each in ("__init__", "models", "views")]
    return [*written, "app/models.py", "app/views.py"]


def _models(table: Table) -> str:
    python = {TYPES[spot.kind][1] for spot in table.spots} & {"date", "datetime", "Decimal"}
    wanted = {*python, *(TYPES[spot.kind][0] for spot in table.spots), "Mapped", "Record"}
    label = next((spot.name for spot in table.spots if spot.kind == "text"), "id")
    derived = re.sub(r"(?<!^)(?=[A-Z])", "_", table.name).lower()
    lines = [
        f'"""{table.zh}."""', "",
        f"from app.core.table import {', '.join(sorted(wanted, key=_as_imported))}", "", "",
        f'class {table.name}(Record, zh="{table.zh}", label="{label}"):',
        f'    """{table.zh}: {table.en.lower()}."""', "",
        *([f'    __tablename__ = "{table.noun}"', ""] if derived != table.noun else []),
        *(spot.line for spot in table.spots),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _as_imported(name: str) -> tuple[bool, str]:
    """Classes first, as the imports of the house are sorted."""
    return not name[0].isupper(), name


def _views(table: Table) -> str:
    personal = " ".join(spot.name for spot in table.spots if spot.kind in PERSONAL)
    shown = f'show="{personal}"' if personal else ""
    rights = [f'"{role}": keeps({shown})' for role in table.keepers]
    rights += [f'"{role}": can("read add", rows=mine("created_by_id"))' for role in table.own]
    wanted = ["Register", *(["can"] if table.own else []), "keeps", *(["mine"] if table.own else [])]
    in_one = f"    rights = {{{', '.join(rights)}}}"
    lines = [
        f'"""The register of {table.en.lower()}."""', "",
        f"from app.core.register import {', '.join(wanted)}",
        f"from {table.package}.models import {table.name}", "", "",
        f"class {table.name}Register(Register):",
        f"    model = {table.name}",
        *([in_one] if len(in_one) <= WIDTH else ["    rights = {", *(f"        {each}," for each in rights), "    }"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def index_model(page: Path, package: str, name: str) -> None:
    text = imported(page.read_text(), f"{package}.models", name)
    page.write_text(text.replace("    # The house itself\n", f'    "{name}",\n    # The house itself\n', 1))


def _index_views(page: Path, table: Table) -> None:
    """Under the heading of its domain: the first that holds a register of it."""
    text = page.read_text()
    names = re.search(rf"from app\.{table.domain}\.views import (?:\(([^)]*)\)|(.*))", text)
    known = re.findall(r"\w+Register", (names[1] or names[2]) if names else "")
    place = re.search(rf"\n        ({'|'.join(known) or 'PolicyPages'}),\n", text[text.index("MENU") :])
    assert place is not None
    text = text.replace(place[0], f"{place[0]}        {table.name}Register,\n", 1)
    page.write_text(imported(text, f"{table.package}.views", f"{table.name}Register"))


def imported(text: str, module: str, name: str) -> str:
    """The page with one more import, where the sorted imports have its place."""
    later = next(found for found in re.finditer(r"^from (app\.[\w.]+) import", text, re.MULTILINE) if found[1] > module)
    return f"{text[: later.start()]}from {module} import {name}\n{text[later.start() :]}"


# --- a table that is there already ------------------------------------------------------------


def spots_of(engine: Engine, table: str) -> list[Spot]:
    """Its columns, when each has a name and a kind that the house can keep; else what stands in the way, all of it."""
    reflected = inspect(engine)
    if not reflected.has_table(table):
        raise Refusal(say("数据库里没有这张表：{t}。", "There is no such table: {t}.", t=table))
    if told := list(_in_the_way(reflected, table)):
        raise Refusal(
            joined([say("表 {t} 还不能接管：", "Table {t} can't be kept yet: ", t=table), joined(told)], "", "")
        )
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


def _in_the_way(reflected: Inspector, table: str) -> Iterator[Say]:
    if table_named(table) is not None:
        yield say("它已经是登记簿", "it is a register already")
    key = reflected.get_pk_constraint(table)["constrained_columns"]
    columns = {each["name"]: each for each in reflected.get_columns(table)}
    if key != ["id"] or not isinstance(columns["id"]["type"], sql.Integer):
        yield say("主键须是名为 id 的整数", "its primary key has to be an integer called id")
    related: set[str] = set()
    for each in reflected.get_foreign_keys(table):
        names, target = each["constrained_columns"], each["referred_table"]
        related |= set(names)
        if len(names) > 1 or each["referred_columns"] != ["id"]:
            yield say(
                "外键 {c} 须是一栏，指向 id",
                "foreign key {c} has to be one column that refers to an id",
                c=", ".join(names),
            )
        elif not names[0].endswith("_id"):
            yield say("外键 {c} 须以 _id 结尾", "foreign key {c} has to end with _id", c=names[0])
        elif table_named(target) is None:
            yield say("{c} 指向的 {t} 不是登记簿", "{c} refers to {t}, which is no register", c=names[0], t=target)
    for name, column in columns.items():
        if name in _SYSTEM:
            continue
        if not _WORD.fullmatch(name) or keyword.iskeyword(name) or hasattr(Record, name):
            yield say("栏目名 {c} 不能用", "column {c} needs another name", c=name)
        if name not in related and not _kind_of(column["type"], name):
            yield say(
                "栏目 {c} 的类型 {k} 没有对应的种类",
                "there is no kind for column {c}, a {k}",
                c=name,
                k=str(column["type"]),
            )


def _kind_of(found: object, name: str) -> str:
    """Empty for what the house has no kind for: a figure that is not exact, a time without its day, bytes."""
    if isinstance(found, sql.Float):
        return ""
    kinds: list[tuple[type, str]] = [
        (sql.Boolean, "yes_no"), (sql.DateTime, "instant"), (sql.Date, "date"),
        (sql.Integer, "money" if name.endswith("_fen") else "integer"), (sql.Numeric, "number"), (sql.Text, "long_text"),
        (sql.String, "phone" if name.endswith("phone") else "text"),
    ]  # fmt: skip
    return next((kind for sort, kind in kinds if isinstance(found, sort)), "")


def migration_for(table: str, revision: str, after: str, present: set[str], spots: list[Spot]) -> str:
    """The columns that every record has, and the indexes of its lists, added to a table that came from elsewhere."""
    wanted = {
        "version": "sa.Integer(), nullable=False, server_default='1'",
        "created_at": "sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()",
        "created_by_id": "sa.Integer(), sa.ForeignKey('staff.id', name='fk_{t}_created_by_id'), nullable=True",
        "updated_at": "sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()",
        "extra": "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True",
    }
    missing = [name for name in wanted if name not in present]
    up = [f"        batch.add_column(sa.Column('{name}', {wanted[name].format(t=table)}))" for name in missing] or [
        "        pass"
    ]
    down = [f"        batch.drop_column('{name}')" for name in reversed(missing)] or ["        pass"]
    empty_first = "    empty_first = ' NULLS FIRST' if op.get_bind().dialect.name == 'postgresql' else ''"
    indexes = {
        f"ix_{table}_{each.attribute}{'_sorted' if each.is_sorted else ''}": _indexed(each)
        for each in spots
        if (each.is_sorted and not each.is_worded) or each.kind == "ref"
    }
    sorts = [f"    op.create_index('{name}', '{table}', [{columns}])" for name, columns in indexes.items()]
    unsorts = [f"    op.drop_index('{name}', table_name='{table}')" for name in indexes]
    return "\n".join([
        f'"""{table} is kept as a register', "", f"Revision: {revision}", f"After: {after}", '"""', "",
        "import sqlalchemy as sa", "from alembic import op", "from sqlalchemy.dialects import postgresql", "", "",
        f"revision = '{revision}'", f"down_revision = '{after}'", "branch_labels = None", "depends_on = None", "", "",
        "def upgrade() -> None:", f"    with op.batch_alter_table('{table}') as batch:", *up, empty_first, *sorts, "", "",
        "def downgrade() -> None:", *unsorts, f"    with op.batch_alter_table('{table}') as batch:", *down, "",
    ])  # fmt: skip


def _indexed(spot: Spot) -> str:
    """The columns of its index, as a migration writes them."""
    if not spot.is_sorted:
        return f"'{spot.attribute}'"
    return (f"sa.text('{spot.attribute}' + empty_first)" if spot.optional else f"'{spot.attribute}'") + ", 'id'"
