"""Stock Django admin on the same table, with django-import-export: one model, one ModelAdmin.

Served as `bench.peers.django_admin:app`; the database and the account come from the environment. Run as
`python -m bench.peers.django_admin ROWS` it exports so many leads as CSV and prints the rows a second.
"""

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.backends.signals import connection_created
from django.urls import path
from sqlalchemy import make_url

COLUMNS = ["number", "customer_name", "phone", "state", "source", "budget_fen", "inquiry_on"]
NAMES = ("django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
         "django.contrib.messages", "django.contrib.staticfiles", "import_export")  # fmt: skip


def _database(given: str) -> dict[str, Any]:
    url = make_url(given)
    if url.get_backend_name() == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
    return {"ENGINE": "django.db.backends.postgresql", "NAME": url.database, "USER": url.username, "HOST": url.host,
            "PORT": url.port, "CONN_MAX_AGE": 600}  # fmt: skip


def make_app() -> Any:
    settings.configure(
        SECRET_KEY="only for the bench, never for a server", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True,
        INSTALLED_APPS=NAMES, STATIC_URL="/static/", DATABASES={"default": _database(os.environ["BENCH_DATABASE"])},
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    django.setup()
    connection_created.connect(_tell)
    _declare()
    call_command("migrate", verbosity=0)
    _let_in()
    connections.close_all()  # its processes are copies of this one, and connections can't be shared
    return get_wsgi_application()


def _tell(connection: Any, **_: Any) -> None:
    """Whoever writes to SQLite has to know the function of its indexes."""
    if connection.vendor == "sqlite":
        from app.core.word_order import tell

        tell(connection.connection)


urlpatterns: list[Any] = []


def _declare() -> None:
    from django.contrib import admin
    from django.db import models
    from import_export.admin import ImportExportModelAdmin

    class Meta:
        managed, db_table, app_label = False, "lead", "auth"

    spots = {
        "number": models.CharField(max_length=20), "customer_name": models.CharField(max_length=32),
        "phone": models.CharField(max_length=20), "state": models.CharField(max_length=32),
        "source": models.CharField(max_length=32), "budget_fen": models.BigIntegerField(null=True),
        "inquiry_on": models.DateField(),
    }  # fmt: skip
    lead = type("PlainLead", (models.Model,), {"__module__": __name__, "Meta": Meta, **spots})
    wanted = {
        "list_display": COLUMNS, "search_fields": ["number", "customer_name", "phone"], "list_filter": ["state"],
        "list_per_page": 50, "fields": ["customer_name", "budget_fen"],
    }  # fmt: skip
    admin.site.register(lead, type("PlainLeadAdmin", (ImportExportModelAdmin,), wanted))
    urlpatterns.append(path("admin/", admin.site.urls))


def _let_in() -> None:
    from django.contrib.auth.models import User

    if not User.objects.filter(username="django").exists():
        User.objects.create_superuser("django", "django@bench.invalid", os.environ["BENCH_PASSWORD"])


def rows_a_second(rows: int) -> float:
    """django-import-export's own CSV: it makes the file in memory."""
    import time

    from django.apps import apps
    from import_export import resources

    make_app()
    model = apps.get_model("auth", "PlainLead")
    resource = resources.modelresource_factory(model=model)()
    begun = time.perf_counter()
    made = resource.export(model.objects.order_by("id")[:rows]).csv
    return (made.count("\n") - 1) / (time.perf_counter() - begun)


def __getattr__(name: str) -> Any:
    """`app`, when a server asks for it."""
    if name != "app":
        raise AttributeError(name)
    return make_app()


if __name__ == "__main__":
    print(rows_a_second(int(sys.argv[1])))
