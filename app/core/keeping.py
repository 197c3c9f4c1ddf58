"""Nothing typed is lost: a form that could not be taken is given back with what was typed in it.

A stale token, a lost session, a database that is away, a hook that broke, a row that somebody
changed first: whoever sent the form gets it again, with the reason, and presses once more. A form
says who opened it (`opened_by`), so that nobody is given what another typed, and no other site can
have its own words given back here.

- A register's own forms are shown again as they are (`typed_again` of `pages/form_pages.py`).
- Any other form comes back as a page that lists what was typed and sends it once more.
- Without a session the sign-in page carries it, sealed, through the sign-in.
"""

import json
import re

from flask import current_app, render_template, request
from sqlalchemy.orm import Session

from app.core import crypt, drafts, here
from app.core.declaration import register_of
from app.core.verbs import verb_named
from app.core.words import Say, say

#: the hidden field that says who opened the form
FIELD = "opened_by"
#: never given back: secrets, and what belongs to one showing of a page
_LEFT_OUT = frozenset({"csrf_token", FIELD, "kept", "password", "current", "new", "again", "totp", "code"})
LARGEST = 200_000
_PURPOSE = "kept"
_FORM = re.compile(r"/([a-z_]+)/(?:new|(\d{1,9})/edit)")

SIGN_IN_AGAIN = say(
    "登录已过期。重新登录后，刚才填写的内容还在。",
    "The session has ended. Sign in again: what you typed is still there.",
)


def whose(user_id: int | None = None) -> str:
    """What a form of this person carries; can't be guessed."""
    return crypt.keyed_digest(f"form:{user_id or here.me().user_id}")


def typed() -> list[tuple[str, str]]:
    """What the form of this request holds, without secrets."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT]


def _is_form() -> bool:
    return request.method == "POST" and not request.path.startswith("/api/") and FIELD in request.form


# --- the one who sent it is known ---------------------------------------------------------


def given_back(sentence: Say | str, status: int) -> tuple[str, int] | None:
    """The form of this request again, for who opened it; None where there is none."""
    if not _is_form() or request.form[FIELD] != whose():
        return None
    view = getattr(current_app.view_functions.get(request.endpoint or ""), "__self__", None)
    if view is not None and hasattr(view, "typed_again"):
        try:
            page = view.typed_again(request.view_args or {}, str(sentence))
        except Exception:  # noqa: BLE001 (what broke the save may break the form, too: then the plain page)
            current_app.logger.warning("a form could not be shown again at %s", request.endpoint)
            page = None
        if page is not None:
            return page, status
    # Whoever was told that the row has changed, and sends it once more, means the row as it is now.
    pairs = [pair for pair in typed() if status != 409 or pair[0] != "version"]
    return plain_page(request.full_path.rstrip("?"), pairs, sentence), status


def plain_page(path: str, pairs: list[tuple[str, str]], sentence: Say | str) -> str:
    """What was typed, and a button that sends it once more."""
    return render_template(
        "kept.html", path=path, typed=pairs, sentence=sentence, labels=_labels(path), had_files=bool(request.files),
        bare=True,
    )  # fmt: skip


def _labels(path: str) -> dict[str, Say]:
    """What the fields of a register's page or of one of its verbs' dialogs are called."""
    _, table, *rest = path.partition("?")[0].split("/")
    register = register_of(table)
    verb = verb_named(table, rest[-1]) if rest else None
    found: dict[str, Say] = {name: spot.label for name, spot in register.fields().items()} if register else {}
    return found | {name: asked.label for name, asked in (verb.asks if verb else {}).items()}


# --- the session was lost -----------------------------------------------------------------


def sealed() -> str:
    """The form of this request for the sign-in page to carry; empty where there is none of ours."""
    pairs = typed()
    if not _is_form() or sum(len(name) + len(value) for name, value in pairs) > LARGEST:
        return ""
    return crypt.encrypt(json.dumps([request.form[FIELD], request.full_path.rstrip("?"), pairs]), _PURPOSE)


def sign_in_page() -> tuple[str, int] | None:
    """The sign-in page with what was typed; None where nothing was."""
    kept = sealed()
    if not kept:
        return None
    page = render_template(
        "security/login.html", fault=SIGN_IN_AGAIN, username="", ask_code=False, kept=kept, bare=True
    )
    return page, 401


def after_sign_in(session: Session, kept: str, user_id: int) -> tuple[str, list[tuple[str, str]]] | None:
    """What the sign-in page carried, for who signed in: (where it was to go, what was typed), the latter
    empty where it is a draft of the form there by now. None where it is nobody's or another's."""
    text = crypt.opened(kept, _PURPOSE)
    if text is None:
        return None
    who, path, pairs = json.loads(text)
    if who != whose(user_id):
        return None
    found = _FORM.fullmatch(path.partition("?")[0])
    if found and register_of(found[1]):
        drafts.keep(session, drafts.form_of(found[1], int(found[2]) if found[2] else None), pairs, user_id)
        return f"{path.partition('?')[0]}?draft=1", []
    return path, [(name, value) for name, value in pairs]
