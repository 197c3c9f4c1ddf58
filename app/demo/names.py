"""Names, phones and identity numbers for the demo: invented, well formed, always the same."""

from datetime import date

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = [
    "思远", "雨桐", "建国", "秀英", "子涵", "志强", "丽华", "晓东", "佳怡", "明轩", "淑珍", "海燕",
    "俊杰", "欣妍", "国庆", "玉兰", "浩然", "静怡", "文博", "春梅", "天佑", "若曦", "永康", "雪莹",
    "立群", "梦洁", "承志", "婉清", "振华", "可欣", "德明", "依诺", "宏伟", "慧敏", "少华", "沐宸",
]  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def name(number: int) -> str:
    return SURNAMES[number * 7 % len(SURNAMES)] + GIVEN[number * 5 % len(GIVEN)]


def phone(number: int) -> str:
    return f"13{number % 10}{20_000_000 + number * 7919 % 79_999_999:08d}"


def identity_card(number: int) -> str:
    """Of a region code that was never given out to anybody, with a right check digit."""
    born = date(1960 + number % 40, number % 12 + 1, number % 28 + 1)
    body = f"440399{born:%Y%m%d}{number % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(number: int) -> str:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91440399MA5D{number:04d}X"
    weights = [3**place % 31 for place in range(17)]
    total = sum(signs.index(sign) * weight for sign, weight in zip(body, weights, strict=True))
    return body + signs[(31 - total % 31) % 31]
