"""The order of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.worded import worded

#: as they stand
IN_ORDER = [
    "", "-", "（一）", "#3", "2栋", "2栋101", "2栋1001", "10栋", "101", "１０１", "1001", "100000000000000000000",
    "①", "阿里山路", "北苑", "曾玥英", "虫二", "重庆", "重庆路", "单明欣", "丽景·一期", "丽景家园", "沈阳", "沈一", "昕", "鑫源",
    "瑶", "玥", "张三", "长沙", "重", "𠮷", "A座9", "a座10", "A座10", "apple", "Apple", "APPLE", "banana", "я",
]  # fmt: skip


def test_words_stand_as_people_expect() -> None:
    assert sorted(sorted(IN_ORDER), key=worded) == IN_ORDER


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("101", "1001"),
        ("2栋", "10栋"),
        ("1单元 2-9", "1单元 2-10"),
        ("7", "07a"),
        ("1.9", "1.10"),
        ("第9期", "第１０期"),
        ("张伟2", "张伟10"),
        ("b", "C"),
        ("ab", "AB"),
        ("AB", "abc"),
        ("😀", "1"),
        ("😀", "😀a"),
    ],
)
def test_numbers_go_by_size_and_capitals_come_last(less: str, more: str) -> None:
    assert worded(less) < worded(more)


@given(st.text(), st.text())
def test_no_two_texts_are_equal(one: str, other: str) -> None:
    assert (worded(one) == worded(other)) is (one == other)


@given(st.lists(st.integers(0, 10**30), min_size=2, max_size=5))
def test_numbers_of_any_length_go_by_size(numbers: list[int]) -> None:
    assert sorted(numbers) == [int(each) for each in sorted(map(str, numbers), key=worded)]
