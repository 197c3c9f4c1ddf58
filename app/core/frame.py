"""The frame around every page: head, top bar, side menu, command box; drawn once a person and kept.

A page asks for it in four parts, between which it puts what is its own (`base.html`):

    {% set around = frame(bare, csrf_token(), this_page()) %}
    {{ around.title }}…{{ around.head }}…{{ around.content }}…{{ around.end }}
"""

from dataclasses import dataclass

from flask import Flask, render_template
from markupsafe import Markup, escape

from app.core import here, look, menu, stencils
from app.core.appearance import keeping as appearance
from app.core.stencils import gap
from app.core.words import language
from app.extensions import db


@dataclass(frozen=True)
class Around:
    """What stands before the title, before a page's own part of the head, before its content, and after it."""

    title: Markup
    head: Markup
    content: Markup
    end: Markup


def frame(bare: object, token: str, page: str) -> Around:
    """`bare`: without bar and menu. `token`, `page`: of its forms, and the address they come back to."""
    bare, person = bool(bare), here.me()
    looks = appearance.now() if person.user_id is not None else appearance.heard_by_nobody(db.session)
    key = ("frame", bare, person, language(), look.theme(), menu.is_narrow(), looks)
    cut = stencils.cut(key, lambda: _drawn(bare, looks))
    shown = bare or person.user_id is None
    parts = cut.parted(token=token, here=str(escape(page)), menu="" if shown else str(menu.side_menu()))
    return Around(*(Markup(each) for each in parts))  # noqa: S704 (drawn by a template, which escapes)


def _drawn(bare: bool, looks: appearance.Looks) -> str:
    return render_template(
        "frame.html", bare=bare, looks=looks, csrf_token=lambda: gap("token"), this_page=lambda: gap("here")
    )


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(frame=frame, gap=gap, house_looks=appearance.now)
