"""The files of a settled register: plain code, to be read and changed."""

import keyword
import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.core.added.definitions import OF_A_LIST, AddedKind
from app.core.doctor.rights import PERSONAL_NAMES
from app.core.made.typed import waits_for
from app.core.moves import Move, ways_back
from app.scaffold.laid_out import WIDTH, called, docstring, mapping, members, named, plain, quoted, width
from app.scaffold.settled import Settled, Spot

#: kind -> (maker in core/table.py, Python type)
MAKERS = {
    AddedKind.TEXT: ("text", "str"), AddedKind.LONG_TEXT: ("long_text", "str"), AddedKind.NUMBER: ("number", "Decimal"),
    AddedKind.MONEY: ("money", "int"), AddedKind.DATE: ("on_date", "date"), AddedKind.CHOICE: ("choice", "str"),
    AddedKind.SEVERAL: ("several", "tuple[str, ...]"),
    AddedKind.JSON: ("structured", "str"), AddedKind.PATH: ("path", "str"),
    AddedKind.YES_NO: ("yes_no", "bool"), AddedKind.PERSON: ("ref", "int"), AddedKind.FILE: ("scan", "int"),
}  # fmt: skip
#: texts that one row is searched by; the index keeps ten columns of a table (core/search/sources.py)
MOST_SEARCHED = 9
#: names that a module of verbs uses itself
OWN_NAMES = frozenset({"Act", "Any", "Blocker", "Sequence", "Verb"})


def files(settled: Settled) -> dict[str, str]:
    """Name of the file -> what it says."""
    written = {
        "__init__": [f'"""{plain(settled.en)} {plain(settled.zh)}."""'],
        "rules": _rules(settled),
        "models": _models(settled),
        "views": _views(settled),
    }
    if settled.verbs:
        written["actions"] = _actions(settled)
    if settled.queues:
        written["queues"] = _queues(settled)
    return {name: "\n".join(lines) + "\n" for name, lines in written.items()}


# --- rules.py -------------------------------------------------------------------------------


def _rules(settled: Settled) -> list[str]:
    imports = [*(["from app.core.moves import move"] if settled.verbs else []), "from app.core.words import Words"]
    lines = [
        '"""States, choices, and how verbs lead from one state to another. No database, no clock."""',
        "",
        *imports,
    ]
    lines += _words(f"{settled.class_name}State", settled.states)
    for spot in settled.spots:
        if spot.kind in OF_A_LIST:
            lines += _words(settled.words(spot), spot.choices)
    if settled.verbs:
        lines += ["", "", f"S = {settled.class_name}State"]
        lines += mapping("MOVES", ((each["name"], _move(settled, each)) for each in settled.verbs), indent=0)
    return lines


def _words(name: str, choices: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = ["", "", f"class {name}(Words):"]
    for each in choices:
        lines += members(each["value"].upper(), [quoted(each[key]) for key in ("value", "zh", "en")])
    return lines


def _move(settled: Settled, verb: Mapping[str, Any]) -> str:
    known = {each["value"] for each in settled.states}
    start = [f"S.{each.upper()}" for each in verb["start"] if each in known]
    return f"move({', '.join(start)}, to=S.{verb['end'].upper()})"


# --- models.py ------------------------------------------------------------------------------


def _models(settled: Settled) -> list[str]:
    makers = {maker for spot in settled.spots for maker in (_maker(spot), MAKERS[AddedKind(spot.kind)][1])}
    makers = (makers - {"str", "int", "bool", "tuple[str, ...]"}) | {"Mapped", "Record", "choice", "sorted_by", "text"}
    taken = {"number", *(spot.attribute for spot in settled.spots)}
    words = [f"{settled.class_name}State", *(settled.words(s) for s in settled.spots if s.kind in OF_A_LIST)]
    derived = re.sub(r"(?<!^)(?=[A-Z])", "_", settled.class_name).lower()
    return [
        f'"""{plain(settled.zh)}."""', "",
        *_imported("app.core.table", sorted(makers - taken, key=_as_imported)),
        *(f"from app.core.table import {name} as _{name}" for name in sorted(makers & taken)),
        *_imported(f"{settled.package}.rules", sorted(words)), "", "",
        f"class {settled.class_name}(Record, zh={quoted(settled.zh)}):",
        docstring(settled.zh, settled.en), "",
        *([f'    __tablename__ = "{settled.name}"'] if derived != settled.name else []),
        f"    __en__ = {quoted(settled.en)}",
        f'    __series__ = "{settled.series}"',
        f'    __table_args__ = (*{_called_as("sorted_by", taken)}("{settled.name}", "created_at", "created_by_id"),)', "",
        *_column("number", "str", _called_as("text", taken), ['"编号"', "32", 'en="Number"', "unique=True"]),
        *_column("state", "str", _called_as("choice", taken), [
            '"状态"', words[0], 'en="State"', f"default={words[0]}.{settled.first.upper()}", "sorted=True"]),
        *(line for spot in settled.spots for line in _field(settled, spot, taken)),
    ]  # fmt: skip


def _as_imported(name: str) -> tuple[bool, str]:
    """Classes first, as the imports of the house are sorted."""
    return not name[0].isupper(), name


def _imported(module: str, names: list[str]) -> list[str]:
    one = f"from {module} import {', '.join(names)}"
    if len(one) <= 120:
        return [one]
    return [f"from {module} import (", *(f"    {each}," for each in names), ")"]


def _called_as(maker: str, taken: set[str]) -> str:
    """A field called `text` takes the word from the columns below it."""
    return f"_{maker}" if maker in taken else maker


def _column(name: str, python: str, maker: str, arguments: list[str]) -> list[str]:
    return called(f"{name}: Mapped[{python}] = {maker}", arguments)


def _maker(spot: Spot) -> str:
    return "personal" if spot.personal and spot.is_text else MAKERS[AddedKind(spot.kind)][0]


def _field(settled: Settled, spot: Spot, taken: set[str]) -> list[str]:
    """Always free to be empty: old rows may be, though it is asked for by now."""
    python = _called_as(MAKERS[AddedKind(spot.kind)][1], taken)
    python += " | None"
    arguments = [*_first_arguments(settled, spot), f"en={quoted(spot.en)}"]
    if spot.required:
        arguments.append("required=True")
    if not spot.personal and PERSONAL_NAMES.search(spot.name):  # the admin said that it is none
        arguments.append("public=True")
    if spot.is_sorted:
        arguments.append("sorted=True")
    return _column(spot.attribute, python, _called_as(_maker(spot), taken), arguments)


def _first_arguments(settled: Settled, spot: Spot) -> list[str]:
    word = quoted(spot.zh)
    if spot.is_text and spot.personal:
        return [word, "several_lines=True"] if spot.kind == AddedKind.LONG_TEXT else [word]
    if spot.kind == AddedKind.NUMBER:
        return [word, str(11 + spot.places), str(spot.places), "minimum=-10_000_000_000", "maximum=10_000_000_000"]
    return {
        AddedKind.TEXT: [word, "200"],
        AddedKind.CHOICE: [word, settled.words(spot)],
        AddedKind.SEVERAL: [word, settled.words(spot)],
        AddedKind.PATH: [word, quoted(str(spot.choices[0]["value"]) if spot.choices else "")],
        AddedKind.PERSON: ['"staff"', word],
        AddedKind.YES_NO: [word, "unanswered=True"],
    }.get(AddedKind(spot.kind), [word])


# --- views.py, actions.py, queues.py ---------------------------------------------------------


def _views(settled: Settled) -> list[str]:
    parts = [name for name, there in (("actions", settled.verbs), ("queues", settled.queues)) if there]
    beside = {"actions": "the verbs", "queues": "what waits"}
    scoped = any(given["own"] for given in settled.rights.values())
    imports = [
        f"from app.core.register import Register, can{', mine' if scoped else ''}", "from app.core.words import say",
        *([f"from {settled.package} import {', '.join(parts)}  # noqa: F401  ({' and '.join(beside[p] for p in parts)})"] if parts else []),
        f"from {settled.package}.models import {settled.class_name}",
    ]  # fmt: skip
    listed = ["number", "state", *(spot.name for spot in settled.spots if spot.listed), "created_by"]
    texts = [spot.name for spot in settled.spots if spot.is_text][:MOST_SEARCHED]
    leveled = [spot for spot in settled.spots if spot.has_levels]
    return [
        f'"""The register of {plain(settled.en[:1].lower() + settled.en[1:])}."""', "", *imports, "", "",
        f"class {settled.class_name}Register(Register):",
        docstring(settled.zh, settled.en), "",
        f"    model = {settled.class_name}",
        *called("label = say", [quoted(settled.zh), quoted(settled.en)]),
        f'    icon = "{settled.icon}"',
        "    rights = {",
        *(line for role, given in settled.rights.items() for line in _right(role, given)),
        "    }",
        *(mapping("levels", ((spot.name, "{" + ", ".join(
            f"{quoted(role)}: {quoted(level)}" for role, level in sorted(spot.levels.items())) + "}") for spot in leveled)) if leveled else []),
        *(mapping("shown_when", ((spot.name, quoted(spot.only)) for spot in settled.spots if spot.only)) if any(spot.only for spot in settled.spots) else []),
        *_fieldsets(settled),
        *([f'    form_layout = "{settled.form_layout}"'] if settled.form_layout else []),
        *named("list_columns", listed),
        *named("filters", [*listed, "created_at"]),
        *named("search", ["number", *texts]),
        *([f'    editable_in = "{settled.first}"'] if settled.verbs else []),
    ]  # fmt: skip


def _fieldsets(settled: Settled) -> list[str]:
    """The parts of its form, as the admin said them of each field."""
    parts: dict[tuple[str, str], list[str]] = {}
    for spot in settled.spots:
        if spot.part[0]:
            parts.setdefault(spot.part, []).append(spot.name)
    lines = []
    for (zh, en), spots in parts.items():
        given = [f"say({quoted(zh)}, {quoted(en)})", f'"{" ".join(spots)}"']
        if width(one := f"        ({', '.join(given)}),") <= WIDTH:
            lines.append(one)
        else:
            lines += ["        (", *(f"            {each}," for each in given), "        ),"]
    if len(lines) == 1 and width(one := f"    fieldsets = ({lines[0].strip()})") <= WIDTH:
        return [one]
    return ["    fieldsets = (", *lines, "    )"] if lines else []


def _right(role: str, given: Mapping[str, Any]) -> list[str]:
    arguments = [quoted(given["verbs"]), *(['rows=mine("created_by_id")'] if given["own"] else [])]
    return called(f"{quoted(role)}: can", arguments, ",", indent=8)


def _actions(settled: Settled) -> list[str]:
    seconded = any(each["other_person"] for each in settled.verbs)
    asked = any(each["reason"] for each in settled.verbs)
    used = [
        *(["Act"] if seconded else []),
        "Verb",
        *(["reason"] if asked else []),
        *(["second_person"] if seconded else []),
    ]
    return [
        f'"""What is done with {plain(settled.en[:1].lower() + settled.en[1:])}."""', "",
        *(["from collections.abc import Sequence", "from typing import Any", "", "from app.core.blockers import Blocker"] if seconded else []),
        f"from app.core.verbs import {', '.join(used)}", "from app.core.words import say",
        f"from {settled.package}.rules import MOVES", "", f'TABLE = "{settled.name}"',
        *(line for each in settled.verbs for line in _verb(each, _way_back(each, settled.verbs))),
    ]  # fmt: skip


def _way_back(verb: Mapping[str, Any], verbs: Iterable[Mapping[str, Any]]) -> str:
    """As the register without code has it (core/moves.py)."""
    moves = {each["name"]: Move(frozenset(each["start"]), each["end"]) for each in verbs}
    return next(iter(ways_back(verb["name"], moves)), "")


def _verb(verb: Mapping[str, Any], back: str) -> list[str]:
    class_name = verb["name"].title().replace("_", "")
    class_name += "Verb" if class_name in OWN_NAMES or keyword.iskeyword(class_name) else ""
    derived = re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()
    lines = ["", "", f"class {class_name}(Verb):", docstring(verb["zh"], verb["en"]), ""]
    lines += [f'    name = "{verb["name"]}"'] if derived != verb["name"] else []
    lines += ["    table, moves = TABLE, MOVES", *called("label = say", [quoted(verb["zh"]), quoted(verb["en"])])]
    lines += [f'    undo = "{back}"'] if back else []
    lines += ["    reason = reason()"] if verb["reason"] else []
    if verb["other_person"]:
        lines += ["", "    def blockers(self, row: Any, act: Act, **params: Any) -> Sequence[Blocker]:",
                  "        return second_person(row, act)"]  # fmt: skip
    return lines


def _queues(settled: Settled) -> list[str]:
    lines = [
        f'"""What waits in {plain(settled.en[:1].lower() + settled.en[1:])}."""', "",
        "from app.core.queues import queue", "from app.core.words import say", "",
    ]  # fmt: skip
    verbs, states = {verb["name"]: verb for verb in settled.verbs}, [str(state["value"]) for state in settled.states]
    for each in settled.queues:
        label = f"say({quoted(each['zh'])}, {quoted(each['en'])})"
        filters = waits_for(verbs[each["verb"]], states)
        given = [f'{name.replace(".", "__")}="{value}"' for name, value in filters.items()]
        arguments = [quoted(settled.name), label, f'verb="{each["verb"]}"', *given]
        lines += called("queue", arguments, indent=0)
    return lines
