"""Choices in levels: written as lines, meant by all of a path or by its end."""

import pytest

from app.core.trees.lines import MOST, changed, joined, read, renamed, written
from app.core.trees.written import WrittenTree
from app.core.values import BadValue

REGIONS = """浙江
  杭州
    西湖
    余杭
  宁波
    海曙
江苏
  南京
    鼓楼
福建
  福州
    鼓楼
上海"""


def all_of(text: str) -> list[str]:
    return [joined(path) for path in read(text).nodes]


@pytest.mark.on("sqlite")
def test_it_is_read_however_it_is_indented_and_written_one_way() -> None:
    for text in (
        REGIONS,
        REGIONS.replace("  ", "\t"),
        REGIONS.replace("  ", "　"),
        f"  {REGIONS}".replace("\n", "\n  "),
    ):
        kept = WrittenTree().read(text.replace("\n", "\r\n"))
        assert written(read(kept)) == REGIONS
    assert all_of("浙江/杭州/西湖\n浙江／杭州＞余杭\n江苏") == [
        "浙江",
        "浙江/杭州",
        "浙江/杭州/西湖",
        "浙江/杭州/余杭",
        "江苏",
    ]
    assert all_of("甲/乙\n  丙") == ["甲", "甲/乙", "甲/乙/丙"]
    assert WrittenTree().read("  \n ") is None


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("浙江\n  杭州,宁波", "第 2 行"), ("长" * 31, "第 1 行"), ("1/2/3/4/5/6/7", "最多 6 级"),
        ("\n".join(str(n) for n in range(MOST + 1)), f"最多 {MOST} 项"), ("×", "至少"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(BadValue) as refused:
        read(text)
    assert told in str(refused.value.sentence)


@pytest.mark.on("sqlite")
def test_a_path_is_meant_by_all_of_it_or_by_its_end_where_that_is_enough() -> None:
    tree = read(REGIONS)
    for meant in ("浙江/杭州/西湖", " 浙江 ／ 杭州 > 西湖 ", "杭州/西湖", "西湖"):
        assert joined(tree.found(meant)) == "浙江/杭州/西湖"
    assert joined(tree.found("杭州", inner=True)) == "浙江/杭州"
    for wrong, told in (
        ("鼓楼", "有 2 处"),
        ("浙江/杭州", "还有下级"),
        ("北京", "没有「北京」"),
        ("西湖/浙江", "没有"),
        ("/", "没有"),
    ):
        with pytest.raises(BadValue) as refused:
            tree.found(wrong)
        assert told in str(refused.value.sentence)
    assert [joined(path) for path in tree.like("杭 西", 9)] == ["浙江/杭州/西湖"]
    assert [joined(path) for path in tree.like("xihu", 9)] == ["浙江/杭州/西湖"]
    assert len(tree.like("", 3)) == 3
    assert tree.like("鼓楼", 9) == [("江苏", "南京", "鼓楼"), ("福建", "福州", "鼓楼")]
    assert ("浙江",) in tree.like("浙江", 9, inner=True)


@pytest.mark.on("sqlite")
def test_what_is_left_out_stays_readable_and_is_not_offered() -> None:
    after = changed(read(REGIONS), read("浙江\n  杭州\n    西湖\n上海\n北京"))
    assert "    ×余杭" in written(after)
    assert written(read(written(after))) == written(after)
    assert joined(after.found("浙江/杭州/余杭")) == "浙江/杭州/余杭"
    assert after.like("余杭", 9) == []
    assert after.like("鼓楼", 9) == [], "nothing is offered below what is gone"
    assert ("浙江", "杭州", "余杭") in after.under(("浙江",))
    assert changed(after, read(f"{written(after)}".replace("×余杭", "余杭"))).like("余杭", 9)


@pytest.mark.on("sqlite")
def test_a_renamed_choice_takes_along_what_is_below_it() -> None:
    tree = read("浙江\n  杭州\n    西湖\n    ×下城\n  宁波")
    after, moved = renamed(tree, ("浙江", "杭州"), "杭州市")
    assert written(after) == "浙江\n  杭州市\n    西湖\n    ×下城\n  宁波"
    assert {joined(was): joined(now) for was, now in moved.items()} == {
        "浙江/杭州": "浙江/杭州市", "浙江/杭州/西湖": "浙江/杭州市/西湖", "浙江/杭州/下城": "浙江/杭州市/下城",
    }  # fmt: skip


@pytest.mark.on("sqlite")
def test_what_is_no_longer_offered_becomes_one_with_what_took_its_place() -> None:
    tree = read("城东\n  ×翠湖\n    一期\n    二期\n  翠湖片区\n    一期\n    三期")
    after, moved = renamed(tree, ("城东", "翠湖"), "翠湖片区")
    assert written(after) == "城东\n  翠湖片区\n    一期\n    二期\n    三期"
    assert moved["城东", "翠湖", "二期"] == ("城东", "翠湖片区", "二期")


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("name", ["杭州", "宁波", "", "甲,乙", "甲/乙", "×甲", "长" * 31])
def test_a_new_name_is_a_name_and_nobody_elses(name: str) -> None:
    with pytest.raises(BadValue):
        renamed(read("浙江\n  杭州\n  宁波"), ("浙江", "杭州"), name)
    assert renamed(read("浙江\n  杭州\n  宁波"), ("浙江", "杭州"), "长" * 30)
