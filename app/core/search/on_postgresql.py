"""The index on PostgreSQL: one table of `tsvector` with a GIN index, kept by triggers.

GIN hands out all rows of a piece, in no order: a piece that a million rows hold would cost as much
to look up as to read. So every row also holds which stretches of ids it belongs to, and
`search_newest` asks the two newest stretches first, then as many as it takes to find enough at that
rate, and for all only when there are not many. Its statements can be answered by this index only: whatever
was asked before, no plan that is kept reads the table.
"""

from collections.abc import Iterable

from app.core.search.pieces import BEGINNING, Piece
from app.core.search.readings import READ
from app.core.search.sources import EXTRA, LONGEST_NAME, ROOM, Source
from app.core.values.pinyin import LONGEST_PERSON

#: without a list of what waits: every search would have to read it from end to end
INDEX = "CREATE INDEX ix_search_index_pieces ON search_index USING gin (pieces) WITH (fastupdate = off)"
NO_INDEX = "DROP INDEX IF EXISTS ix_search_index_pieces"
#: pieces of what was added without code: a row's tsvector holds a megabyte at most
MOST_BESIDE = 30_000
#: stretches of 2,048, 16,384 and 131,072 ids
STRETCHES = (11, 14, 17)

#: loops cost a tenth of what sets do, for texts as short as these
FUNCTIONS = (
    r"""CREATE OR REPLACE FUNCTION search_plain(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT translate(given, E'ABCDEFGHIJKLMNOPQRSTUVWXYZ \t\n\r', 'abcdefghijklmnopqrstuvwxyz') $$""",
    """CREATE OR REPLACE FUNCTION search_cut(sign TEXT, given TEXT) RETURNS TEXT[] LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE v TEXT := search_plain(given); s TEXT; found TEXT[] := '{}';
        BEGIN
          FOR n IN 1..coalesce(length(v), 0) LOOP
            s := substr(v, n, 1);
            IF octet_length(s) = 1 THEN
              found := found || (sign || substr(v, n, 3));
            ELSE
              found := found || (sign || s) || (sign || substr(v, n, 2));
            END IF;
          END LOOP;
          RETURN found;
        END $$""",
    f"""CREATE OR REPLACE FUNCTION search_read(sign TEXT, given TEXT) RETURNS TEXT[] LANGUAGE plpgsql STABLE AS $$
        DECLARE v TEXT := search_plain(given); size INT := length(v); s TEXT; said TEXT; way TEXT;
          ways TEXT[] := ARRAY['', '', '', '', '', '']; found TEXT[] := '{{}}';
        BEGIN
          IF v IS NULL OR octet_length(v) = size THEN RETURN found; END IF;
          FOR n IN 1..least(size, {READ}) LOOP
            s := substr(v, n, 1);
            said := NULL;
            IF n <= 2 AND size <= {LONGEST_PERSON} THEN
              SELECT syllable INTO said FROM search_reading WHERE word = repeat('^', n) || left(v, 2);
              IF said IS NULL AND n = 1 THEN
                SELECT syllable INTO said FROM search_reading WHERE word = '^' || s;
              END IF;
            END IF;
            IF said IS NULL THEN
              SELECT syllable INTO said FROM search_reading WHERE word = s;
              said := coalesce(said, CASE WHEN s ~ '[a-z0-9]' THEN s ELSE '' END);
            END IF;
            FOR k IN 1..least(n, 3) LOOP
              ways[k] := ways[k] || said;
              ways[k + 3] := ways[k + 3] || left(said, 1);
            END LOOP;
          END LOOP;
          FOREACH way IN ARRAY ways LOOP
            FOR n IN 1..least(length(way), {BEGINNING}) LOOP
              found := found || (sign || left(way, n));
            END LOOP;
            IF length(way) > {BEGINNING} THEN found := found || (sign || way); END IF;
          END LOOP;
          RETURN found;
        END $$""",
    f"""CREATE OR REPLACE FUNCTION search_beside(sign TEXT, read TEXT, extra JSONB) RETURNS TEXT[] LANGUAGE plpgsql STABLE AS $$
        DECLARE k TEXT; v TEXT; found TEXT[] := '{{}}';
        BEGIN
          IF extra IS NULL OR jsonb_typeof(extra) <> 'object' THEN RETURN found; END IF;
          FOR k, v IN SELECT key, value #>> '{{}}' FROM jsonb_each(extra) WHERE jsonb_typeof(value) = 'string' LOOP
            found := found || search_cut(sign, v);
            IF length(v) <= {LONGEST_NAME} THEN found := found || search_read(read || k || '.', v); END IF;
            EXIT WHEN cardinality(found) > {MOST_BESIDE};
          END LOOP;
          RETURN found;
        END $$""",
    "DROP FUNCTION IF EXISTS search_hits(TSQUERY, TEXT, BIGINT, BIGINT, INT)",
    """CREATE OR REPLACE FUNCTION search_newest(asked TSQUERY, mark TEXT, low BIGINT, high BIGINT, newest INT, most INT,
         OUT ids INT[], OUT whole BOOLEAN) LANGUAGE plpgsql STABLE
         SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
        DECLARE last BIGINT; step INT := 11; edges INT := 2; first BIGINT; needed BIGINT; within TSQUERY; found INT;
        BEGIN
          whole := FALSE;
          SELECT max(id) - low INTO last FROM search_index WHERE id >= low AND id < high;
          FOR tried IN 1..3 LOOP
            first := (last >> step) - edges + 1;
            EXIT WHEN first IS NULL OR first < 1;
            SELECT string_agg(quote_literal(mark || '!' || step || ':' || edge), '|')::tsquery INTO within
              FROM generate_series(first, last >> step) AS edge;
            SELECT array_agg(id - low ORDER BY id - low DESC) INTO ids FROM search_index
              WHERE pieces @@ (asked && within) AND id + 0 < high;
            found := coalesce(cardinality(ids), 0);
            needed := (last - (first << step)) * 5 / 4 * most / greatest(found, 1);
            IF found >= 50 AND needed < last / 2 THEN  -- there are far more
              needed := needed * newest / most;
              most := newest;
            END IF;
            IF found > most THEN ids := ids[1:newest]; RETURN; END IF;
            EXIT WHEN needed > last AND found > 0;
            step := CASE WHEN needed < 8 << 14 AND found > 0 THEN 14 ELSE 17 END;
            edges := CASE WHEN found > 0 THEN (needed >> step) + 2 ELSE 2 END;
          END LOOP;
          SELECT array_agg(id - low ORDER BY id - low DESC) INTO ids FROM search_index
            WHERE pieces @@ asked AND id + 0 >= low AND id + 0 < high;
          whole := coalesce(cardinality(ids), 0) <= most;
          ids := CASE WHEN whole THEN coalesce(ids, '{}') ELSE ids[1:newest] END;
        END $$""",
)


def triggers(source: Source) -> dict[str, str]:
    """name -> DDL: the function and the trigger of a table."""
    table, base = source.table, source.base
    names = [f'"{name}"' for name in source.columns()]
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
    parts += [f'search_cut({source.said(part.sign, row)}, {row}."{part.field.attribute}")' for part in source.parts]
    parts += [
        f"search_read({source.said(part.read, row)}, {row}.\"{part.field.attribute}\")"
        for part in source.parts if part.read
    ]  # fmt: skip
    if source.beside:
        signs = ", ".join(source.said(sign, row) for sign in (source.beside, source.beside_read))
        parts.append(f"search_beside({signs}, {row}.{EXTRA})")
    return f"array_to_tsvector({' || '.join(parts)})"


# --- asking -------------------------------------------------------------------------------

HITS = "SELECT ids, whole FROM search_newest(CAST(:asked AS tsquery), :mark, :low, :high, :newest, :most)"


def every(parts: Iterable[str]) -> str:
    return "(" + ") & (".join(parts) + ")"


def some(parts: Iterable[str]) -> str:
    return "(" + ") | (".join(parts) + ")"


def piece(sign: str, asked: Piece) -> str:
    quoted = "'" + (sign + asked.text).replace("\\", "\\\\").replace("'", "''") + "'"
    return quoted + (":*" if asked.open else "")
