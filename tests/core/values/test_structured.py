"""JSON as people type it: where it is wrong is told by line and column; what changed by key."""

import pytest

from app.core.values import BadValue, changed_keys, laid_out, read_structured


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('{"b": 1,\n "a": [true, null, 1.50]}', '{"b":1,"a":[true,null,1.5]}'), ("", None), ("{}", None), ("[]", None), (None, None),
        ({"a": {"b": []}}, '{"a":{"b":[]}}'), ('["浙江"]', '["浙江"]'), ('{"a":"\\u6d59"}', '{"a":"浙"}'), ({}, None),
        ('{"a": 12345678901234567890}', '{"a":12345678901234567890}'),
    ],
)  # fmt: skip
def test_it_is_kept_in_one_line_as_it_was_ordered(typed: object, kept: str | None) -> None:
    assert read_structured(typed, 1000) == kept


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ('{"a": 1,\n "b" 2}', "第 2 行第 6 列：这里缺少冒号"), ('{"a": 1,\n}', "第 2 行第 1 列"), ('{"a": }', "第 1 行第 7 列：这里应有一个值"),
        ('{"a"：1}', "第 1 行第 5 列：这里用了中文标点"), ("{“a”: 1}", "中文标点"), ('{"a": 1} x', "结尾之后"), ("5", "请填写"), ('"x"', "请填写"),
        ('{"a": 1, "a": 2}', "“a”出现了两次"), ('{"a": NaN}', "无法保存"), ('{"a": "\\u0000"}', "字符"), ('{"a": "\\ud800"}', "字符"),
        ("[" * 100 + "]" * 100, "过深"), ("[" * 900 + "]" * 900, "过深"), ('{"a": "' + "长" * 2000 + '"}', "1000"),
        ('{"a": "\\u202e"}', "字符"), ({"a": float("nan")}, "无法保存"), ({"a": object()}, "无法保存"), ('{"a": 1e400}', "无法保存"),
        ('{"a": ' + "9" * 5000 + "}", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(typed: object, told: str) -> None:
    with pytest.raises(BadValue) as refused:
        read_structured(typed, 1000)
    assert told in str(refused.value.sentence)


def test_changes_are_told_by_key() -> None:
    before, after = '{"a":1,"b":{"c":"x","d":[1]},"e":{}}', '{"b":{"c":"y","d":[1,2]},"e":{},"f":null}'
    assert changed_keys(before, after) == [
        ("a", "1", ""),
        ("b.c", "x", "y"),
        ("b.d", "[1]", "[1,2]"),
        ("f", "", "null"),
    ]
    assert changed_keys(before, before) == []
    assert laid_out('{"a":1}') == '{\n  "a": 1\n}'
