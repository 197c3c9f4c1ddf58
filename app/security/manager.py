"""Flask-AppBuilder's security manager with this house's answers: its tables, our rules."""

from typing import Any

from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import LoginManager

from app.core import here
from app.core.rights import may


class Manager(SecurityManager):
    """Users and roles are Flask-AppBuilder's rows; pages, sign-in and rights are ours."""

    def register_views(self) -> None:
        """None of its pages: an account is opened on ours."""

    def create_login_manager(self, app: Any) -> LoginManager:
        """Flask-Login at hand for Flask-AppBuilder, without its share in every request: who it is, is ours to say."""
        app.login_manager = manager = LoginManager()
        return manager

    def add_limit_view(self, baseview: Any) -> None:
        """Limits are counted in the database (sign_in.py), so that they hold over workers."""

    def has_access(self, permission_name: str, view_name: str) -> bool:
        return may(here.me(), permission_name.removeprefix("can_"), view_name)
