"""What a register 登记簿 declares: everything about the pages of one table, in one place.

    class LeadRegister(Register):
        model = Lead
        rows = {**all_rows("account_manager"), "designer": mine("designer_id")}
        list_columns = "number customer_name phone state designer"
        form_columns = "customer_name phone estate_name budget_fen source"
        search = "number customer_name phone"
        filters = "state source designer"

From it come the list, the form, the record's page, the verbs' dialogs, import, export and
the API, all under one name of permission: the table's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask_appbuilder import BaseView
from sqlalchemy import ColumnElement

from app.core import gate
from app.core.granted import Granted
from app.core.kinds import Kind, Latitude, Longitude, Number, Relation, Text
from app.core.record import SYSTEM, Field, Record, added_fields, fields, word_for
from app.core.words import Say, say


class Declaration(BaseView):
    """Names are given in one string, or as a list. Defaults show everything sensible."""

    model: ClassVar[type[Record]]
    #: role -> scope (see core/gate.py); a role that is missing sees no row
    rows: ClassVar[gate.Scopes] = {}
    #: role -> verbs, rows and columns in one line (see core/granted.py), where security/roles.py has none
    rights: ClassVar[Mapping[str, Granted]] = {}
    #: column -> role -> "write", "read", "masked" or "hidden", where the roles of one register differ in more
    #: than what they see; OTHERS for whoever is not named
    levels: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    list_columns: ClassVar[str] = ""
    #: what may be typed when a row is entered, and when it is edited
    form_columns: ClassVar[str] = ""
    edit_columns: ClassVar[str] = ""
    show_columns: ClassVar[str] = ""
    #: the parts of a long form and record: (heading, columns) each (core/fieldsets.py)
    fieldsets: ClassVar[Sequence[tuple[Say, str]]] = ()
    #: how the parts of its form, and the rows of children, are shown: "tabs", or while a record is entered as "steps"
    #: one after the other; "": below each other. Without JavaScript they always are (core/pages/step_pages.py)
    form_layout: ClassVar[str] = ""
    search: ClassVar[str] = ""
    #: whether a row is found, too, by what the records are called that its line in the list names
    search_related: ClassVar[bool] = True
    filters: ClassVar[str] = ""
    #: columns a list starts sorted by; a minus sign is newest or largest first
    order: ClassVar[str] = "-id"
    #: the day by which something is late, and when it matters: "due_on state=due,asked"; a filter's word
    due: ClassVar[str] = ""
    #: registers shown on a record's page: "transfer_slip.lead" = its rows whose lead is this
    related: ClassVar[str] = ""
    #: whether whatever else refers to a record is told below them, with how many rows
    related_too: ClassVar[bool] = True
    #: those of them whose rows are typed in this one's form; None: those that are part of it; "": none (core/children.py)
    children: ClassVar[str | None] = None
    #: whether its rows bring their own children along where they are typed in their parent's form
    nested: ClassVar[bool] = True
    icon: ClassVar[str] = "table"
    #: what the list and its line in the menu are called; the table's word when it is not given
    label: ClassVar[Say | None] = None
    #: states in which a row may be edited; empty: always
    editable_in: ClassVar[str] = ""
    #: the form's page, when the plain one does not do (the counter of renovation)
    form_template: ClassVar[str] = "form.html"
    #: fields that matter only when another holds a value: "contractor" -> "work_mode=contractor" (core/mattering.py)
    shown_when: ClassVar[Mapping[str, str]] = {}
    #: columns of an import file, the form's unless given, and their header words
    import_columns: ClassVar[str] = ""
    import_words: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: further columns of an import file, which `rows_from` takes apart: name -> `ask(kind, …)`
    import_extra: ClassVar[Mapping[str, Any]] = {}
    #: what offices write for a value: field -> {word: value}
    import_also: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    #: columns that together tell one row from the others, where no constraint says so; those of unique
    #: constraints do anyway (core/uniques.py). A line of a file may find by them the row that it updates
    import_key: ClassVar[str] = ""
    #: a catalogue of some thousand rows at most: its lists need no index (core/doctor)
    small: ClassVar[bool] = False
    #: whether home tells how many there are
    on_home: ClassVar[bool] = False
    #: whether a record can be printed, at `/<table>/<id>/print`
    printed: ClassVar[bool] = False
    #: whether a row may be duplicated as a new one (core/copying.py)
    copied: ClassVar[bool] = True
    #: the registers of `children` whose rows come along then; None: all of them; "": none
    copied_children: ClassVar[str | None] = None
    #: field -> which rows of the other table a form offers for it; a filter offers all (core/offering.py)
    offered: ClassVar[Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {}
    #: whether rows may be edited in place, on the page of the record they belong to
    inline: ClassVar[bool] = True
    #: whether the list may be looked at as a board, where verbs lead from state to state (core/listing/board.py)
    board: ClassVar[bool] = True
    #: whether it may be looked at as a calendar, where it has days (core/listing/calendar.py)
    calendar: ClassVar[bool] = True
    #: whether it may be shown grouped, where it has something to be grouped by (core/listing/grouped.py)
    grouped: ClassVar[bool] = True
    #: whether it may be looked at as a gallery, where its records have pictures (core/listing/gallery.py)
    gallery: ClassVar[bool] = True
    #: the field by which a record stands below another of its table; None: the first; "": no tree (core/listing/tree.py)
    tree: ClassVar[str | None] = None
    #: whether it may be looked at as a map, where its records have coordinates (core/listing/places.py)
    map: ClassVar[bool] = True
    #: whether colleagues may comment on a record (core/comments.py)
    commented: ClassVar[bool] = True
    #: whether a record may be followed (core/following.py)
    followed: ClassVar[bool] = True
    #: whether colleagues may be asked to do something about a record (core/assigning)
    assigned: ClassVar[bool] = True
    #: False for tables whose rows only verbs make
    entered_by_hand: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        if "model" not in vars(cls):
            return
        table = cls.model.__tablename__
        cls.route_base = f"/{table}"
        cls.class_permission_name = table
        cls.endpoint = table
        cls.label = cls.label or word_for(cls.model)
        cls.rows = {**{role: given.rows for role, given in cls.rights.items()}, **cls.rows}
        gate.declare(table, cls.rows)
        _registers[table] = cls

    # --- what the declaration means ---------------------------------------------------------

    @classmethod
    def table(cls) -> str:
        return cls.model.__tablename__

    @classmethod
    def word(cls) -> Say:
        return word_for(cls.model)

    @classmethod
    def title(cls) -> Say:
        return cls.label or cls.word()

    @classmethod
    def fields(cls) -> dict[str, Field]:
        return fields(cls.model)

    @classmethod
    def listed(cls) -> list[str]:
        own = names(cls.list_columns)
        return cls._and_added(own, lambda spot: spot.listed) or [n for n in cls.shown() if n not in SYSTEM]

    @classmethod
    def shown(cls) -> list[str]:
        return cls._and_added(names(cls.show_columns)) or [
            name for name in cls.fields() if name not in ("id", "version")
        ]

    @classmethod
    def typed_in(cls) -> list[str]:
        if not cls.entered_by_hand:
            return []
        typed = cls._and_added(names(cls.form_columns), lambda spot: not spot.by_system)
        return typed or [n for n, f in cls.fields().items() if not f.by_system]

    @classmethod
    def edited(cls) -> list[str]:
        """A register whose rows only verbs make may have added fields to be filled in."""
        if not cls.entered_by_hand:
            return [spot.name for spot in added_fields(cls.model) if not spot.by_system]
        return cls._and_added(names(cls.edit_columns), lambda spot: not spot.by_system) or cls.typed_in()

    @classmethod
    def searched(cls) -> list[str]:
        own = cls._and_added(names(cls.search) or [cls.model.__label__], lambda spot: isinstance(spot.kind, Text))
        return own + [name for name in cls._relations_listed() if name not in own]

    @classmethod
    def _relations_listed(cls) -> list[str]:
        """Those of them that lie in the row itself."""
        if not cls.search_related:
            return []
        known, held = cls.fields(), cls.model.__table__.c  # type: ignore[attr-defined]
        return [n for n in cls.listed() if (spot := known.get(n)) and spot.is_relation and spot.attribute in held]

    @classmethod
    def filtered(cls) -> list[str]:
        own = names(cls.filters)
        return cls._and_added(own, lambda spot: bool(spot.kind.operators)) or [
            n for n in cls.listed() if n in cls.fields()
        ]

    @classmethod
    def placed(cls) -> list[str]:
        """(longitude, latitude), by which a record is found on a map; none where it has not both. Of the fields added
        without code, numbers that are called so."""
        if not cls.map:
            return []
        known = cls.fields()
        return [name for kind, word in _AXES if (name := _axis(known, kind, word))]

    @classmethod
    def imported(cls) -> list[str]:
        own = cls._and_added(names(cls.import_columns), lambda spot: not spot.by_system)
        return own or [n for n in cls.typed_in() if not cls.fields()[n].many]

    @classmethod
    def _and_added(cls, own: list[str], fits: Callable[[Field], bool] = bool) -> list[str]:
        """The names that a declaration spells out, and with them the fields added without code."""
        if not own:
            return []
        return own + [spot.name for spot in added_fields(cls.model) if fits(spot) and spot.name not in own]

    @classmethod
    def has_levels(cls, spot: Field) -> bool:
        """Whether a column is written by the roles only that are said to write it."""
        return spot.added or spot.name in cls.levels

    @classmethod
    def import_ids(cls, values: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
        """Where a further column of a file names a row that is there: field -> its id, None when it is not."""
        return {}

    @classmethod
    def rows_from(cls, values: Mapping[str, Any], context: Any) -> list[Any]:
        """The rows that one line of a file becomes; may raise Faulty at a field's name."""
        from app.core.importing import row_of

        return [row_of(cls.model, values)]

    # --- what a domain may refine ------------------------------------------------------------

    @classmethod
    def completed(cls, given: Mapping[str, Any], act: Any) -> Mapping[str, Any]:
        """What a form left empty and the house knows; asked inside the transaction, never shown back."""
        return given

    @classmethod
    def form_context(cls, row_id: int | None, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a `form_template` of one's own is filled with besides the fields."""
        return {}

    @classmethod
    def faults_so_far(cls, row: Any, act: Any) -> Mapping[str, Say]:
        """What else can be told of a form that is typed step by step, before all of it is there: field -> sentence.
        `row` holds what could be read and is stored nowhere; `before_create` and `before_edit` have the last word."""
        return {}

    @classmethod
    def before_create(cls, row: Any, act: Any) -> None:
        """Checks and first touches before a new row is stored; may raise Faulty or NotAllowed."""

    @classmethod
    def after_create(cls, row: Any, act: Any) -> None:
        """What comes with a new row, in its transaction (documents made from a checklist)."""

    @classmethod
    def before_create_many(cls, rows: Sequence[Any], act: Any) -> Mapping[int, Mapping[str, Say]]:
        """`before_create` of the many rows of a file, where a few statements can ask for all of them: place among
        the rows -> field -> what is wrong. It is asked before anything is written, too. A register that says
        nothing here is asked row by row, each in sight of those before it (importing/entering.py)."""
        return {}

    @classmethod
    def after_create_many(cls, rows: Sequence[Any], act: Any) -> None:
        """`after_create` likewise; it refuses nothing."""

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        """Last touches on an edited row, in its transaction."""

    @classmethod
    def blockers_to_edit(cls, row: Any, act: Any) -> list[Any]:
        """Why this row may not be edited now; the state is asked already (`editable_in`)."""
        return []

    @classmethod
    def blockers_to_delete(cls, row: Any, act: Any) -> list[Any]:
        """Why this row is kept, though nothing names it; what may not be edited is not deleted either."""
        return []

    @classmethod
    def parts(cls, row: Any, act: Any) -> list[tuple[str, dict[str, Any]]]:
        """Further parts of the record's page: (template, context) pairs, such as a checklist."""
        return []


_AXES = ((Longitude, "longitude"), (Latitude, "latitude"))


def _axis(known: Mapping[str, Field], kind: type[Kind], word: str) -> str:
    spot = known.get(word)
    if spot is not None and spot.added and isinstance(spot.kind, Number):
        return word
    return next((name for name, each in known.items() if isinstance(each.kind, kind)), "")


def names(given: str) -> list[str]:
    return given.split() if isinstance(given, str) else list(given)


_registers: dict[str, type[Declaration]] = {}


def forget(table: str) -> None:
    """A register without code that is archived."""
    _registers.pop(table, None)
    gate.declare(table, {})


def register_of(table: str) -> type[Declaration] | None:
    return _registers.get(table)


def referring_to(register: type[Declaration]) -> list[tuple[type[Declaration], str]]:
    """(register, relation) of every register whose rows name one of this one's, but those that it lists itself and
    who entered a row."""
    listed = {each.partition(".")[0] for each in names(register.related)}
    return [
        (other, name)
        for table, other in _registers.items()
        if register.related_too and table not in listed
        for name, spot in other.fields().items()
        if isinstance(spot.kind, Relation) and spot.kind.table == register.table() and name not in SYSTEM
        if spot.attribute in other.model.__table__.c and not spot.many  # type: ignore[attr-defined]
    ]


def all_registers() -> Mapping[str, type[Declaration]]:
    return _registers


ENTERED = say("登记", "Enter")
