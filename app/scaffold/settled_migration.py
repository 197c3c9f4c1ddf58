"""The migration of a settled register: its table, and its rows moved into it and back."""

from collections.abc import Iterable

from app.core.added.definitions import AddedKind
from app.core.added.held import WORDED
from app.core.columns import FORMS
from app.core.kinds import Date, Money
from app.scaffold.settled import Settled, Spot

#: kind -> the column as a migration writes it
_COLUMNS = {
    AddedKind.TEXT: "sa.String(length=200)", AddedKind.LONG_TEXT: "sa.Text()", AddedKind.CHOICE: "sa.String(length=32)",
    AddedKind.SEVERAL: "sa.Text()", AddedKind.JSON: "sa.Text()", AddedKind.PATH: "sa.String(length=200)",
    AddedKind.MONEY: "sa.BigInteger()", AddedKind.DATE: "sa.Date()", AddedKind.YES_NO: "sa.Boolean()",
    AddedKind.PERSON: "sa.Integer()", AddedKind.FILE: "sa.Integer()",
}  # fmt: skip
_POINTS = {AddedKind.PERSON: "staff", AddedKind.FILE: "stored_file"}
#: kind -> what it is called where its rows are moved (core/made/moving.py)
_MOVED: dict[str, str] = {AddedKind.YES_NO: "answer"}
_ASKED = {AddedKind.DATE: FORMS[Date], AddedKind.MONEY: FORMS[Money]}


def text_of(settled: Settled, revision: str, after: str) -> str:
    table, spots = settled.name, settled.spots
    indexes = [f"'ix_{table}_{name}_sorted', '{table}', [{columns}]" for name, columns in _sorted_columns(spots)] + [
        f"'ix_{table}_{s.attribute}', '{table}', ['{s.attribute}']" for s in spots if s.kind == AddedKind.PERSON
    ]
    names = [each.split(",")[0] for each in indexes]
    return "\n".join([
        f'"""{table} is kept by code: its table, and its rows moved there', "", f"Revision: {revision}", f"After: {after}", '"""', "",
        "import sqlalchemy as sa", "from alembic import op", "from sqlalchemy.dialects import postgresql", "",
        "from app.core.made.moving import Moved, back_again, into_own_table", "", "",
        f"revision = '{revision}'", f"down_revision = '{after}'", "branch_labels = None", "depends_on = None", "",
        "MOVED = Moved(", f"    table='{table}',", "    fields={",
        *(f"        '{spot.name}': ('{spot.attribute}', '{_MOVED.get(spot.kind, spot.kind)}')," for spot in spots), "    },",
        f"    states={tuple(each['value'] for each in settled.states)!r},", "    choices={",
        *(f"        '{s.name}': {tuple(each['value'] for each in s.choices)!r}," for s in spots if s.kind == AddedKind.CHOICE),
        "    },", ")", "", "",
        "def upgrade() -> None:", f"    op.create_table('{table}',", *(f"    {each}," for each in _columns(table, spots)), "    )",
        "    empty_first = ' NULLS FIRST' if op.get_bind().dialect.name == 'postgresql' else ''",
        *(f"    op.create_index({each})" for each in indexes),
        "    into_own_table(op.get_bind(), MOVED)", "", "",
        "def downgrade() -> None:", "    back_again(op.get_bind(), MOVED)",
        *(f"    op.drop_index({name}, table_name='{table}')" for name in reversed(names)),
        f"    op.drop_table('{table}')", "",
    ])  # fmt: skip


def _columns(table: str, spots: Iterable[Spot]) -> list[str]:
    """Columns and constraints, named as the models name them."""
    points = [(spot.attribute, _POINTS[AddedKind(spot.kind)]) for spot in spots if spot.kind in _POINTS]
    return [
        "sa.Column('number', sa.String(length=32), nullable=False)", "sa.Column('state', sa.String(length=32), nullable=False)",
        *(f"sa.Column('{spot.attribute}', {_sql(spot)}, nullable=True)" for spot in spots),
        "sa.Column('id', sa.Integer(), nullable=False)", "sa.Column('version', sa.Integer(), nullable=False)",
        "sa.Column('created_at', sa.DateTime(timezone=True), nullable=False)", "sa.Column('created_by_id', sa.Integer(), nullable=True)",
        "sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False)",
        "sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True)",
        *(f"sa.CheckConstraint(\"{_ASKED[AddedKind(spot.kind)].format(spot.attribute)}\", name=op.f('ck_{table}_{spot.attribute}_form'))"
          for spot in spots if spot.kind in _ASKED),
        *(f"sa.ForeignKeyConstraint(['{column}'], ['{target}.id'], name=op.f('fk_{table}_{column}'))"
          for column, target in [*points, ("created_by_id", "staff")]),
        f"sa.PrimaryKeyConstraint('id', name=op.f('pk_{table}'))",
        *(f"sa.UniqueConstraint('{column}', name=op.f('uq_{table}_{column}'))"
          for column in ["number", *(spot.attribute for spot in spots if spot.kind == AddedKind.FILE)]),
    ]  # fmt: skip


def _sql(spot: Spot) -> str:
    if spot.kind == AddedKind.NUMBER:
        return f"sa.Numeric(precision={11 + spot.places}, scale={spot.places})"
    return _COLUMNS[AddedKind(spot.kind)]


def _sorted_columns(spots: Iterable[Spot]) -> list[tuple[str, str]]:
    """Name of the column -> the index's columns; empty counts as the least, which PostgreSQL has to be told.
    The indexes of what is sorted by words `release` makes (core/word_indexes.py)."""
    plain = [(name, f"'{name}', 'id'") for name in ("created_at", "created_by_id", "state")]
    others = [spot for spot in spots if spot.is_sorted and spot.kind not in WORDED]
    return plain + [(spot.attribute, f"sa.text('{spot.attribute}' + empty_first), 'id'") for spot in others]
