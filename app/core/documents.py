"""Printed papers: a Typst template beside its domain, filled with plain values.

    render(Path(__file__).with_name("permit.typ"), {"number": "SG-2026-000001", …})

Each is given the house's own name and logo as `house` and `logo` (core/appearance), which may be empty.

What people typed reaches the template as data, never as code. Only our own fonts are used, so
that a permit is right on a machine without any Chinese font. Papers are in Chinese.
"""

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst

from app.core.appearance import keeping as appearance

FONTS = Path(__file__).parent.parent / "static" / "fonts"

_kept = threading.local()  # a compiler must not be shared between threads


class PaperError(RuntimeError):
    """The template or a font is not as it has to be: better no paper than a wrong one."""


def render(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF. Values of `data` are strings, numbers, booleans, lists and dicts of these.

    Raises PaperError for a template that doesn't compile or a missing font.
    """
    compiler = _compiler(template)
    inputs = {"data": json.dumps({**_letterhead(), **data}, ensure_ascii=False)}
    try:
        pdf, warnings = compiler.compile_with_warnings(format="pdf", sys_inputs=inputs)
    except typst.TypstError as error:
        raise PaperError(f"{template.name}: {type(error).__name__}") from None
    if warnings:
        raise PaperError(f"{template.name}: {warnings[0].message}")
    assert isinstance(pdf, bytes)
    return pdf


def _letterhead() -> dict[str, Any]:
    name, logo = appearance.printed()
    return {"house": name, "logo": list(logo) if logo else None}


def _compiler(template: Path) -> typst.Compiler:
    compilers = _kept.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(
            str(template), root=str(template.parent), font_paths=[str(FONTS)], ignore_system_fonts=True
        )
    found: typst.Compiler = compilers[template]
    return found


def qr_svg(text: str) -> str:
    """A QR code as SVG text, for a page or for `image(bytes(…))` in a template."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, border=2, scale=4)
    return out.getvalue().decode()


__all__ = ["PaperError", "qr_svg", "render"]
