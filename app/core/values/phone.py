"""Phone numbers of the mainland: mobiles, landlines with extension, 400 and 800 numbers."""

import re

from app.core.values.bad import EXCEL_ROUNDED, BadValue
from app.core.values.typed import is_scientific, typed
from app.core.words import say

_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[3-9][0-9]{9}$))")
_EXTENSION = re.compile(r"(?:-|(?:转|分机|EXT|X|#)+[\s:.]*)(?P<digits>[0-9]{1,6})$")
_SPACING = re.compile(r"[\s()·-]|(?<=[0-9]{3})\.(?=[0-9]{3})")
_MOBILE = re.compile(r"0?(?P<number>1[3-9][0-9]{9})")  # 0 was dialled before mobiles of other towns
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_LANDLINE = re.compile(r"(?P<area>010|02[0-9]|0[3-9][0-9]{2})(?P<local>[1-9][0-9]{6,7})")
_SHORT_AREAS = ("01", "02")  # their towns have 8 digits
_BAD_PHONE = say(
    "电话号码不对：手机须为 11 位（如 138 0013 8000），固定电话须带区号（如 0755-12345678）。",
    "This is not a phone number: a mobile has 11 digits (138 0013 8000), "
    "a landline needs its area code (0755-12345678).",
)


def read_phone(raw: object) -> str | None:
    """As it is stored: `13800138000`, `0755-12345678`, `0755-12345678-801`, `4001234567`.

    Understood: +86 and 0086, spaces, dashes, brackets, full-width digits, number cells,
    extensions after 转, 分机, ext, # or a dash. None when empty. Raises BadValue.
    """
    text = typed(raw).upper().removesuffix(".0")  # as a number cell is written into a CSV file
    if not text:
        return None
    if is_scientific(text):
        raise BadValue(EXCEL_ROUNDED)
    phone = _mobile_or_service(text) or _landline(text)
    if phone is None:
        raise BadValue(_BAD_PHONE)
    return phone


def show_phone(phone: str | None) -> str:
    """A stored phone for the eye: `138 0013 8000`, `400-123-4567`; a landline as it is stored."""
    text = phone or ""
    if _MOBILE.fullmatch(text):
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    if _SERVICE.fullmatch(text):
        return f"{text[:3]}-{text[3:6]}-{text[6:]}"
    return text


def mask_phone(phone: str | None) -> str:
    """A stored phone in part: `138****5678`, `0755-*****678`; stars only for anything unknown."""
    text = phone or ""
    if _MOBILE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    area, dash, local = text.partition("-")
    local = local.partition("-")[0]
    if dash and _LANDLINE.fullmatch(area + local):
        return f"{area}-{'*' * (len(local) - 3)}{local[-3:]}"
    return "****" if text else ""


def _mobile_or_service(text: str) -> str | None:
    digits = _digits(text)
    if mobile := _MOBILE.fullmatch(digits):
        return mobile["number"]
    return digits if _SERVICE.fullmatch(digits) else None


def _landline(text: str) -> str | None:
    # The extension first: 0755-2234567-8 has one, 0755-2234-5678 has not.
    return _with_extension(text) or _without_extension(text)


def _with_extension(text: str) -> str | None:
    found = _EXTENSION.search(text)
    landline = found and _without_extension(text[: found.start()])
    return f"{landline}-{found['digits']}" if found and landline else None


def _without_extension(text: str) -> str | None:
    landline = _LANDLINE.fullmatch(_digits(text))
    if landline is None or not _has_right_length(landline):
        return None
    return f"{landline['area']}-{landline['local']}"


def _has_right_length(landline: re.Match[str]) -> bool:
    return len(landline["local"]) == 8 or not landline["area"].startswith(_SHORT_AREAS)


def _digits(text: str) -> str:
    """Without spacing and country code; abroad an area code is written without its 0."""
    spaceless = _SPACING.sub("", text)
    digits = _COUNTRY.sub("", spaceless)
    if digits == spaceless or digits.startswith(("0", "400", "800")) or _MOBILE.fullmatch(digits):
        return digits
    return "0" + digits
