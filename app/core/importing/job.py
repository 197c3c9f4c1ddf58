"""An import of more lines than anybody would wait for. Its rows and its end are one transaction."""

from typing import Any

from app.core import here, jobs, waiting
from app.core.answers import Faulty, Forbidden, Refusal
from app.core.declaration import Declaration, register_of
from app.core.importing.faulty import keep_faults
from app.core.importing.plan import CHANGED, FAULTY, NEW, SAME, How, sheet_of
from app.core.importing.wizard import kept_how
from app.core.importing.writing import Answer, carry_out, look
from app.core.jobs.work import Running, Work
from app.core.rights import may
from app.core.words import Say, say
from app.core.writing import write


class ImportJob(Work):
    """`params`: table, token of the waiting file, dry_run. How it is taken stands beside the file."""

    kind = "import"

    def step(self, job: Running) -> bool:
        if job.place.get("over"):
            return False  # a worker died between the rows and the end
        register = register_of(job.params["table"])
        if register is None or not may(here.me(), "import", register.table()):
            raise Forbidden()
        token = job.params["token"]
        try:
            name, data = waiting.take(token)
            sheet = sheet_of(register, name, data, any_header=True)
        except Faulty as faulty:
            raise Refusal(next(fault for fault in faulty.faults.values() if isinstance(fault, Say))) from None
        job.beat(total=len(sheet.rows))
        how = kept_how(token) or How()
        if job.params["dry_run"]:
            plan = look(job.session, register, sheet, how, lambda count: job.beat(done=count))
            keep_faults(token, plan)
            answer = Answer.of(plan)
        else:
            answer = carry_out(
                job.session, register, name, sheet, how, beat=lambda count: job.beat(done=count),
                seen=lambda plan: keep_faults(token, plan), also=lambda answer: self._over(job, register, answer),
            )  # fmt: skip
        if not answer.written:
            write(job.session, lambda: self._over(job, register, answer))
        return False

    def _over(self, job: Running, register: type[Declaration], answer: Answer) -> None:
        left = answer.faulty or job.params["dry_run"]
        link = f"/receipts/{answer.receipt}" if answer.receipt else f"/{register.table()}/"
        if left:
            link = f"/{register.table()}/import?token={job.params['token']}&told=1"
        job.keep(over=True, done=answer.rows, link=link)
        job.tell(in_words(answer), **answer.counts)


def in_words(answer: Answer) -> Say:
    counts: dict[str, Any] = answer.counts
    if answer.written:
        return say(
            "已导入：新增 {n} 行，变更 {c} 行，未变 {s} 行，有误未导入 {f} 行。",
            "Imported: {n} new, {c} changed, {s} unchanged; {f} faulty and left out.",
            n=counts[NEW], c=counts[CHANGED], s=counts[SAME], f=counts[FAULTY],
        )  # fmt: skip
    return say(
        "没有写入：可新增 {n} 行，可变更 {c} 行，未变 {s} 行，有误 {f} 行。",
        "Nothing was written: {n} would be new, {c} changed, {s} unchanged, {f} are faulty.",
        n=counts[NEW], c=counts[CHANGED], s=counts[SAME], f=counts[FAULTY],
    )  # fmt: skip


def ask_for(session: Any, register: type[Declaration], token: str, rows: int, *, dry_run: bool) -> jobs.Job:
    what = (
        say("检查导入文件：{t} {n} 行", "Check a file for {t}: {n} rows", t=register.title(), n=f"{rows:,}")
        if dry_run
        else say("导入{t}：{n} 行", "Import into {t}: {n} rows", t=register.title(), n=f"{rows:,}")
    )
    return jobs.ask_for(
        session, ImportJob.kind, what, {"table": register.table(), "token": token, "dry_run": dry_run}, total=rows
    )
