"""Static files as they travel: compressed once per process, kept by the browser for good.

Their addresses carry a hash of what they hold (`look.static_url`), so a browser asks for each
version once. Fonts and pictures are compressed already.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

TEXTS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def init_app(app: Flask) -> None:
    app.view_functions["static"] = _static


def _static(filename: str) -> AnyResponse:
    path = safe_join(str(current_app.static_folder), filename)
    media = TEXTS.get(Path(filename).suffix)
    if media is None or path is None or not request.accept_encodings["gzip"] or not Path(path).is_file():
        return current_app.send_static_file(filename)
    answer = Response(_squeezed(path, Path(path).stat().st_mtime_ns), content_type=f"{media}; charset=utf-8")
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@lru_cache(maxsize=128)
def _squeezed(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
