"""What every answer says to the browser: load nothing from elsewhere, keep nothing, frame nowhere. And by which
host names the house may be asked for."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from app.core.words import say


def csp_nonce() -> str:
    """This answer's nonce, for the one script tag a page may need."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.before_request(_by_its_name)
    app.after_request(_headers)


def _by_its_name() -> Response | None:
    """Where host names are set, any other one is not answered: nothing is known of whose house it would be."""
    hosts = current_app.config["GUANJIA_HOSTS"]
    if not hosts or _host() in hosts:
        return None
    return Response(str(say("这里没有这个网站。", "There is no such site here.")), 400, mimetype="text/plain")


def _host() -> str:
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def _headers(answer: Response) -> Response:
    put = answer.headers.setdefault
    nonce = g.get("csp_nonce")
    scripts = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    put(
        "Content-Security-Policy",
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    put("X-Content-Type-Options", "nosniff")
    put("X-Frame-Options", "DENY")
    put("Referrer-Policy", "same-origin")
    put("Cross-Origin-Opener-Policy", "same-origin")
    put("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        put("Cache-Control", "no-store")
    if request.is_secure:
        put("Strict-Transport-Security", "max-age=31536000")
    return answer
