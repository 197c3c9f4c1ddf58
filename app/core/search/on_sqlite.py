"""The index on SQLite: one FTS5 table that holds no content of its own, kept by triggers.

FTS5 hands out a piece's rows newest first and no further than asked, which is what a frequent term
needs. We cut the pieces ourselves and hand them over between blanks: its tokenizer only has to
leave every other sign as it is. Without content a row is taken out by saying what it held (OLD).
"""

from collections.abc import Iterable

from app.core.search.pieces import BEGINNING, Piece
from app.core.search.readings import READ
from app.core.search.sources import EXTRA, LONGEST_NAME, Source
from app.core.values.pinyin import LONGEST_PERSON

#: signs of the longest text that is cut
PLACES = 2000
OPTIMIZE = "INSERT INTO search_index(search_index) VALUES ('optimize')"
EMPTY = "INSERT INTO search_index(search_index) VALUES ('delete-all')"


def triggers(source: Source) -> dict[str, str]:
    """name -> DDL"""
    table, base = source.table, source.base
    names = source.columns()
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in names)
    out = f"INSERT INTO search_index(search_index, rowid, pieces) VALUES ('delete', {base} + OLD.id, {held(source, 'OLD')});"
    into = f"INSERT INTO search_index(rowid, pieces) VALUES ({base} + NEW.id, {held(source, 'NEW')});"
    columns = ", ".join(f'"{name}"' for name in names)
    return {
        f"search_{table}_new": f"CREATE TRIGGER search_{table}_new AFTER INSERT ON {table} BEGIN {into} END",
        f"search_{table}_gone": f"CREATE TRIGGER search_{table}_gone AFTER DELETE ON {table} BEGIN {out} END",
        f"search_{table}_changed": (
            f"CREATE TRIGGER search_{table}_changed AFTER UPDATE OF id, {columns} ON {table}"
            f" WHEN OLD.id <> NEW.id OR {changed} BEGIN {out} {into} END"
        ),
    }


def fill(source: Source) -> str:
    """Rows with ids over :after, up to :until."""
    return (
        f"INSERT INTO search_index(rowid, pieces) SELECT {source.base} + t.id, {held(source, 't')}"
        f" FROM {source.table} AS t WHERE t.id > :after AND t.id <= :until"
    )


def held(source: Source, row: str) -> str:
    """Every piece of a row, between blanks; the table's mark first."""
    parts = [_cut(source.said(part.sign, row), f'{row}."{part.field.attribute}"') for part in source.parts]
    parts += [
        _read(source.said(part.read, row), f'{row}."{part.field.attribute}"') for part in source.parts if part.read
    ]
    if source.beside:
        read = f"{source.said(source.beside_read, row)} || e.key || '.'"
        parts.append(_each(row, _cut(source.said(source.beside, row), "e.value")))
        parts.append(_each(row, _read(read, "e.value"), f"AND length(e.value) <= {LONGEST_NAME}"))
    return " || ".join([f"'{source.mark}'", *parts])


def _each(row: str, pieces: str, only: str = "") -> str:
    """Of each text beside the columns; what is sealed is none."""
    return f"""coalesce((SELECT group_concat({pieces}, '') FROM json_each({row}."{EXTRA}") AS e
        WHERE e.type = 'text' {only}), '')"""


def _plain(column: str) -> str:
    for blank in ("' '", "char(9)", "char(10)", "char(13)"):
        column = f"replace({column}, {blank}, '')"
    return f"lower({column})"


def _cut(sign: str, column: str) -> str:
    return f"""coalesce((SELECT group_concat(CASE WHEN unicode(substr(v, n, 1)) < 128 THEN ' ' || {sign} || substr(v, n, 3)
        ELSE ' ' || {sign} || substr(v, n, 2) || ' ' || {sign} || substr(v, n, 1) END, '')
        FROM (SELECT {_plain(column)} AS v), search_place WHERE n <= length(v)), '')"""


def _read(sign: str, column: str) -> str:
    """The beginnings of each way to type it (`readings.ways`), and the longer ones whole."""
    syllables = ", ".join(f"{_syllable(place)} AS s{place}" for place in range(1, READ + 1))
    ways = [" || ".join(f"s{place}" for place in range(start, READ + 1)) for start in (1, 2, 3)]
    ways += [" || ".join(f"substr(s{place}, 1, 1)" for place in range(start, READ + 1)) for start in (1, 2, 3)]
    chosen = " ".join(f"WHEN {number} THEN {way}" for number, way in enumerate(ways, start=1))
    # Each LIMIT keeps SQLite from working out the inner columns anew for every row of the outer ones.
    return f"""coalesce((SELECT group_concat(' ' || {sign} || substr(f, 1, CASE k.n WHEN {BEGINNING + 1} THEN 99 ELSE k.n END), '')
        FROM (SELECT CASE w.n {chosen} END AS f FROM (SELECT {syllables} FROM (SELECT {_plain(column)} AS v)
            WHERE v GLOB '*[^' || char(1) || '-' || char(127) || ']*' LIMIT 1) CROSS JOIN search_place AS w
            WHERE w.n <= 6 LIMIT 6) CROSS JOIN search_place AS k WHERE k.n <= min({BEGINNING + 1}, length(f))), '')"""


def _syllable(place: int) -> str:
    sign = f"substr(v, {place}, 1)"
    usual = f"{_looked_up(sign)}, CASE WHEN {sign} GLOB '[a-z0-9]' THEN {sign} ELSE '' END"
    if place > 2:
        return f"coalesce({usual})"
    double = _looked_up(f"'{'^' * place}' || substr(v, 1, 2)")
    single = f", {_looked_up(chr(39) + '^' + chr(39) + ' || substr(v, 1, 1)')}" if place == 1 else ", NULL"
    return f"coalesce(CASE WHEN length(v) <= {LONGEST_PERSON} THEN coalesce({double}{single}) END, {usual})"


def _looked_up(word: str) -> str:
    return f"(SELECT syllable FROM search_reading WHERE word = {word})"


# --- asking -------------------------------------------------------------------------------

#: from new to old, no further than wanted
HITS = """SELECT rowid - :low FROM search_index
    WHERE search_index MATCH :asked AND rowid > :low AND rowid < :high ORDER BY rowid DESC LIMIT :wanted"""


def every(parts: Iterable[str]) -> str:
    return "(" + ") AND (".join(parts) + ")"


def some(parts: Iterable[str]) -> str:
    return "(" + ") OR (".join(parts) + ")"


def piece(sign: str, asked: Piece) -> str:
    quoted = '"' + (sign + asked.text).replace('"', '""') + '"'
    return quoted + (" *" if asked.open else "")
