"""How commands answer: in words or in JSON, a refusal with status 1, as the user who is named."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

import click

from app.core import here
from app.core.answers import Refusal, blocked_json
from app.core.blockers import NotAllowed
from app.core.words import say
from app.extensions import db

AS_JSON = click.option("--json", "as_json", is_flag=True, help="answer in JSON")
AS_USER = click.option("--as", "username", required=True, help="the user name to act as")


def tell(as_json: bool, answer: dict[str, Any], plain: str) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else plain)


def refuse(as_json: bool, answer: dict[str, Any]) -> NoReturn:
    tell(as_json, answer, in_words(answer))
    sys.exit(1)


def in_words(answer: dict[str, Any]) -> str:
    lines = [str(answer.get("message", ""))]
    lines += [f"- [{b['clause']}] {b['message']} {b['fix']}" for b in answer.get("blockers", [])]
    lines += [f"- {field}: {fault}" for field, fault in answer.get("errors", {}).items()]
    return "\n".join(line for line in lines if line)


@contextmanager
def acting(username: str) -> Iterator[here.Person]:
    """As that user, with their roles and rows; an unknown or closed account is refused."""
    from app.security.sign_in import person_named

    person = person_named(db.session, username)
    if person is None:
        raise Refusal(say("没有这个账号，或已停用：{u}。", "No such active account: {u}.", u=username))
    with here.acting_as(person):
        yield person


def answering(command: Callable[..., None]) -> Callable[..., None]:
    """Refusals become an answer and status 1, never a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except NotAllowed as refused:
            refuse(as_json, blocked_json(refused))
        except Refusal as refused:
            refuse(as_json, refused.as_json())

    return wrapped
