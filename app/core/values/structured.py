"""Structured data (JSON) as people type it: one text, kept as it was meant, with the place of what is wrong."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from app.core.values.bad import BadValue
from app.core.values.text import clean_text
from app.core.words import Say, say

#: so many objects within each other are followed
DEEPEST = 40
_FULL_WIDTH = "：，“”‘’｛｝［］"
_WHAT = {
    "Expecting value": say("这里应有一个值", "a value is expected here"),
    "Expecting property name enclosed in double quotes": say(
        "这里应是用双引号括起的键名", "a name in double quotes is expected here"
    ),
    "Illegal trailing comma before end of object": say("最后一项后面多了逗号", "a comma after the last item"),
    "Illegal trailing comma before end of array": say("最后一项后面多了逗号", "a comma after the last item"),
    "Expecting ':' delimiter": say("这里缺少冒号", "a colon is missing here"),
    "Expecting ',' delimiter": say("这里缺少逗号或右括号", "a comma or a closing bracket is missing here"),
    "Extra data": say("结尾之后还有内容", "there is something after the end"),
    "Unterminated string starting at": say("从这里开始的文字没有右引号", "the text that begins here has no end"),
    "Invalid control character at": say(
        "文字里不能直接换行或有控制字符", "no line breaks or control signs within a text"
    ),
    "Invalid \\escape": say("反斜杠用法不对", "a backslash that means nothing"),
}
_OTHER = say("格式不对", "it is not JSON")


class TwiceError(Exception):
    """One name stands twice in an object."""


def read_structured(raw: object, max_length: int) -> str | None:
    """An object or a list, as one line of JSON in the order given; None for nothing, {} and []. Raises BadValue with
    line and column. From the API it may come as it is, not as a text."""
    held = raw if isinstance(raw, dict | list) else _parsed(clean_text(raw, 4 * max_length, multiline=True))
    if held is None or held in ({}, []):
        return None
    if not isinstance(held, dict | list):
        raise BadValue(say("请填写 {…} 或 […]。", "Give an object {…} or a list […]."))
    try:
        _bounded(held)
        text = one_line(held)
    except (RecursionError, ValueError, TypeError):
        raise BadValue(
            say("内容过深，或含有无法保存的数值。", "It is too deep, or holds a figure that can't be kept.")
        ) from None
    _storable(held)
    return clean_text(text, max_length)


def one_line(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def laid_out(text: str) -> str:
    """For people: two spaces a level."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


def _parsed(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_figure)
    except json.JSONDecodeError as wrong:
        raise BadValue(_said(text, wrong)) from None
    except TwiceError as twice:
        raise BadValue(say("“{name}”出现了两次。", "“{name}” stands there twice.", name=str(twice)[:40])) from None
    except (RecursionError, ValueError):
        raise BadValue(
            say("内容过深，或含有无法保存的数值。", "It is too deep, or holds a figure that can't be kept.")
        ) from None


def _said(text: str, wrong: json.JSONDecodeError) -> Say:
    what: Say = _WHAT.get(wrong.msg, _OTHER)
    if any(sign in text[max(wrong.pos - 1, 0) : wrong.pos + 1] for sign in _FULL_WIDTH):
        what = say("这里用了中文标点，请换成英文标点", "full-width punctuation; use the plain one")
    return say("第 {line} 行第 {column} 列：{what}。", "Line {line}, column {column}: {what}.",
               line=wrong.lineno, column=wrong.colno, what=what)  # fmt: skip


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def _no_figure(_: str) -> NoReturn:
    raise ValueError("neither NaN nor infinite")


def _bounded(held: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise ValueError("too deep")
    for each in held.values() if isinstance(held, dict) else held if isinstance(held, list) else ():
        _bounded(each, depth + 1)


def _storable(held: Any) -> None:
    """What stands escaped in JSON is a sign all the same: hidden ones are refused in it, too."""
    for text in _texts(held):
        clean_text(text, len(text) + 1, multiline=True)


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for name, each in held.items():
            yield str(name)
            yield from _texts(each)
    elif isinstance(held, list):
        for each in held:
            yield from _texts(each)


# --- what changed -------------------------------------------------------------------------


def changed_keys(before: str, after: str) -> list[tuple[str, str, str]]:
    """(key, what it held, what it holds) of two objects, keys within keys as `a.b`; a list is one value."""
    one, other = _flat(json.loads(before)), _flat(json.loads(after))
    return [
        (key, one.get(key, ""), other.get(key, ""))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


def _flat(held: Any, begin: str = "") -> dict[str, str]:
    if not isinstance(held, dict) or (begin and not held):
        return {begin: held if isinstance(held, str) else one_line(held)}
    found: dict[str, str] = {}
    for name, each in held.items():
        found |= _flat(each, f"{begin}.{name}" if begin else str(name))
    return found
