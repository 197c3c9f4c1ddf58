"""Whatever a form, the API or a cell could hold, for the property tests."""

from datetime import UTC, timedelta, timezone

from hypothesis import strategies as st

TYPED = st.text(st.characters(), max_size=80) | st.text(
    "0123456789+-./,:%￥¥元万亿年月日栋ＸX×√xEe() \u3000\u200b\ufeff'", max_size=30
)
NUMBERS = st.integers() | st.sampled_from([10**5000, -(10**5000), 2**63]) | st.floats() | st.decimals()
MOMENTS = (
    st.dates()
    | st.times()
    | st.timedeltas()
    | st.datetimes()
    | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=23, minutes=59))]))
)
STRUCTURES = (
    st.none()
    | st.booleans()
    | st.binary(max_size=20)
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=3)
    | st.complex_numbers()
)
ANYTHING = TYPED | NUMBERS | MOMENTS | STRUCTURES
