"""The trees as they are kept: one row each, heard of by every worker when it changes."""

from sqlalchemy import Text as SqlText
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from app.core import editions
from app.core.columns import column, text
from app.core.kinds import BadValue
from app.core.record import Record
from app.core.trees import lines, paths
from app.core.trees.written import WrittenTree
from app.core.words import Say, say

EDITION = "trees"
NAMED = say("字段以此引用，保存后不能再改，如 region。", "Fields name it; it stays as it is once saved, like region.")
WRITTEN = say(
    "每行一个选项，下级比上级多缩进两格；也可整条写成 浙江/杭州/西湖。删掉的行以 × 保留给已填的记录，不再供选择；去掉 × 又可选择。"
    "改名请用「选项改名」，已填的记录一起改。",
    "A choice a line, what is below another two spaces further in; or a whole path, like North/Harbour/Quay. A line that is "
    "taken out stays behind × for the records that hold it, and is no longer offered; without the × it is again. “Rename a "
    "choice” takes the records along.",
)


class OptionTree(Record):
    """选项树: choices in levels, such as the regions of a country."""

    __tablename__ = "option_tree"
    __zh__ = "选项树"
    __en__ = "Option tree"
    __label__ = "title"

    name: Mapped[str] = text("标识", 30, unique=True, en="Name", help=NAMED)
    title: Mapped[str] = text("名称", 40, en="Title")
    tree: Mapped[str] = column(SqlText, WrittenTree(), "选项", en="Choices", help=WRITTEN)

    def before_save(self, session: Session) -> None:
        editions.changed(session, EDITION)


def load(session: Session) -> None:
    """All of them anew; one that can't be read is none."""
    query = select(OptionTree.name, OptionTree.tree).execution_options(gate="open")
    found = {}
    for name, written in session.execute(query):
        try:
            found[name] = lines.read(written)
        except BadValue:
            continue
    paths.put_in_force(found)


def bring(session: Session, name: str, title: Say, written: str) -> None:
    """What a release brings (`seed` of a domain): put there once, from then on it is the admin's."""
    if session.execute(select(OptionTree.id).where(OptionTree.name == name)).first() is None:
        session.add(OptionTree(name=name, title=title.zh, tree=lines.written(lines.read(written))))


editions.loader(EDITION, load)
