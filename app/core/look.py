"""What every template may use."""

from flask import Flask

from app.core.words import say


def init_app(app: Flask) -> None:
    app.jinja_env.globals["t"] = say
