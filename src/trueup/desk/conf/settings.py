"""Settings of the desk: one file, read from the environment; every default is safe.

`TRUEUP_HOME` is the folder where data lives (database, attachments, keys, packs, audits).
`TRUEUP_DATABASE` is `sqlite` or a `postgresql://` address.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.utils.translation import gettext_lazy as _

from trueup.desk.conf import logs

HOME = Path(os.environ.get("TRUEUP_HOME", ".trueup")).resolve()
DEMO = os.environ.get("TRUEUP_DEMO") == "1"
ORGANISATION = os.environ.get("TRUEUP_ORGANISATION", "")
CURRENCY = os.environ.get("TRUEUP_CURRENCY", "EUR")
EVIDENCE_TEXTS = os.environ.get("TRUEUP_EVIDENCE_TEXTS", "1" if DEMO else "0") == "1"
DEBUG = False
LOGGING = logs.start(os.environ.get("TRUEUP_LOG_LEVEL", "WARNING"))


def _secret(name: str) -> str:
    """The text of a key file below HOME/keys; made once, readable by its owner only."""
    path = HOME / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{os.getpid()}")
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_urlsafe(48))
        # A link never replaces: of two processes that start at once, the first one's key stays.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


SECRET_KEY = os.environ.get("TRUEUP_SECRET_KEY") or _secret("web")
ALLOWED_HOSTS = os.environ.get("TRUEUP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "trueup.desk.eventlog",
    "trueup.desk.base",
    "trueup.desk.processes",
    "trueup.desk.cmdb",
    "trueup.desk.services",
    "trueup.desk.finance",
    "trueup.desk.work",
    "trueup.desk.knowledge",
    "trueup.desk.feedback",
    "trueup.desk.assurance",
    "trueup.desk.surfaces.web",
    "trueup.desk.surfaces.api",
]

WAITING = "trueup.desk.conf.waiting.Waiting"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "trueup.desk.surfaces.web.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "trueup.desk.surfaces.web.gate.Gate",
    "trueup.desk.surfaces.web.answers.Answers",
    "axes.middleware.AxesMiddleware",
]

if DEMO:
    MIDDLEWARE.insert(MIDDLEWARE.index("trueup.desk.surfaces.web.gate.Gate"), WAITING)

ROOT_URLCONF = "trueup.desk.conf.urls"
WSGI_APPLICATION = "trueup.desk.conf.wsgi.application"
AUTH_USER_MODEL = "base.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "trueup.desk.surfaces.web.account.backend.Passwords",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "trueup.desk.surfaces.web.frame.frame",
            ],
        },
    },
]


def _sqlite() -> dict[str, object]:
    """SQLite as measured in the design: WAL, full sync, immediate write transactions."""
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "trueup.sqlite3",
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
        "TEST": {"NAME": HOME / "test.sqlite3"},
    }


def _postgresql(address: str) -> dict[str, object]:
    """PostgreSQL from a `postgresql://user:password@host:port/name` address."""
    url = urlparse(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/") or "trueup",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or 5432),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
    }


_database = os.environ.get("TRUEUP_DATABASE", "sqlite")
DATABASES = {"default": _sqlite() if _database == "sqlite" else _postgresql(_database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("TRUEUP_TIMEZONE", "Europe/Berlin")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
ATTACHMENTS = HOME / "attachments"
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 60 * int(os.environ.get("TRUEUP_IDLE_MINUTES", "120"))
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE = os.environ.get("TRUEUP_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-trueup" if SECURE else "trueup"
CSRF_COOKIE_NAME = "__Host-trueup-csrf" if SECURE else "trueup-csrf"
LANGUAGE_COOKIE_NAME = "trueup-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "trueup.desk.surfaces.web.answers.stale"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "trueup.desk.surfaces.web.account.login.too_many"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

API_CALLS_PER_MINUTE = int(os.environ.get("TRUEUP_API_CALLS_PER_MINUTE", "600"))
