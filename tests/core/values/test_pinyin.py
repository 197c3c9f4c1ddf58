"""Search keys for names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.pinyin import pinyin_of


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("单明欣", "shanmingxin", "smx"),
        ("曾玥英", "zengyueying", "zyy"),
        ("解放", "xiefang", "xf"),
        ("仇英", "qiuying", "qy"),
        ("区志明", "ouzhiming", "ozm"),
        ("查良镛", "zhaliangyong", "zly"),
        ("盖文", "gewen", "gw"),
        ("朴树", "piaoshu", "ps"),
        ("尉迟玥", "yuchiyue", "ycy"),
        ("单于洋", "chanyuyang", "cyy"),
        ("吕文䶮", "lvwenyan", "lwy"),
        ("曾", "zeng", "z"),
        ("重庆装饰公司", "chongqingzhuangshigongsi", "cqzsgs"),
        ("单县装饰工程公司", "danxianzhuangshigongchenggongsi", "dxzsgcgs"),
        ("阳光100", "yangguang100", "yg100"),
        ("O'Brien", "obrien", "obrien"),
        (" 张 三\U0001f600", "zhangsan", "zs"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_name_is_found_by_its_sound_and_its_initials(name, full, initials):
    assert pinyin_of(name) == (full, initials)


@given(st.text(st.characters(), max_size=20))
def test_any_text_has_search_keys_without_blanks(name):
    full, initials = pinyin_of(name)
    assert len(initials) <= len(full)
    assert not full or full.isalnum()
