"""Settings: each from the environment, with its default and its reason."""

import os
from pathlib import Path

#: everything the house keeps on disk: database, keys, scans
GUANJIA_HOME = Path(os.environ.get("GUANJIA_HOME", "instance")).resolve()
#: the house's clock: dates, weeks and days are counted in it
GUANJIA_TIMEZONE = os.environ.get("GUANJIA_TIMEZONE", "Asia/Shanghai")
#: second factor for the admin and for whoever may reveal personal data
GUANJIA_REQUIRE_TOTP = os.environ.get("GUANJIA_REQUIRE_TOTP", "0") == "1"
#: "mlps" asks for three kinds of signs in a password, for companies assessed under 等保
PASSWORD_POLICY = os.environ.get("GUANJIA_PASSWORD_POLICY", "")
#: how many proxies stand in front and may be believed about addresses
GUANJIA_PROXIES = int(os.environ.get("GUANJIA_PROXIES", "0"))
#: cookies only over https; to be switched on behind a proxy that speaks it
GUANJIA_HTTPS = os.environ.get("GUANJIA_HTTPS", "0") == "1"
#: the address printed into QR codes; the request's own when empty
GUANJIA_URL = os.environ.get("GUANJIA_URL", "")
#: host names by which the house may be asked for, with commas between; any unless named
GUANJIA_HOSTS = os.environ.get("GUANJIA_HOSTS", "").lower().replace(",", " ").split()
#: the folder of several houses on one installation, for the commands that make and keep them (app/houses.py)
GUANJIA_HOUSES = Path(os.environ.get("GUANJIA_HOUSES", "houses")).resolve()
#: hosts (or host:port) that webhooks may tell what happens, with commas between; none unless named
GUANJIA_WEBHOOK_HOSTS = os.environ.get("GUANJIA_WEBHOOK_HOSTS", "").lower().replace(",", " ").split()

#: the company's mail server; without a host there is no mail. Security: starttls, tls, or none for a relay on this
#: machine. Its GUANJIA_SMTP_PASSWORD is no setting: it is read where a letter is sent
GUANJIA_SMTP_HOST = os.environ.get("GUANJIA_SMTP_HOST", "")
GUANJIA_SMTP_PORT = int(os.environ.get("GUANJIA_SMTP_PORT") or 0)
GUANJIA_SMTP_SECURITY = os.environ.get("GUANJIA_SMTP_SECURITY", "starttls").lower()
GUANJIA_SMTP_USER = os.environ.get("GUANJIA_SMTP_USER", "")
#: who mails are from: an address, or 管家 <guanjia@example.com>
GUANJIA_MAIL_FROM = os.environ.get("GUANJIA_MAIL_FROM", "")
#: domains that mails may go to, with commas between; any unless named
GUANJIA_MAIL_DOMAINS = os.environ.get("GUANJIA_MAIL_DOMAINS", "").lower().replace(",", " ").split()
#: the largest export file that is attached to a mail, if nothing in it is about a person; 0: always a link
GUANJIA_MAIL_ATTACH_MIB = int(os.environ.get("GUANJIA_MAIL_ATTACH_MIB") or 0)


def database_url() -> str:
    """SQLite under GUANJIA_HOME, unless DATABASE_URL names a PostgreSQL."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{GUANJIA_HOME / 'guanjia.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


SQLALCHEMY_DATABASE_URI = database_url()

# --- scans and photographs
GUANJIA_FILES_MIB_A_DAY = 500  # of one person, in 24 hours
GUANJIA_FILES_SPARE_MIB = 200  # free space that uploads leave to the database

# --- Flask-AppBuilder: nothing is written when a worker starts; `release` does all of that.
FAB_CREATE_DB = False
FAB_UPDATE_PERMS = False
FAB_ADD_SECURITY_VIEWS = False
FAB_INDEX_VIEW = "app.core.home.Home"
FAB_SECURITY_MANAGER_CLASS = "app.security.manager.Manager"
AUTH_TYPE = 1  # passwords kept here
AUTH_ROLE_ADMIN = "admin"
AUTH_ROLE_PUBLIC = "public"
APP_NAME = "管家 Guanjia"
BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}}

# --- requests
MAX_CONTENT_LENGTH = 21 * 1024 * 1024  # the largest import file and a form around it
MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
MAX_FORM_PARTS = 2000
WTF_CSRF_CHECK_DEFAULT = False  # asked by security/sign_in.py, which knows about tokens
WTF_CSRF_TIME_LIMIT = None  # as long as the session
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = GUANJIA_HTTPS
SESSION_COOKIE_NAME = "__Host-guanjia" if GUANJIA_HTTPS else "guanjia"
