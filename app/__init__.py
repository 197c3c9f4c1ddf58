"""The application factory. Everything is wired here and nowhere else."""

from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, Model
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import compressed, crypt, draft_views, drawing, engine, errors, frame, here, look, unchanged
from app.core.routes import LateRule, RowId
from app.extensions import csrf, db, migrate


class Builder(AppBuilder):  # type: ignore[misc]
    """Flask-AppBuilder without the pages it brings along: every page of the house is our own."""

    def _add_admin_views(self) -> None:
        self._indexview = self.add_view_no_menu(self.indexview)


class House(Flask):
    """Flask, with addresses that cost nothing at start and templates that keep data and methods apart."""

    jinja_environment = look.Templates
    url_rule_class = LateRule


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """An app on the settings of config.py; `overrides` are for tests and tools."""
    app = House(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese stays readable in answers
    app.url_map.converters["int"] = RowId
    app.config.from_object("config")
    app.config.from_mapping(overrides or {})
    _prepare_house(app)
    db.init_app(app)
    csrf.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)
        _add_views(app)
    _add_migrations(app)
    compressed.init_app(app)
    look.init_app(app)
    drawing.init_app(app)
    frame.init_app(app)
    draft_views.init_app(app)
    errors.init_app(app)
    unchanged.init_app(app)
    with app.app_context():
        unchanged.watch(app, db.engine)
    _add_commands(app)
    return app


def _prepare_house(app: Flask) -> None:
    """Clock and keys: what the house needs before anyone comes in."""
    from app.security import headers, secrets

    here.set_house_zone(app.config["GUANJIA_TIMEZONE"])
    crypt.load_key(app.config["GUANJIA_HOME"] / "keys" / "data.key")
    secrets.init_app(app)
    headers.init_app(app)
    if app.config["GUANJIA_PROXIES"]:
        hops = app.config["GUANJIA_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _add_views(app: Flask) -> None:
    from app import models, seeds  # noqa: F401  (maps every table, declares every figure)
    from app.core.made import routes
    from app.security import in_force, sign_in
    from app.views import add_views

    builder = Builder(app, db.session, update_perms=False)
    sign_in.init_app(app)
    add_views(builder)
    routes.init_app(app)
    in_force.init_app()


def _add_migrations(app: Flask) -> None:
    # FAB's tables and ours live on one metadata, which is not Flask-SQLAlchemy's own.
    db.metadatas[None] = Model.metadata
    migrate.init_app(app, db, directory="migrations", render_as_batch=True, compare_type=True)


def _add_commands(app: Flask) -> None:
    from app import commands

    commands.init_app(app)
