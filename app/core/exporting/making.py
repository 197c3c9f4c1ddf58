"""An export made in the background: by a job in its owner's name, with the rights of that moment."""

from collections.abc import Callable
from time import monotonic

from app.core import here
from app.core.answers import Forbidden, NotFound
from app.core.declaration import register_of
from app.core.exporting import sealed
from app.core.exporting.export import Export
from app.core.exporting.kept import ASKED_KEPT, SCHEDULED_KEPT, ExportFile, export_of, sight_of
from app.core.exporting.schedules import ByMail, ExportSchedule
from app.core.jobs.table import Job, JobState
from app.core.jobs.work import Running, Work
from app.core.mail import telling
from app.core.mail.server import is_on
from app.core.mail.table import Kind
from app.core.words import say
from app.core.writing import write

#: seconds between two looks at how far it is
BEAT = 1.0


class ExportJob(Work):
    """The file is written under a name of its own each time it is tried; its row, its receipt and the end of the
    work are one transaction. A worker that dies before leaves a stray file, which is swept."""

    kind = "export"

    def step(self, job: Running) -> bool:
        if job.place.get("over"):
            return False  # a worker died between the file and the end
        file = job.session.get(ExportFile, job.params["file"])
        register = register_of(file.table_name) if file is not None else None
        if file is None:
            raise NotFound(sealed.GONE)
        if register is None:
            raise Forbidden()
        form = file.form
        export = export_of(job.session, register, file.query, file.columns)
        job.beat(done=0, total=export.count())
        export.beat = _now_and_then(lambda rows: job.beat(done=rows))
        key = sealed.new_key()
        try:
            size = sealed.write(key, export.pieces(form))
            write(job.session, lambda: self._keep(job, export, key, size))
        except BaseException:
            sealed.remove(key)
            raise
        return False

    def _keep(self, job: Running, export: Export, key: str, size: int) -> None:
        job.keep(over=True, done=export.rows, total=export.rows, link="/exports/files")
        file = job.session.get_one(ExportFile, job.params["file"])
        file.key, file.size, file.rows, file.sha256 = key, size, export.rows, export.hash.hexdigest()
        file.sight, file.made_at = sight_of(export), here.now()
        file.gone_at = file.made_at + (SCHEDULED_KEPT if file.due_at else ASKED_KEPT)
        export.keep(file.form, "done")
        until = f"{here.in_house_time(file.gone_at):%m-%d %H:%M}"
        job.tell(say("共 {n} 行，保留到 {d}。", "{n} rows; kept until {d}.", n=f"{export.rows:,}", d=until))

    def over(self, job: Running, state: JobState) -> bool | None:
        """The schedule hears how it went, and by mail its owner; a file that was not made is not waited for."""
        file = job.session.get(ExportFile, job.params["file"])
        if file is None:
            return None
        schedule = job.session.get(ExportSchedule, file.schedule_id) if file.schedule_id else None
        if schedule is not None:
            schedule.heard(state, job.session.get_one(Job, job.id).result.get("note"))
        if state != JobState.DONE:
            job.session.delete(file)
        if schedule is None or not schedule.by_mail:
            return None
        return state != JobState.DONE or not self._mailed(job, schedule, file)

    @staticmethod
    def _mailed(job: Running, schedule: ExportSchedule, file: ExportFile) -> bool:
        """Its own letter instead of the notice's; an account of no member of staff has neither."""
        staff_id = job.session.get_one(Job, job.id).staff_id
        if not is_on() or staff_id is None:
            return False
        attach = schedule.by_mail == ByMail.FILE
        telling.put(job.session, [telling.row(staff_id, Kind.EXPORT, file_id=file.id, attach=attach)])
        return True


def _now_and_then(beat: Callable[[int], None]) -> Callable[[int], None]:
    last = [monotonic()]

    def told(rows: int) -> None:
        if monotonic() - last[0] >= BEAT:
            beat(rows)
            last[0] = monotonic()

    return told
