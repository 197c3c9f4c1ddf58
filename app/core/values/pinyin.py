"""Search keys for Chinese names: whoever types `zengyy` or `zengyuying` finds 曾玥英."""

LONGEST_PERSON = 4  # characters; a longer name is a company's and starts with no surname
SURNAMES = {
    "万俟": "mo qi",
    "单于": "chan yu",
    "尉迟": "yu chi",
    "澹台": "tan tai",
    "长孙": "zhang sun",
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "盖": "ge",
    "朴": "piao",
    "翟": "zhai",
    "员": "yun",
    "缪": "miao",
    "乐": "yue",
    "种": "chong",
    "秘": "bi",
    "折": "she",
    "隗": "wei",
    "召": "shao",
    "覃": "qin",
    "黑": "he",
    "洗": "xian",
    "阚": "kan",
    "呙": "guo",
    "繁": "po",
    "佴": "nai",
    "句": "gou",
    "卜": "bu",
    "祭": "zhai",
    "薄": "bo",
}


def pinyin_of(name: str | None) -> tuple[str, str]:
    """`尉迟玥` -> ("yuchiyue", "ycy"): the whole name and its initials, lower case, no tones.

    A surname is read as a surname (单 is shan). ü is written v. Letters and digits stay, all
    else goes: `阳光100` -> ("yangguang100", "yg100"). ("", "") for nothing.
    """
    from pypinyin import lazy_pinyin  # late: its dictionary is a tenth of every command's start

    text = "".join((name or "").split())
    surname = _surname(text)
    rest = lazy_pinyin(text[len(surname) :], errors=list)  # type: ignore[arg-type]  # one by one
    read = SURNAMES.get(surname, "").split() + rest
    syllables = [each.lower() for each in read if each.isalnum()]
    return "".join(syllables), "".join(each[0] for each in syllables)


def _surname(text: str) -> str:
    if len(text) > LONGEST_PERSON:
        return ""
    return next((start for start in (text[:2], text[:1]) if start in SURNAMES), "")
