"""How a refusal is answered: in JSON for the API, on a page of ours for people.

5xx is never an answer to what somebody typed: what the database refuses is a 400, what it
can't do now a 503 with a sentence.
"""

import secrets
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core import here, keeping
from app.core.answers import Busy, Forbidden, NotFound, Refusal, TooMany, blocked_json
from app.core.blockers import NotAllowed
from app.core.words import Say, say
from app.extensions import db

TITLES: dict[int, Say] = {
    400: say("请求有误", "Not understood"),
    401: say("请先登录", "Please sign in"),
    403: say("没有权限", "Not yours to do"),
    404: say("没有找到", "Not found"),
    405: say("不能这样访问", "Not this way"),
    409: say("别人先改了", "Somebody was first"),
    413: say("内容太大", "Too large"),
    415: say("类型不符", "Wrong type"),
    422: say("不予办理", "Not allowed"),
    429: say("过于频繁", "Too many"),
    500: say("系统出错", "Something broke"),
    503: say("暂时无法办理", "Not right now"),
}
SENTENCES: dict[int, Say] = {
    404: NotFound.plain(),
    403: Forbidden.plain(),
    405: say("请从页面上的按钮办理。", "Use the button on the page."),
    413: say("上传的内容超过上限。", "What was sent is over the limit."),
    429: TooMany.plain(),
    500: say("系统出错，已记录。请稍后再试或联系管理员。", "It broke, and was noted. Please try again later."),
}
#: what to do next
NEXT: dict[int, Say] = {
    400: say("请返回上一页，刷新后再试。", "Go back, refresh the page and try again."),
    403: say(
        "需要办理这件事，请找有此岗位的同事，或请管理员调整岗位。",
        "Ask a colleague whose role it is, or an administrator to change yours.",
    ),
    404: say("地址可能写错了，记录也可能已经转给别人。可以按编号或姓名查找。",
             "The address may be wrong, or the record somebody else's by now. Find it by its number or name."),
    409: say("请返回记录，看过最新内容后再办理。", "Go back to the record, look at it as it is now, then go on."),
    413: say("请缩小文件后再上传。", "Make the file smaller and send it again."),
    422: say("请先补齐上面所差的，再回来办理。", "Do what is missing above, then come back."),
    429: say("请等一两分钟再试。", "Wait a minute or two."),
    500: say("刚才填写的内容可返回上一页找回。再次出现时，请把上面的编号告诉管理员。",
             "Go back to find what you typed. If it happens again, tell an administrator the number above."),
    503: say("刚才填写的内容没有保存，请返回上一页，稍后再保存一次。",
             "What you typed was not saved: go back and save it again shortly."),
}  # fmt: skip


#: the same where nothing was typed: a page that was only asked for
NEXT_OF_A_LOOK: dict[int, Say] = {
    400: say("请检查地址，或回到首页重新查找。", "Look at the address, or start again and find it."),
    500: say("请再试一次。再次出现时，请把上面的编号告诉管理员。",
             "Try again. If it happens again, tell an administrator the number above."),
    503: say("请稍等片刻再试。一直这样时，请把上面的编号告诉管理员。",
             "Try again in a moment. If it stays so, tell an administrator the number above."),
}  # fmt: skip
#: what may well go the next time
_TRIED_AGAIN = frozenset({429, 500, 503})
#: answers that say nothing against what was typed: the form comes back with it; with 403 and 404 what was typed
#: alone, for its record is gone or another's; with 422 what was typed, and all that speaks against it
_GIVEN_BACK = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, lambda error: _refusal(Busy()))
    app.register_error_handler(Exception, _broken)


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.path in ("/health", "/ready")


def _answer(status: int, told: dict[str, Any]) -> Any:
    db.session.rollback()
    if _wants_json():
        return jsonify(told), status
    if status in _GIVEN_BACK and (page := keeping.given_back(_with_number(told), status)):
        return page
    if status in (403, 404) and (page := keeping.draft_left(db.session, told["message"], status)):
        return page
    title = TITLES.get(status, TITLES[400])
    bare = here.me().user_id is None
    looked = request.method in ("GET", "HEAD")
    sentence = (NEXT_OF_A_LOOK.get(status) if looked else None) or NEXT.get(status)
    address = request.full_path.rstrip("?")
    again = address if looked and status in _TRIED_AGAIN and not address.startswith("//") else ""
    return render_template(
        "error.html", status=status, title=title, told=told, bare=bare, next=sentence, again=again
    ), status


def _with_number(told: dict[str, Any]) -> dict[str, Any]:
    number = told.get("number")
    said = told["message"] + (str(say("（编号 {n}）", " (Number {n})", n=number)) if number else "")
    return {**told, "message": said}


def _refusal(refused: Refusal) -> Any:
    told = refused.as_json()
    if refused.status >= 500:
        told["number"] = _noted(type(refused).__name__)
    return _answer(refused.status, told)


def _noted(what: str, **more: Any) -> str:
    """One line in the log, and the number by which the person may tell the administrator which it is."""
    number = secrets.token_hex(4).upper()
    current_app.logger.error("%s: %s at %s", number, what, request.endpoint, **more)
    return number


def _not_allowed(refused: NotAllowed) -> Any:
    return _answer(422, blocked_json(refused))


def _stale_form(error: CSRFError) -> Any:
    if here.me().user_id is None and not _wants_json() and (page := keeping.sign_in_page()):
        return page
    sentence = say(
        "页面已过期，本次没有提交。请核对后再试一次。",
        "This page is too old: nothing was done. Please look at it and try again.",
    )
    return _answer(400, {"message": str(sentence)})


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    status = error.code or 500
    sentence = SENTENCES.get(status) or TITLES.get(status) or TITLES[400]
    return _answer(status, {"message": str(sentence)})


def _database(error: DBAPIError) -> Any:
    if error.connection_invalidated or (isinstance(error, OperationalError) and _passes(error)):
        return _refusal(Busy())
    if isinstance(error, DataError):
        return _refusal(Refusal(say("有的值超出了范围。", "Some value is out of range.")))
    return _broken(error)


#: what SQLite says when it is only for now; anything else it calls operational is our mistake
_FOR_NOW = ("locked", "busy", "full", "unable to open", "disk i/o", "readonly", "interrupted")


def _passes(error: OperationalError) -> bool:
    told = str(error.orig).lower()
    return type(error.orig).__module__.startswith("psycopg") or any(word in told for word in _FOR_NOW)


def _broken(error: Exception) -> Any:
    # The kind and the place only: what was typed must not reach a log.
    number = _noted(type(error).__name__, exc_info=_frames(error))
    if current_app.config.get("TESTING_RAISES"):
        raise error
    return _answer(500, {"message": str(SENTENCES[500]), "number": number})


def _frames(error: Exception) -> Any:
    """The traceback without the message, which may quote values."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
