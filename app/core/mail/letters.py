"""What a mail says: written when it is sent, in the name and the language of whoever gets it.

Numbers of records, what is asked and a link; never what stands in a record. What is no longer theirs to see is not
told, nor what they have seen by now. A file is attached only where nothing in it can be about a person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here, kinds
from app.core.answers import Refusal
from app.core.colleagues import person_of, reaches
from app.core.declaration import Declaration, register_of
from app.core.exporting import kept
from app.core.mail import addresses
from app.core.mail.server import Server, house_address, largest_attachment
from app.core.mail.table import Kind, Mail, MailWish, Which
from app.core.mail.telling import digest_time
from app.core.notices import Notice
from app.core.record import Field
from app.core.rights import READ, WRITE, level
from app.core.words import LANGUAGES, Say, say, speaking

#: notices that one digest tells, the newest
MOST_TOLD = 50
_RECORD = re.compile(r"/(\w+)/(\d+)")
#: without free words: what they hold can't be about a person
_PLAIN = (kinds.Choice, kinds.Money, kinds.Number, kinds.Integer, kinds.Date, kinds.Instant, kinds.YesNo)
OPEN, READ_THERE = say("打开", "Open"), say("请登录管家查看。", "Sign in to Guanjia to see it.")
FOOT = say(
    "这是管家自动发送的邮件，请勿回复。收哪些邮件，在「我的账号」里选择。",
    "Sent by Guanjia by itself; please do not answer. What you get is chosen under “My account”.",
)


class DroppedError(Exception):
    """It is not sent any more; the reason is a word for the admin's page."""


@dataclass
class Letter:
    """`lines`: a sentence and the page that it is about, each."""

    to: str
    subject: str
    lines: list[tuple[str, str]]
    language: str
    file: tuple[str, bytes] | None = field(default=None)


def written(session: Session, mail: Mail) -> Letter:
    """Raises DroppedError."""
    person = person_of(session, mail.staff_id)
    if person is None:
        raise DroppedError("account closed")
    to = addresses.of_user(session, person.user_id)
    if not to:
        raise DroppedError("no address")
    language = person.language if person.language in LANGUAGES else LANGUAGES[0]
    with here.acting_as(person), speaking(language):
        letter = _WRITERS[Kind(mail.kind)](session, mail)
    letter.to, letter.language = to, language
    return letter


def _letter(subject: Say | str, lines: Iterable[tuple[Say | str, str]]) -> Letter:
    return Letter("", str(subject), [(str(sentence), link) for sentence, link in lines], "")


def _of_notice(session: Session, mail: Mail) -> Letter:
    notice = session.get(Notice, mail.notice_id)
    if notice is None or notice.seen_at is not None:
        raise DroppedError("seen")
    if not _is_theirs(session, notice):
        raise DroppedError("out of reach")
    return _letter(say("管家：{n}", "Guanjia: {n}", n=notice), [(str(notice), notice.link)])


def _digest(session: Session, mail: Mail) -> Letter:
    assert mail.digest_on is not None
    until = digest_time(mail.digest_on)
    since = digest_time(mail.digest_on.fromordinal(mail.digest_on.toordinal() - 1))
    told = [each for each in _unseen(session, mail, since, until) if _is_theirs(session, each)]
    if not told:
        raise DroppedError("seen")
    subject = say("管家：{n} 条通知", "Guanjia: {n} notices", n=len(told))
    return _letter(subject, [(str(each), each.link) for each in told])


def _unseen(session: Session, mail: Mail, since: object, until: object) -> Iterator[Notice]:
    query = select(Notice).where(
        Notice.staff_id == mail.staff_id, Notice.seen_at.is_(None), Notice.at >= since, Notice.at < until
    )  # fmt: skip
    wish = session.get(MailWish, mail.staff_id)
    if wish is None or wish.which == Which.NONE:
        raise DroppedError("not wanted")
    query = query.where(Notice.asks) if wish.which == Which.ASKS else query
    newest = session.execute(query.order_by(Notice.id.desc()).limit(MOST_TOLD)).scalars().all()
    return reversed(newest)


def _is_theirs(session: Session, notice: Notice) -> bool:
    """A notice of a record that is out of reach by now would tell its number."""
    found = _RECORD.fullmatch(notice.link)
    register = register_of(found[1]) if found else None
    if found is None or register is None:
        return True
    return len(found[2]) < 10 and reaches(session, register, int(found[2]), notice.staff_id)


def _test(session: Session, mail: Mail) -> Letter:
    told = say("测试邮件：管家能通过贵公司的邮件服务器发信。", "A test: Guanjia can write through your mail server.")
    return _letter(say("管家：测试邮件", "Guanjia: a test"), [(told, "/")])


# --- a scheduled export --------------------------------------------------------------------------


def _export(session: Session, mail: Mail) -> Letter:
    file = session.get(kept.ExportFile, mail.file_id)
    if file is None or not file.key or file.gone_at <= here.now():
        raise DroppedError("file gone")
    register = register_of(file.table_name)
    try:
        assert register is not None
        kept.ask_for_sight(file)
    except (Refusal, AssertionError):
        raise DroppedError("out of reach") from None
    why_not = _why_not_attached(register, file) if mail.attach else None
    until = f"{here.in_house_time(file.gone_at):%Y-%m-%d %H:%M}"
    told = say(
        "定时导出已做好：{t}，{n} 行，保留到 {d}。", "The scheduled export is done: {t}, {n} rows; kept until {d}.",
        t=register.title(), n=f"{file.rows:,}", d=until,
    )  # fmt: skip
    lines: list[tuple[Say | str, str]] = [(told, f"/exports/files/{file.id}")]
    lines += [(why_not, "")] if why_not else []
    letter = _letter(say("管家：定时导出 {t}", "Guanjia: export of {t}", t=register.title()), lines)
    if mail.attach and why_not is None:
        name = kept.name_of(file.table_name, file.made_at or file.asked_at, file.form)
        letter.file = name, b"".join(kept.fetched(session, file.id)[1])
    return letter


def _why_not_attached(register: type[Declaration], file: kept.ExportFile) -> Say | None:
    largest = largest_attachment()
    if not largest:
        return say(
            "文件没有附上：运维人员未允许。", "The file is not attached: whoever runs the service does not allow it."
        )
    if file.size > largest:
        return say(
            "文件没有附上：超过 {n} MB。",
            "The file is not attached: it is larger than {n} MB.",
            n=largest // 1024 // 1024,
        )
    known = register.fields()
    told = [known[name] for name in file.sight["columns"] if name in known and not _is_plain(register, known[name])]
    if told or set(file.sight["columns"]) - set(known):
        return say(
            "文件没有附上：「{c}」列可能含个人信息。", "The file is not attached: “{c}” may hold something about a person.",
            c=told[0].label if told else "…",
        )  # fmt: skip
    return None


def _is_plain(register: type[Declaration], spot: Field) -> bool:
    """A number of a record, an amount, a day, a choice: seen in full, and about nobody."""
    seen = level(here.me(), register.table(), spot.name) in (READ, WRITE)
    return seen and not spot.kind.personal and (spot.name in ("number", "id") or isinstance(spot.kind, _PLAIN))


_WRITERS = {Kind.NOTICE: _of_notice, Kind.DIGEST: _digest, Kind.EXPORT: _export, Kind.TEST: _test}


# --- on paper ------------------------------------------------------------------------------------


_FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "csv": ("text", "csv", {"charset": "utf-8"}),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet", {}),
}


def enveloped(letter: Letter, key: str, server: Server) -> EmailMessage:
    """Plain text, and the same in HTML. The id stays the same however often it is sent."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"] = " ".join(letter.subject.split())[:200]
    message["From"] = Address(display_name=" ".join(server.name.split()), addr_spec=server.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Date"] = format_datetime(here.in_house_time(here.now()))
    message["Message-ID"] = f"<{key}@{server.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    with speaking(letter.language):
        message.set_content(_plain(letter))
        message.add_alternative(str(_html(letter)), subtype="html")
    if letter.file is not None:
        name, data = letter.file
        main, sub, about = _FORMS[name.rpartition(".")[2]]
        message.add_attachment(data, maintype=main, subtype=sub, filename=name, params=about)
    return message


def _plain(letter: Letter) -> str:
    parts = [f"{sentence}\n{house_address(link)}".rstrip() for sentence, link in letter.lines]
    parts += [] if any(house_address(link) for _, link in letter.lines) else [str(READ_THERE)]
    return "\n\n".join([*parts, "--\n" + str(FOOT)]) + "\n"


_PAGE = Markup(
    '<!doctype html><html lang="{}"><body style="font:15px/1.6 sans-serif;color:#1d273b">{}'
    '<p style="color:#667382;font-size:13px">{}</p></body></html>'
)
_LINE = Markup('<p>{} <a href="{}">{}</a></p>')


def _html(letter: Letter) -> Markup:
    lines = [
        _LINE.format(sentence, house_address(link), OPEN)
        if house_address(link)
        else Markup("<p>{}</p>").format(sentence)
        for sentence, link in letter.lines
    ]
    lines += [] if any(house_address(link) for _, link in letter.lines) else [Markup("<p>{}</p>").format(READ_THERE)]
    return _PAGE.format("zh-CN" if letter.language == "zh" else "en", Markup().join(lines), FOOT)
