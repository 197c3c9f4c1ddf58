"""Which looks hold, in every worker; and new ones, checked, kept and told to the journal."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, undefer

from app.core import editions, files, here, journal
from app.core.answers import Faulty
from app.core.appearance.colours import AA, DARK, LIGHT, Mode, is_colour
from app.core.appearance.table import Appearance, Corners
from app.core.defined import Faults, put_texts
from app.core.words import Say, say
from app.core.writing import write

EDITION = TABLE = "appearance"
#: as css/app.css has it
SHIPPED_ACCENT = "#1f5fa8"
#: as the pages and the papers show it, for screens of twice as many points
LOGO, LOGO_PRINTED = (440, 112), (300, 80)
SHIPPED = say("管家", "Guanjia")
KEPT_BY = ["id", "zh", "en", "accent", "accent_dark", "corners", "density"]
NO_COLOUR = say("写成 # 加六位十六进制数，如 #1f5fa8。", "Written as # and six hexadecimal digits, like #1f5fa8.")
BOTH = say("中英文名称请都填写，或都留空。", "Fill in the name in both languages, or in neither.")


@dataclass(frozen=True)
class Looks:
    """What holds, as plain values."""

    id: int = 0
    zh: str = ""
    en: str = ""
    accent: str = ""
    accent_dark: str = ""
    corners: str = ""
    density: str = ""
    has_logo: bool = False

    @property
    def name(self) -> Say:
        return Say(self.zh, self.en) if self.zh else SHIPPED

    @property
    def sheet(self) -> str:
        """The address of the stylesheet; empty where everything is as it was shipped."""
        return f"/appearance/{self.id}.css" if self.accent or self.corners else ""

    @property
    def logo(self) -> str:
        return f"/appearance/{self.id}.png" if self.has_logo else ""


#: what holds, and the logo for papers
_now: list[tuple[Looks, bytes | None]] = [(Looks(), None)]


def now() -> Looks:
    return _now[0][0]


def printed() -> tuple[str, bytes | None]:
    """The house's name and logo for papers, which are in Chinese; empty and None unless they were set."""
    return now().zh, _now[0][1]


def load(session: Session) -> None:
    query = select(Appearance).options(undefer(Appearance.logo_printed)).order_by(Appearance.id.desc()).limit(1)
    found = session.execute(query).scalar_one_or_none()
    _now[0] = (_plain(found, found.logo_printed is not None), found.logo_printed) if found else (Looks(), None)


def _plain(found: Appearance, has_logo: bool) -> Looks:
    return Looks(**{name: getattr(found, name) for name in KEPT_BY}, has_logo=has_logo)


def heard_by_nobody(session: Session) -> Looks:
    """For a page before sign-in, whose worker may have heard of nothing yet. Looks are no reason to fail."""
    try:
        editions.refresh(session)
    except SQLAlchemyError:
        session.rollback()
    return now()


def of(session: Session, row_id: int) -> Appearance | None:
    return session.get(Appearance, row_id)


# --- new ones -----------------------------------------------------------------------------


@dataclass
class Wanted:
    """What was typed, read: the row it would be, and what is wrong with it."""

    row: Appearance
    faults: Faults
    #: field -> the nearest colour that would do
    better: dict[str, str]

    @property
    def looks(self) -> Looks:
        return _plain(self.row, self.row.logo is not None)


def wanted(session: Session, given: Mapping[str, Any], logo: bytes | None) -> Wanted:
    """`logo`: a new one's bytes; without, the one that holds stays, unless `no_logo` is given."""
    row = Appearance(by_id=here.me().staff_id, logo=None, logo_printed=None)
    faults = put_texts(row, given, {"zh": 20, "en": 40}, optional=True)
    if bool(row.zh) is not bool(row.en):
        faults.setdefault("en" if row.zh else "zh", BOTH)
    row.corners = _one_of(given.get("corners"), (Corners.SQUARE, Corners.ROUND))
    row.density = _one_of(given.get("density"), ("compact", "wide"))
    found = Wanted(row, faults, {})
    _put_colours(found, given)
    _put_logo(session, found, given, logo)
    return found


def _one_of(given: Any, known: Sequence[str]) -> str:
    """Empty for whatever is as it was shipped."""
    return next((str(each) for each in known if str(each) == given), "")


def _put_colours(found: Wanted, given: Mapping[str, Any]) -> None:
    for name, mode in (("accent", LIGHT), ("accent_dark", DARK)):
        colour = str(given.get(name) or "").strip().lower()[:40]
        setattr(found.row, name, "")
        if not colour:
            continue
        if not is_colour(colour):
            found.faults[name] = NO_COLOUR
            continue
        setattr(found.row, name, colour)
        if not mode.fits(colour):
            found.better[name] = mode.nearest(colour)
            found.faults[name] = _too_faint(colour, mode, found.better[name])
    if found.row.accent == SHIPPED_ACCENT and not found.row.accent_dark:
        found.row.accent = ""
    if found.row.accent_dark and not found.row.accent:
        found.faults.setdefault("accent", say("请先选浅色页面的主色。", "Choose the colour of light pages first."))


def _too_faint(colour: str, mode: Mode, better: str) -> Say:
    ground, found = mode.weakest(colour)
    words = {"c": colour, "g": ground, "r": f"{found:.2f}", "n": f"{AA}", "b": better}
    if mode is LIGHT:
        return say(
            "浅色页面上看不清：{c} 与底色 {g} 的对比度为 {r}，至少须 {n}（WCAG AA）。最接近的合格颜色是 {b}。",
            "Hard to read on light pages: {c} on {g} has a contrast of {r}, and {n} is the least (WCAG AA). The nearest that passes is {b}.",
            **words,
        )  # fmt: skip
    return say(
        "深色页面上看不清：{c} 与底色 {g} 的对比度为 {r}，至少须 {n}（WCAG AA）。最接近的合格颜色是 {b}。",
        "Hard to read on dark pages: {c} on {g} has a contrast of {r}, and {n} is the least (WCAG AA). The nearest that passes is {b}.",
        **words,
    )  # fmt: skip


def _put_logo(session: Session, found: Wanted, given: Mapping[str, Any], data: bytes | None) -> None:
    if data:
        try:
            picture = files.picture_in(data)
            found.row.logo, found.row.logo_printed = _png(picture, LOGO), _png(picture, LOGO_PRINTED)
        except Faulty as faulty:
            found.faults["logo"] = faulty.faults["file"]
    elif not given.get("no_logo") and now().has_logo:
        held = of(session, now().id)
        if held is not None:
            found.row.logo, found.row.logo_printed = held.logo, held.logo_printed


def _png(picture: Image.Image, size: tuple[int, int]) -> bytes:
    small = picture.convert("RGBA")
    small.thumbnail(size)
    drawn = io.BytesIO()
    small.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def keep(session: Session, found: Wanted) -> Looks:
    """Raises Faulty."""
    if found.faults:
        raise Faulty(found.faults)

    def work() -> None:
        before = now()
        session.add(found.row)
        session.flush()
        editions.changed(session, EDITION)
        journal.add(
            session, "edit", table=TABLE, row_id=found.row.id, label=found.row.zh or SHIPPED.zh,
            before=_told(before), after=_told(found.looks),
        )  # fmt: skip

    write(session, work)
    editions.refresh(session)
    return now()


def _told(looks: Looks) -> dict[str, Any]:
    return {name: value for name, value in vars(looks).items() if name != "id"}


editions.loader(EDITION, load)
