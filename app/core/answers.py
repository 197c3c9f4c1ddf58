"""The few ways in which the house says no. Each has one HTTP status, wherever it is said."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.blockers import NotAllowed
from app.core.words import Say, say


class Refusal(Exception):  # noqa: N818 (reads as a sentence where it is raised)
    """A deliberate answer that is not success. `status` is HTTP's."""

    status = 400

    def __init__(self, message: Say | None = None) -> None:
        self.message = message or self.plain()
        super().__init__(str(self.message))

    @staticmethod
    def plain() -> Say:
        return say("请求有误。", "The request is not understood.")

    def as_json(self) -> dict[str, Any]:
        return {"message": str(self.message)}


class NotSignedIn(Refusal):
    status = 401

    @staticmethod
    def plain() -> Say:
        return say("请先登录。", "Please sign in first.")


class Forbidden(Refusal):
    status = 403

    @staticmethod
    def plain() -> Say:
        return say("您的岗位没有此项权限。", "Your role does not include this.")


class NotFound(Refusal):
    """Missing, or not within this person's rows: the answer is the same."""

    status = 404

    @staticmethod
    def plain() -> Say:
        return say("没有这条记录，或不在您的数据范围内。", "No such record, or not within your scope.")


class Conflict(Refusal):
    """Somebody changed it first: both versions are told, nothing is overwritten."""

    status = 409

    def __init__(
        self, *, yours: Any = None, theirs: Any = None, values: Mapping[str, Any] | None = None,
        fields: Sequence[str] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self.yours, self.theirs, self.values = yours, theirs, values or {}
        #: what both have changed, where that is known
        self.fields = tuple(fields)

    @staticmethod
    def plain() -> Say:
        return say(
            "别人刚刚改过这条记录，您的修改没有保存。请核对最新内容后再办理。",
            "Somebody changed this record first. Nothing was overwritten: look at it again.",
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "message": str(self.message),
            "your_version": self.yours,
            "version": self.theirs,
            "current": dict(self.values),
        }


class Faulty(Refusal):
    """Values that can't be taken: field -> sentences, told beside the field."""

    status = 422

    def __init__(self, faults: Mapping[str, Say | str]) -> None:
        self.faults = dict(faults)
        super().__init__(say("有内容需要更正。", "Some values need correcting."))

    def as_json(self) -> dict[str, Any]:
        return {
            "message": str(self.message),
            "errors": {name: str(fault) for name, fault in self.faults.items()},
        }


class TooMany(Refusal):
    status = 429

    @staticmethod
    def plain() -> Say:
        return say("操作过于频繁，请稍后再试。", "Too many attempts. Please wait a little.")


class Busy(Refusal):
    """The database is away, locked or out of room: nothing was written."""

    status = 503

    @staticmethod
    def plain() -> Say:
        return say(
            "系统暂时无法保存，本次操作没有写入。请稍后再试。",
            "The system can't save right now. Nothing was written; please try again shortly.",
        )


def blocked_json(refused: NotAllowed) -> dict[str, Any]:
    """The API's answer when the rule book says no (422)."""
    return {
        "message": "".join(str(each.message) for each in refused.blockers),
        "blockers": [each.as_json() for each in refused.blockers],
    }
