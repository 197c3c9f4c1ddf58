"""The index on PostgreSQL: one table of `tsvector` with a GIN index, kept by triggers.

GIN hands out all rows of a piece, in no order: a piece that a million rows hold would cost as much
to look up as to read. So every row also holds which stretches of ids it belongs to, and
`search_hits` asks the newest stretches first, then wider ones, and for all only when the newest
hold too few. It plans its own statements: a client's prepared statement could not spoil them.
"""

from collections.abc import Iterable

from app.core.search.pieces import BEGINNING, Piece
from app.core.search.readings import READ
from app.core.search.sources import ROOM, Source
from app.core.values.pinyin import LONGEST_PERSON

#: without a list of what waits: every search would have to read it from end to end
INDEX = "CREATE INDEX ix_search_index_pieces ON search_index USING gin (pieces) WITH (fastupdate = off)"
NO_INDEX = "DROP INDEX IF EXISTS ix_search_index_pieces"
#: stretches of 2,048, 16,384 and 131,072 ids
STRETCHES = (11, 14, 17)

FUNCTIONS = (
    r"""CREATE OR REPLACE FUNCTION search_plain(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT translate(given, E'ABCDEFGHIJKLMNOPQRSTUVWXYZ \t\n\r', 'abcdefghijklmnopqrstuvwxyz') $$""",
    """CREATE OR REPLACE FUNCTION search_cut(sign TEXT, given TEXT) RETURNS TEXT[]
       LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_agg(sign || each) FROM (SELECT string_to_array(search_plain(given), NULL) AS s) AS signs,
          generate_subscripts(s, 1) AS n,
          unnest(CASE WHEN ascii(s[n]) < 128 THEN ARRAY[array_to_string(s[n:n + 2], '')]
                 ELSE ARRAY[s[n], s[n] || coalesce(s[n + 1], '')] END) AS each $$""",
    f"""CREATE OR REPLACE FUNCTION search_read(sign TEXT, given TEXT) RETURNS TEXT[] LANGUAGE plpgsql STABLE AS $$
        DECLARE v TEXT := search_plain(given); said TEXT[]; first TEXT[];
        BEGIN
          IF v IS NULL OR octet_length(v) = length(v) THEN RETURN NULL; END IF;
          SELECT array_agg(coalesce(r.syllable, CASE WHEN t.s ~ '^[a-z0-9]$' THEN t.s ELSE '' END) ORDER BY t.n)
            INTO said FROM unnest(string_to_array(left(v, {READ}), NULL)) WITH ORDINALITY AS t(s, n)
            LEFT JOIN search_reading r ON r.word = t.s;
          IF length(v) <= {LONGEST_PERSON} THEN
            said[1] := coalesce((SELECT syllable FROM search_reading WHERE word = '^' || left(v, 2)),
                                (SELECT syllable FROM search_reading WHERE word = '^' || left(v, 1)), said[1]);
            IF length(v) > 1 THEN
              said[2] := coalesce((SELECT syllable FROM search_reading WHERE word = '^^' || left(v, 2)), said[2]);
            END IF;
          END IF;
          SELECT array_agg(left(each, 1) ORDER BY n) INTO first FROM unnest(said) WITH ORDINALITY AS t(each, n);
          RETURN (SELECT array_agg(DISTINCT sign || left(way, CASE k WHEN {BEGINNING + 1} THEN 99 ELSE k END))
            FROM unnest(ARRAY[array_to_string(said, ''), array_to_string(said[2:], ''), array_to_string(said[3:], ''),
              array_to_string(first, ''), array_to_string(first[2:], ''), array_to_string(first[3:], '')]) AS way,
              generate_series(1, {BEGINNING + 1}) AS k WHERE k <= length(way));
        END $$""",
    """CREATE OR REPLACE FUNCTION search_hits(asked TSQUERY, mark TEXT, low BIGINT, high BIGINT, wanted INT)
       RETURNS INT[] LANGUAGE plpgsql STABLE AS $$
        DECLARE newest BIGINT; found INT[]; step INT; edge BIGINT;
        BEGIN
          SELECT max(id) - low INTO newest FROM search_index WHERE id >= low AND id < high;
          IF newest IS NULL THEN RETURN '{}'; END IF;
          FOREACH step IN ARRAY ARRAY[11, 14, 17] LOOP
            edge := newest >> step;
            EXIT WHEN edge < 2;
            SELECT array_agg(id - low ORDER BY id DESC) INTO found FROM search_index
              WHERE id < high AND pieces @@ (asked && (quote_literal(mark || '!' || step || ':' || edge) || '|' ||
                                            quote_literal(mark || '!' || step || ':' || edge - 1))::tsquery);
            IF cardinality(found) >= wanted THEN RETURN found[1:wanted]; END IF;
          END LOOP;
          SELECT array_agg(id - low ORDER BY id DESC) INTO found FROM search_index
            WHERE id >= low AND id < high AND pieces @@ asked;
          RETURN coalesce(found[1:wanted], '{}');
        END $$""",
)


def triggers(source: Source) -> dict[str, str]:
    """name -> DDL: the function and the trigger of a table."""
    table, base = source.table, source.base
    names = [f'"{part.field.attribute}"' for part in source.parts]
    was, now = (", ".join(f"{row}.{name}" for name in ["id", *names]) for row in ("OLD", "NEW"))
    return {
        f"search_of_{table}": f"""CREATE OR REPLACE FUNCTION search_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'UPDATE' AND ({was}) IS NOT DISTINCT FROM ({now}) THEN RETURN NULL; END IF;
              IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.id <> NEW.id) THEN
                DELETE FROM search_index WHERE id = {base} + OLD.id;
              END IF;
              IF TG_OP <> 'DELETE' THEN
                INSERT INTO search_index VALUES ({base} + NEW.id, {held(source, "NEW")})
                  ON CONFLICT (id) DO UPDATE SET pieces = excluded.pieces;
              END IF;
              RETURN NULL;
            END $$""",
        f"search_{table}": (
            f"CREATE TRIGGER search_{table} AFTER INSERT OR DELETE OR UPDATE OF id, {', '.join(names)} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION search_of_{table}()"
        ),
    }


def fill(source: Source) -> str:
    """Rows with ids over :after, up to :until."""
    return (
        f"INSERT INTO search_index SELECT {source.base} + t.id, {held(source, 't')} FROM {source.table} AS t"
        " WHERE t.id > :after AND t.id <= :until"
    )


def empty(source: Source) -> str:
    return f"DELETE FROM search_index WHERE id >= {source.base} AND id < {source.base + ROOM}"


def held(source: Source, row: str) -> str:
    """Every piece of a row as a tsvector; the table's mark and the stretches first."""
    stretches = ", ".join(f"'{source.mark}!{step}:' || ({row}.id >> {step})" for step in STRETCHES)
    parts = [f"ARRAY['{source.mark}', {stretches}]"]
    parts += [f"search_cut('{part.sign}', {row}.\"{part.field.attribute}\")" for part in source.parts]
    parts += [f"search_read('{part.read}', {row}.\"{part.field.attribute}\")" for part in source.parts if part.read]
    return f"array_to_tsvector({' || '.join(parts)})"


# --- asking -------------------------------------------------------------------------------


def every(parts: Iterable[str]) -> str:
    return "(" + ") & (".join(parts) + ")"


def some(parts: Iterable[str]) -> str:
    return "(" + ") | (".join(parts) + ")"


def piece(sign: str, asked: Piece) -> str:
    quoted = "'" + (sign + asked.text).replace("\\", "\\\\").replace("'", "''") + "'"
    return quoted + (":*" if asked.open else "")
