"""Names, addresses, remarks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import BadValue, clean_text, mask_text

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEALTH_WORKER = "\U0001f469\U0001f3fd\u200d\u2695\ufe0f"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    "text",
    [
        "傅欣",
        "曹䶮斌",
        "\U00020bb7野家",  # extension B
        "\U000300f7",  # newer than the tables of this Python
        "\ue863",  # private use: where old systems kept rare names
        "辻\U000e0100",  # the form of a character, chosen by the person
        "回头客\U0001f600",
        FAMILY,
        HEALTH_WORKER,
        SCOTLAND,
        "\uff21\uff22\uff08张\uff09",  # full width stays in a name
        '他说:"先量房" <b>&amp;</b>',
        '=HYPERLINK("http://127.0.0.1/")',
        "O'Brien",
        "买买提·吐尔逊",
    ],
)
def test_text_is_kept_as_sent(text):
    assert clean_text(text, 40) == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  黄军 ", "黄军"),
        ("\u3000黄军\u00a0", "黄军"),
        ("黄  军", "黄  军"),
        ("黄军\r\n", "黄军"),
        (101.0, "101"),
        (101, "101"),
        (12.5, "12.5"),
    ],
)
def test_only_the_blanks_around_it_go_and_a_number_is_its_digits(raw, kept):
    assert clean_text(raw, 40) == kept


@pytest.mark.parametrize(
    ("hidden", "code"),
    [
        ("\x00", "U+0000"),
        ("\x07", "U+0007"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\t", "U+0009"),
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u200b", "U+200B"),
        ("\u200d", "U+200D"),
        ("\u00ad", "U+00AD"),
        ("\ufeff", "U+FEFF"),
        ("\u2028", "U+2028"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("\ud800", "U+D800"),
        ("\ufffd", "U+FFFD"),
        ("\uffff", "U+FFFF"),
        ("\U0001fffe", "U+1FFFE"),
        ("\U000e0041", "U+E0041"),
    ],
)
def test_a_hidden_character_is_refused_with_its_place(hidden, code):
    with pytest.raises(BadValue) as refused:
        clean_text(f"张{hidden}三", 40)
    assert code in str(refused.value)
    assert " 2 " in str(refused.value)


@pytest.mark.parametrize("text", ["\x00", "张三\x00", "\x1f张三", "张三\u200b", "\x00\x00"])
def test_a_hidden_character_at_the_edge_is_refused_too(text):
    with pytest.raises(BadValue):
        clean_text(text, 40)


def test_a_joiner_counts_only_between_two_pictures():
    assert clean_text(f"客户{FAMILY}", 40) == f"客户{FAMILY}"
    with pytest.raises(BadValue):
        clean_text("\U0001f468\u200d张", 40)


def test_the_place_is_counted_over_the_emoji_before_it():
    with pytest.raises(BadValue) as refused:
        clean_text(f"{FAMILY}\x00", 40)
    assert refused.value.sentence.facts["place"] == len(FAMILY) + 1


def test_lines_and_tabs_are_for_remarks_only():
    text = '客户说:"先量房",\r\n再谈\t价格'
    assert clean_text(text, 40, multiline=True) == '客户说:"先量房",\n再谈\t价格'
    with pytest.raises(BadValue) as refused:
        clean_text(text, 40)
    assert "一行" in str(refused.value)


@pytest.mark.parametrize(("length", "goes"), [(1, True), (9, True), (10, True), (11, False)])
def test_the_length_is_counted_in_characters(length, goes):
    text = "\U00020bb7" * length
    if goes:
        assert clean_text(f"  {text} ", 10) == text
    else:
        with pytest.raises(BadValue, match="最多 10 个字"):
            clean_text(text, 10)


@pytest.mark.parametrize("raw", [True, float("nan"), float("inf")])
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(BadValue):
        clean_text(raw, 40)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, ""),
        ("", ""),
        ("王", "***"),
        ("傅欣", "傅***"),
        ("尉迟玥", "尉***"),
        ("13栋2503", "13栋***"),
        ("翠湖花园13栋2503室", "翠湖花园13***"),
    ],
)
def test_a_mask_keeps_at_most_six_characters_and_half_of_it(text, shown):
    assert mask_text(text) == shown


@given(st.text(min_size=1))
def test_a_mask_never_shows_more_than_half(text):
    shown = mask_text(text).removesuffix("***")
    assert text.startswith(shown)
    assert len(shown) <= min(6, len(text) // 2)
