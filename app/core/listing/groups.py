"""AND and OR in the address of a list.

    or=(state.eq:new|budget_fen.gte:3000)            one of them
    or=(source:walk_in|(state:new&budget_fen.gte:3000))   parentheses within, at most three deep

`|` is "or", `&` is "and"; within one pair of parentheses stands one of the two. A backslash before
`( ) | & \\` in a value makes it a plain sign. Several `or=` have to hold all of them, like the filters beside them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.core.listing.address import Condition, read_key
from app.core.words import Say, say

DEEPEST, LONGEST, MOST_CONDITIONS = 3, 2000, 20
_TOKENS = re.compile(r"[()|&]|(?:\\.|[^()|&\\])+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIGNS = re.compile(r"([()|&\\])")
OR, AND = say(" 或 ", " or "), say(" 且 ", " and ")

#: (column, operator, raw) -> the condition; raises KeyError or BadValue
Understand = Callable[[str, str, str], Condition]


@dataclass(frozen=True)
class Group:
    """Conditions of which one has to hold (`either`), or all."""

    either: bool
    parts: "tuple[Condition | Group, ...]"
    #: as it stood in the address
    raw: str = field(default="", compare=False)

    def every(self) -> Iterator[Condition]:
        for part in self.parts:
            if isinstance(part, Condition):
                yield part
            else:
                yield from part.every()

    @property
    def text(self) -> str:
        """As it stands in an address."""
        sign = "|" if self.either else "&"
        return f"({sign.join(_text(each) for each in self.parts)})"

    def told(self, labels: Mapping[str, Mapping[str, str]]) -> str:
        """The sentence on a chip; `labels` names the rows of each column that is a relation."""
        between: Say = OR if self.either else AND
        return str(between).join(
            each.told(labels.get(each.column.name, {})) if isinstance(each, Condition) else f"（{each.told(labels)}）"
            for each in self.parts
        )


def _text(part: Condition | Group) -> str:
    if isinstance(part, Group):
        return part.text
    return f"{part.column.name}.{part.operator}:{escaped(part.raw)}"


def escaped(raw: str) -> str:
    return _SIGNS.sub(r"\\\1", raw)


def read_group(text: str, understand: Understand) -> Group:
    """Raises KeyError, ValueError or BadValue for what is no group of this list's conditions."""
    if len(text) > LONGEST:
        raise ValueError(text[:20])
    tokens = _TOKENS.findall(text)
    if "".join(tokens) != text:
        raise ValueError(text)
    found, rest = _group(tokens, understand, 1)
    if rest or sum(1 for _ in found.every()) > MOST_CONDITIONS:
        raise ValueError(text)
    return replace(found, raw=text)


def _group(tokens: list[str], understand: Understand, depth: int) -> tuple[Group, list[str]]:
    """One pair of parentheses, and what stands behind it."""
    if depth > DEEPEST or not tokens or tokens[0] != "(":
        raise ValueError(tokens)
    parts: list[Condition | Group] = []
    signs: set[str] = set()
    tokens = tokens[1:]
    while tokens:
        if tokens[0] == "(":
            part, tokens = _group(tokens, understand, depth + 1)
            parts.append(part)
        else:
            parts.append(_condition(tokens[0], understand))
            tokens = tokens[1:]
        if not tokens:
            break
        sign, tokens = tokens[0], tokens[1:]
        if sign == ")":
            return Group("&" not in signs, tuple(parts)), tokens
        signs.add(sign)
        if sign not in "|&" or len(signs) > 1:
            raise ValueError(sign)
    raise ValueError("not closed")


def _condition(token: str, understand: Understand) -> Condition:
    key, colon, raw = token.partition(":")
    if not colon or not raw:
        raise ValueError(token)
    return understand(*read_key(key.strip()), _ESCAPED.sub(r"\1", raw))
