"""A sum in the command box: `12,800*20%`, `(3+4)×1.5`. Exact decimals, the four kinds of reckoning, nothing else.

What is only digits and dashes is no sum: a date, a phone, a room.
"""

import re
from collections.abc import Iterator
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

#: as signs are typed on a Chinese keyboard
_PLAIN = str.maketrans("×xX＊÷／＋－−（）％，．。＝", "****//+--()%,..=")
_TOKEN = re.compile(r"\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|[-+*/()%])")
_TELLS = re.compile(r"[*/%+]|\d\s+-|-\s+\d|\)\s*-|-\s*\(")
#: more digits than any amount of the house has
_EXACT = Context(prec=40, traps=[InvalidOperation, DivisionByZero, Overflow])
PLACES = Decimal("0.00000001")
LARGEST = Decimal(10) ** 30


class NoSumError(ValueError):
    """What was typed is none."""


def sum_of(text: str) -> tuple[str, str, bool] | None:
    """(the sum as it is read, its answer, whether that is exact); None for what is no sum."""
    plain = text.translate(_PLAIN).strip().rstrip("=").strip()
    if not _TELLS.search(plain):
        return None
    try:
        tokens = _tokens(plain)
        answer = _Reckoning(tokens).whole()
    except (NoSumError, InvalidOperation, DivisionByZero, Overflow, RecursionError):
        return None
    if abs(answer) >= LARGEST:
        return None
    shown = answer.quantize(PLACES, context=_EXACT) if _places(answer) > -PLACES.as_tuple().exponent else answer  # type: ignore[operator]
    return _read(tokens), _figure(shown), shown == answer


def _tokens(plain: str) -> list[str]:
    tokens, place = [], 0
    while place < len(plain):
        found = _TOKEN.match(plain, place)
        if found is None:
            raise NoSumError(plain)
        tokens.append(found[1].replace(",", ""))
        place = found.end()
    return tokens


class _Reckoning:
    """Sums of products of signed figures, each of which may be so many per cent or stand in brackets."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest: Iterator[str] = iter(tokens)
        self.next: str | None = None
        self._go_on()

    def _go_on(self) -> str | None:
        taken, self.next = self.next, next(self.rest, None)
        return taken

    def whole(self) -> Decimal:
        answer = self._sum()
        if self.next is not None:
            raise NoSumError(self.next)
        return answer

    def _sum(self) -> Decimal:
        answer = self._product()
        while self.next in ("+", "-"):
            reckon = _EXACT.add if self._go_on() == "+" else _EXACT.subtract
            answer = reckon(answer, self._product())
        return answer

    def _product(self) -> Decimal:
        answer = self._signed()
        while self.next in ("*", "/"):
            reckon = _EXACT.multiply if self._go_on() == "*" else _EXACT.divide
            answer = reckon(answer, self._signed())
        return answer

    def _signed(self) -> Decimal:
        if self.next in ("+", "-"):
            return self._signed() if self._go_on() == "+" else -self._signed()
        answer = self._figure()
        while self.next == "%":
            self._go_on()
            answer = _EXACT.divide(answer, Decimal(100))
        return answer

    def _figure(self) -> Decimal:
        sign = self._go_on()
        if sign == "(":
            answer = self._sum()
            if self._go_on() != ")":
                raise NoSumError(sign)
            return answer
        if sign is None or not (sign[0].isdigit() or sign[0] == "."):
            raise NoSumError(sign)
        return Decimal(sign)


def _places(answer: Decimal) -> int:
    exponent = answer.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _figure(answer: Decimal) -> str:
    text = f"{answer:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(tokens: list[str]) -> str:
    signs = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " − "}
    return "".join(signs.get(token, token) for token in tokens).strip()
