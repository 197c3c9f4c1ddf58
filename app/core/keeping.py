"""Nothing typed is lost: a form that could not be taken is given back with what was typed in it.

A stale token, a lost session, a database that is away, a hook that broke, a row that somebody
changed first, deleted or took out of reach: whoever sent the form gets it again, with the reason. Every
form but those of secrets says who opened it (`opened_by`, in the macro `csrf`), so that nobody is given
what another typed, and no other site can have its own words given back here.

- A register's own forms are shown again as they are (`typed_again` of `pages/form_pages.py`).
- Any other form comes back as a page that lists what was typed and sends it once more. What its fields
  are called is known from the register or the verb, or is said by the view (`typed_words`).
- Of a record that is gone or out of reach nothing is told: what was typed, no more, and a way to enter it anew.
- Without a session the sign-in page carries it, sealed, through the sign-in.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.core import child_names, crypt, drafts, here, merging
from app.core.declaration import Declaration, register_of
from app.core.labels import labels_of
from app.core.rights import may
from app.core.verbs import verb_named
from app.core.words import Say, say

#: the hidden field that says who opened the form
FIELD = "opened_by"
#: never given back: secrets, and what belongs to one showing of a page
_LEFT_OUT = frozenset({"csrf_token", FIELD, "kept", "password", "secret"})
#: of the page, not typed: sent again with the rest, and not listed
_NOT_TYPED = frozenset({"was", "version", "once_token", "ids", "back", "came_from", "draft", "then", "part.at"})
#: the same, where no field is called so
_HIDDEN = frozenset({
    "row_id", "rows", "next", "do", "table", "field", "matching", "receipt", "how", "of", "seen", "token", "mapped", "step",
    "query", "columns", "verb", "rows_of", "again",
})  # fmt: skip
_OF_ROWS = tuple(f".{each}" for each in child_names.NOT_TYPED)
LARGEST = 200_000
_PURPOSE = "kept"
_FORM = re.compile(r"/([a-z][a-z0-9_]*)/(?:new|([1-9]\d{0,8})/edit)")
_OF_A_ROW = re.compile(r"/([a-z][a-z0-9_]*)/(?:new|([1-9]\d{0,8})(?:/edit)?)")

#: what a field is called: a word, or a field with its kind, by which its value is read, too
Called = Any
Pairs = list[tuple[str, str]]

SIGN_IN_AGAIN = say(
    "登录已过期。重新登录后，刚才填写的内容还在。",
    "The session has ended. Sign in again: what you typed is still there.",
)


def whose(user_id: int | None = None) -> str:
    """What a form of this person carries; can't be guessed."""
    return crypt.keyed_digest(f"form:{user_id or here.me().user_id}")


def typed() -> Pairs:
    """What the form of this request holds, without secrets."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT]


def _is_form() -> bool:
    """A form of a page of ours; what is too large to be read is none."""
    if request.method != "POST" or request.path.startswith("/api/"):
        return False
    try:
        return FIELD in request.form
    except HTTPException:
        return False


def _view_at(path: str) -> Any:
    """Whose page an address of a form is."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0], method="POST")
    except HTTPException:
        return None
    return getattr(current_app.view_functions[endpoint], "__self__", None)


# --- the one who sent it is known ---------------------------------------------------------


def given_back(told: Mapping[str, Any], status: int) -> tuple[str, int] | None:
    """The form of this request again, for who opened it; None where there is none. `told`: why it was not taken."""
    sentence = told["message"]
    if not _is_form() or request.form[FIELD] != whose():
        return None
    if status in (403, 404):
        return out_of_reach(sentence, status)
    if status == 422:
        path, pairs = request.full_path.rstrip("?"), typed()
        return (plain_page(path, pairs, sentence, told), status) if listed(path, pairs) else None
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


def plain_page(path: str, pairs: Pairs, sentence: Say | str, told: Mapping[str, Any] | None = None) -> str:
    """What was typed, and a button that sends it once more; with all that speaks against it (`told`)."""
    return render_template(
        "kept.html", path=path, carried=pairs, listed=listed(path, pairs), sentence=sentence,
        had_files=bool(request.files), bare=True, told=told or {},
    )  # fmt: skip


def listed(path: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[Say | str, str]]:
    """What was typed, in words: (what the field is called, its value)."""
    called = _called(path)
    return [
        (_word(field, name), _value(field, value))
        for name, value in pairs
        if value and _is_typed(name, called)
        for field in [called.get(name) or _of_a_row(name)]
    ]


def _is_typed(name: str, called: Mapping[str, Called]) -> bool:
    return name not in _NOT_TYPED and (name in called or name not in _HIDDEN) and not name.endswith(_OF_ROWS)


def _called(path: str) -> dict[str, Called]:
    """The fields of a register's page, of a verb's dialog or of whatever page says what its fields are called."""
    _, table, *rest = path.partition("?")[0].split("/")
    register, verb, view = register_of(table), verb_named(table, rest[-1]) if rest else None, _view_at(path)
    called: dict[str, Called] = dict(register.fields()) if register else {}
    return called | (view.typed_words(path) if hasattr(view, "typed_words") else {}) | dict(verb.asks if verb else {})


def _of_a_row(name: str) -> Called:
    """The field of a row that is typed in its parent's form."""
    apart = child_names.taken_apart(name)
    register = register_of(apart.table) if apart else None
    return register.fields().get(apart.field) if apart and register else None


def _word(called: Called, name: str) -> Say | str:
    return getattr(called, "label", called) or name


def _value(called: Called, value: str) -> str:
    kind = getattr(called, "kind", None)
    if kind is None:
        return value
    if kind.widget == "relation":
        return _label_of(kind.table, value)
    if kind.widget == "signature":
        return str(say("（已签名）", "(signed)"))
    if kind.widget == "checkbox":
        return str(say("是", "Yes") if value not in ("", "0") else say("否", "No"))
    return str(dict(getattr(kind, "options", ())).get(value, value))


def _label_of(table: str, value: str) -> str:
    try:
        return labels_of(table, [value]).get(value, "…")
    except SQLAlchemyError:  # the database may be what it failed for
        return "…"


# --- its record is gone, or out of reach --------------------------------------------------


def out_of_reach(sentence: Say | str, status: int) -> tuple[str, int] | None:
    """What was typed about a record that is not there for this person any more; None where nothing was."""
    pairs = typed()
    return _page_without_record(request.path, _changed(request.path, pairs), pairs, sentence, status)


def draft_left(session: Session, sentence: Say | str, status: int) -> tuple[str, int] | None:
    """The draft of a form that can't be opened any more, at its own address. It holds the form as it was: only
    what was typed is shown of it."""
    found = _OF_A_ROW.fullmatch(request.path)
    if request.method != "GET" or found is None or here.me().user_id is None or register_of(found[1]) is None:
        return None
    sent = drafts.take(session, drafts.form_of(found[1], int(found[2]) if found[2] else None))
    if sent is None:
        return None
    changed = _changed(request.path, sent)
    return _page_without_record(request.path, changed, changed, sentence, status, drop=True)


def draft_of(path: str) -> str | None:
    """The draft of the form that is sent to this address; None where none of ours is."""
    if _view_at(path) is None and register_of(path.strip("/").partition("/")[0]) is None:
        return None
    found = _OF_A_ROW.fullmatch(path)
    if found and register_of(found[1]):
        return drafts.form_of(found[1], int(found[2]) if found[2] else None)
    return drafts.form_at(path)


def _page_without_record(
    path: str, changed: Pairs, carried: Pairs, sentence: Say | str, status: int, drop: bool = False
) -> tuple[str, int] | None:
    lines = listed(path, changed)
    if not lines:
        return None
    found = _OF_A_ROW.fullmatch(path)
    register = register_of(found[1]) if found else None
    page = render_template(
        "kept.html", path=path, carried=carried, carried_to_new=_of_a_new_one(carried), listed=lines, sentence=sentence,
        had_files=bool(request.files), bare=True, told={}, gone=True, again=status == 403, drop=drop,
        new=f"/{register.table()}/new" if register and _may_enter(register) else "",
    )  # fmt: skip
    return page, status


def _may_enter(register: type[Declaration]) -> bool:
    return register.entered_by_hand and may(here.me(), "add", register.table())


def _of_a_new_one(pairs: Pairs) -> Pairs:
    """A form as one of a new record: without what it was opened on, its children's rows and tokens."""
    return [(name, value) for name, value in pairs if name not in _NOT_TYPED and "." not in name]


def _changed(path: str, pairs: Pairs) -> Pairs:
    """What a form holds besides what it was opened on."""
    found = _FORM.fullmatch(path.partition("?")[0]) or _OF_A_ROW.fullmatch(path)
    register, sent = register_of(found[1]) if found else None, dict(pairs)
    if found is None or register is None or not found[2]:
        return pairs
    stood = _stood(register, int(found[2]), sent.get(merging.FIELD, ""))
    for name in sent:
        apart = child_names.taken_apart(name) if name.endswith(f".{child_names.WAS}") else None
        child = register_of(apart.table) if apart else None
        if apart and child is not None and apart.row_id is not None:
            held = _stood(child, apart.row_id, sent[name])
            stood |= {child_names.field(apart.row, each): value for each, value in held.items()}
    return [(name, value) for name, value in pairs if value not in stood.get(name, ())]


def _stood(register: type[Declaration], row_id: int, was: str) -> dict[str, list[str]]:
    """What each field of the form held when it was opened; a masked one came without its value."""
    opened = merging.unseal(register, row_id, was)
    values = opened.values if opened else {}
    return {
        name: [""] if merging.is_hashed(held) else [*held] if isinstance(held, list) else [str(held)]
        for name, held in values.items()
    }


# --- the session was lost -----------------------------------------------------------------


def sealed() -> str:
    """The form of this request for the sign-in page to carry; empty where there is none of ours."""
    if not _is_form():
        return ""
    pairs = typed()
    called = _called(request.path)
    is_empty = not any(value and _is_typed(name, called) for name, value in pairs)
    if is_empty or sum(len(name) + len(value) for name, value in pairs) > LARGEST:
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


def after_sign_in(session: Session, kept: str, user_id: int) -> tuple[str, Pairs] | None:
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
