"""Identity cards, passports, credit codes of companies: checked as far as a number can tell."""

import re
from collections.abc import Callable
from datetime import date

from stdnum.cn import ric, uscc

from app.core.values.bad import EXCEL_ROUNDED, BadValue
from app.core.values.typed import is_number, is_scientific, typed
from app.core.words import say

_OLDEST_BIRTH = date(1900, 1, 1)
_CARD = re.compile(r"[0-9]{17}[0-9X]")
_PASSPORT = re.compile(r"(?=(?:.*[0-9]){3})[A-Z0-9]{5,12}")
_CREDIT_CODE = re.compile(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")
_SPACING = re.compile(r"[\s-]")

_NOT_A_CARD = say(
    "身份证号码须为 18 位：17 位数字，末位为数字或 X。",
    "An identity card number has 18 characters: 17 digits, then a digit or X.",
)
_WRONG_CHECK_DIGIT = say(
    "号码的校验位不对，有一位写错了，请照证件核对。",
    "The check digit does not fit: a character is wrong. Please compare it with the document.",
)
_NO_BIRTH_DATE = say(
    "身份证号码第 7 至 14 位不是可能的出生日期，请照证件核对。",
    "Digits 7 to 14 are no possible date of birth; please compare it with the card.",
)
_NOT_A_PASSPORT = say(
    "护照或通行证号码须为 5 至 12 位字母和数字。",
    "A passport or travel permit number has 5 to 12 letters and digits.",
)
_NOT_A_CREDIT_CODE = say(
    "统一社会信用代码须为 18 位：前 8 位为数字，其后为数字或大写字母，没有 I、O、S、V、Z。",
    "A credit code has 18 characters: 8 digits, then digits or capital letters, but no I, O, S, V, Z.",
)
_NO_SUCH_KIND = say(
    "请先选择证件类型：身份证、护照或统一社会信用代码。",
    "Choose the kind of document first: identity card, passport or credit code.",
)


def read_identity_card(raw: object, today: date) -> str | None:
    """18 characters with the right check digit and a birth date from 1900 to `today`; x becomes X.

    The region is not judged: counties are renamed. None when empty. Raises BadValue.
    """
    number = _document_number(raw)
    if not number:
        return None
    if not _CARD.fullmatch(number):
        raise BadValue(_NOT_A_CARD)
    if ric.calc_check_digit(number) != number[-1]:
        # Excel keeps 15 digits: a rounded number that became text again ends in zeros.
        raise BadValue(EXCEL_ROUNDED if number.endswith("000") else _WRONG_CHECK_DIGIT)
    if not _is_birth_date(number[6:14], today):
        raise BadValue(_NO_BIRTH_DATE)
    return number


def read_passport(raw: object) -> str | None:
    """5 to 12 capital letters and digits, 3 digits at least; None when empty. Raises BadValue."""
    number = _document_number(raw)
    if number and not _PASSPORT.fullmatch(number):
        raise BadValue(_NOT_A_PASSPORT)
    return number or None


def read_credit_code(raw: object) -> str | None:
    """A company's 18 characters (统一社会信用代码); None when empty. Raises BadValue."""
    number = _document_number(raw)
    if not number:
        return None
    if not _CREDIT_CODE.fullmatch(number):
        raise BadValue(_NOT_A_CREDIT_CODE)
    if uscc.calc_check_digit(number) != number[-1]:
        raise BadValue(_WRONG_CHECK_DIGIT)
    return number


def read_id_number(kind: str | None, raw: object, today: date) -> str | None:
    """The number by its `kind`: identity_card, passport or credit_code. Raises BadValue."""
    readers: dict[str | None, Callable[[object], str | None]] = {
        "identity_card": lambda each: read_identity_card(each, today),
        "passport": read_passport,
        "credit_code": read_credit_code,
    }
    if kind not in readers:
        raise BadValue(_NO_SUCH_KIND)
    return readers[kind](raw)


def mask_identity(number: str | None) -> str:
    """`4403**********1234`; of a shorter number 2 at each end, of a very short one none."""
    text = number or ""
    shown = 4 if len(text) >= 16 else 2 if len(text) >= 8 else 0
    hidden = "*" * (len(text) - 2 * shown)
    return text[:shown] + hidden + text[len(text) - shown :]


def _document_number(raw: object) -> str:
    """A number that came as a number has lost its leading zeros or its last digits."""
    text = _SPACING.sub("", typed(raw)).upper()
    if is_number(raw) or is_scientific(text):
        raise BadValue(EXCEL_ROUNDED)
    return text


def _is_birth_date(digits: str, today: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _OLDEST_BIRTH <= born <= today
