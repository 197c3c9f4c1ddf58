"""The journal, readable: for the admin, the general manager and the auditor."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask_appbuilder import BaseView, expose
from sqlalchemy import Select, select

from app.core import engine, here, journal, scopes
from app.core.declaration import all_registers
from app.core.deleting import gone
from app.core.doors import door
from app.core.exporting import BOM, safe_cell
from app.core.history import WORDS, line_of, verb_word
from app.core.journal import JournalEntry
from app.core.kinds import BadValue, YesNo
from app.core.receipts.choosing import called_in
from app.core.record import table_named, word_for
from app.core.rights import may
from app.core.values import read_date, show_instant
from app.core.verbs import verbs_of
from app.core.words import Say, joined, say
from app.core.writing import write
from app.extensions import db
from app.security.changing import word_of
from app.security.in_force import Rows
from app.security.matrix import LEVELS
from app.security.roles import Role

SIZE = 50
RESULTS = {
    "done": say("已办", "Done"),
    "refused": say("未通过", "Refused"),
    "forbidden": say("越权", "Forbidden"),
    "cut": say("中断", "Cut short"),
}
#: what happens in the house besides verbs
ACTS: dict[str, Say] = {
    "sign_in": say("登录", "Sign-in"), "sign_out": say("退出", "Sign-out"), "password": say("修改密码", "Password changed"),
    "totp": say("启用验证器", "Second factor set up"), "open_account": say("开通账号", "Account opened"),
    "change_account": say("变更岗位或停用", "Roles changed or account closed"),
    "change_rights": say("变更岗位权限", "Rights of a role changed"),
    "see_as": say("以岗位身份查看", "Panel seen as a role"), "see_as_end": say("返回本人岗位", "Back to one's own role"),
    "end_sign_ins": say("退出全部登录", "Signed out everywhere"), "journal_trim": say("清理日志", "Journal trimmed"),
    "make_key": say("新建密钥", "Key made"), "end_key": say("停用密钥", "Key ended"),
    "fetch_export": say("取走导出文件", "Exported file fetched"),
    "open_file": say("打开附件", "File opened"), "view": say("查看个人资料", "Personal data seen"), "attach": say("上传附件", "File kept"),
    "sweep_files": say("清理附件", "Files swept"), "forget": say("匿名化", "Personal data forgotten"),
}  # fmt: skip
OTHERS = {
    "user": say("账号", "Account"), "journal": say("操作日志", "Journal"), "right": say("岗位权限", "Rights"),
    "list_view": say("列表视图", "View of a list"), "webhook": say("推送地址", "Webhook"), "reminder": say("提醒", "Reminder"), "mail": say("邮件", "Mail"),
    "appearance": say("外观", "Appearance"), "print_layout": say("打印版式", "Print layout"),
    "added_field": say("自加字段", "Added field"), "made_register": say("自建登记簿", "Register without code"),
}  # fmt: skip
FILTERS = ("who", "table", "row", "verb", "result", "since", "until")


class JournalPages(BaseView):
    route_base = "/journal"
    class_permission_name = "journal"
    label, icon = say("操作日志", "Journal"), "history"

    @expose("/")
    @door("read")
    def index(self) -> str:
        asked = {name: request.args.get(name, "").strip()[:64] for name in FILTERS}
        query = matching(asked).order_by(JournalEntry.id.desc()).limit(SIZE + 1)
        after = request.args.get("after", "")
        if after.isdigit() and len(after) < 16:
            query = query.where(JournalEntry.id < int(after))
        rows = list(db.session.execute(query).scalars())
        return render_template(
            "journal.html", lines=_lines(rows[:SIZE]), asked=asked, results=RESULTS,
            tables={name: each.title() for name, each in all_registers().items()}, verbs=all_words(),
            more=rows[SIZE - 1].id if len(rows) > SIZE else None, may_export=may(here.me(), "export", "journal"),
        )  # fmt: skip

    @expose("/export")
    @door("export")
    def export(self) -> Response:
        asked = {name: request.args.get(name, "").strip()[:64] for name in FILTERS}
        answer = Response(stream_with_context(_csv(asked, here.me())), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="journal.csv"'
        return answer


def matching(asked: Mapping[str, str]) -> Select[Any]:
    """What is asked for; a filter that can't be understood finds nothing it would not."""
    entry, query = JournalEntry, select(JournalEntry)
    if asked["who"]:
        query = query.where(entry.who == asked["who"])
    if asked["table"]:
        query = query.where(entry.table_name == asked["table"])
    if asked["row"].isdigit() and len(asked["row"]) < 10:
        query = query.where(entry.row_id == int(asked["row"]))
    if asked["verb"]:
        query = query.where(entry.verb == asked["verb"])
    if asked["result"]:
        query = query.where(entry.result == asked["result"])
    since, until = _day(asked["since"]), _day(asked["until"])
    query = query.where(entry.at >= _start(since)) if since else query
    return query.where(entry.at < _start(until + timedelta(days=1))) if until else query


def _day(raw: str) -> date | None:
    try:
        return read_date(raw)
    except BadValue:
        return None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=here.house_zone())


def all_words() -> dict[str, Say]:
    """Every verb's word by its name, for the filter."""
    words = {**WORDS, **ACTS}
    for table in all_registers():
        words |= {verb.name: verb.label for verb in verbs_of(table).values() if verb.name not in words}
    return words


def _lines(rows: Sequence[JournalEntry]) -> list[dict[str, Any]]:
    """Each leads to its record, where that is still there and this person reaches it: a statement a table."""
    named: dict[str, set[int]] = {}
    for row in rows:
        if row.row_id and table_named(row.table_name) is not None:
            named.setdefault(row.table_name, set()).add(row.row_id)
    keys = [(table, row_id) for table, ids in named.items() for row_id in ids]
    there = called_in(db.session, keys)
    was = gone.called(db.session, {_key(row) for row in rows if _is_nameless(row)} & {*keys} - {*there})
    return [_told(row, there.get(_key(row)), was.get(_key(row))) for row in rows]


def _key(row: JournalEntry) -> tuple[str, int]:
    return row.table_name, row.row_id or 0


def _is_nameless(row: JournalEntry) -> bool:
    """It is told by its id only, or not at all: what has no name, and what was only looked at."""
    return row.row_label in ("", str(row.row_id))


def _told(row: JournalEntry, there: str | None, was: str | None = None) -> dict[str, Any]:
    """`there`: what the record is called that it leads to; `was`: what one was called that is gone."""
    model = table_named(row.table_name)
    return {
        "called": there or was or row.row_label,
        "row": row,
        "who": journal.who_of(row),
        "verb": ACTS.get(row.verb) or verb_word(row.table_name, row.verb),
        "table": word_for(model) if model else OTHERS.get(row.table_name, row.table_name),
        "result": RESULTS.get(row.result, row.result),
        "changes": line_of(model, row).changes if model else _account_changes(row),
        "link": there is not None,
    }


def _account_changes(row: JournalEntry) -> list[tuple[Say, str, str]]:
    """Which roles an account had and has, and whether it is open."""
    before, after = row.before or {}, row.after or {}
    told = []
    if before.get("roles") != after.get("roles"):
        told.append((say("岗位", "Roles"), _roles(before.get("roles")), _roles(after.get("roles"))))
    if before.get("active") != after.get("active"):
        told.append((say("启用", "Open"), YesNo().show(before.get("active")), YesNo().show(after.get("active"))))
    if "rights" in after:
        table = str((row.note or {}).get("on", ""))
        told.append((say("权限", "Rights"), _verbs(table, before.get("rights")), _verbs(table, after["rights"])))
        for part, word in (("columns", say("栏目", "Columns")), ("rows", say("数据范围", "Rows"))):
            if before.get(part) != after.get(part):
                told.append((word, _beside_verbs(table, before.get(part)), _beside_verbs(table, after.get(part))))
    return told


def _beside_verbs(table: str, held: Any) -> str:
    """Of columns the level of each, of rows what was chosen; "as released" is nothing."""
    if not isinstance(held, dict):
        chosen = Rows.read(str(held or ""))
        return str(scopes.in_words_of(table, chosen.names, chosen.condition))
    return str(
        joined(
            say("{c}：{l}", "{c}: {l}", c=word_of(table, f":column:{name}"), l=LEVELS[level])
            for name, level in held.items()
        )
    )


def _verbs(table: str, names: list[str] | None) -> str:
    return str(joined(word_of(table, name) for name in names or []))


def _roles(names: list[str] | None) -> str:
    return "、".join(str(Role(name).label) for name in names or [] if name in set(Role))


def _csv(asked: Mapping[str, str], person: here.Person) -> Iterator[str]:
    """As the person who began: the file is sent when their request is over."""
    count = 0
    yield BOM + _line(
        [
            "id",
            *(
                str(each)
                for each in (
                    say("时间", "At"),
                    say("何人", "Who"),
                    say("来自", "From"),
                    say("事项", "What"),
                    say("登记簿", "Register"),
                    say("记录", "Record"),
                    say("结果", "Result"),
                )
            ),
        ]
    )
    query = matching(asked).order_by(JournalEntry.id.desc()).execution_options(yield_per=500)
    engine.in_a_transaction(db.session)
    for row in db.session.execute(query).scalars():
        count += 1
        with here.acting_as(person):
            told = _told(row, None)
        yield _line(
            [
                row.id,
                show_instant(row.at, here.house_zone()),
                told["who"],
                row.address,
                told["verb"],
                told["table"],
                row.row_label,
                told["result"],
            ]
        )
    with here.acting_as(person):
        write(
            db.session,
            lambda: journal.add(
                db.session, "export", table="journal", rows=count, filter={k: v for k, v in asked.items() if v}
            ),
        )


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(str(cell)) for cell in cells])
    return out.getvalue()
