"""What every answer says to the browser: load nothing from elsewhere, keep nothing, frame nowhere."""

import secrets

from flask import Flask, Response, g, request


def csp_nonce() -> str:
    """This answer's nonce, for the one script tag a page may need."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_headers)


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
