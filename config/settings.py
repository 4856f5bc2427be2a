"""Django settings, all derived from `config.environment`."""

from typing import Any

import django_stubs_ext
import pghistory
from django.utils.translation import gettext_lazy as _

from config.api_document import API_DOCUMENT
from config.databases import database_settings
from config.environment import BASE_DIR, read_environment, secret_key

# Lets Django's classes take type parameters when they run, as their stubs do.
django_stubs_ext.monkeypatch()

ENVIRONMENT = read_environment()

SECRET_KEY = secret_key(ENVIRONMENT)
DEBUG = False
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    ENVIRONMENT.HOST,
    *(host.strip() for host in ENVIRONMENT.ALLOWED_HOSTS.split(",") if host.strip()),
]
ALLOW_SELF_REVIEW = ENVIRONMENT.ALLOW_SELF_REVIEW
LIMIT_PUBLIC = ENVIRONMENT.LIMIT_PUBLIC
LIMIT_TOKEN = ENVIRONMENT.LIMIT_TOKEN
PROXIES = ENVIRONMENT.PROXIES
KEPT_ANSWERS_MB = ENVIRONMENT.KEPT_ANSWERS_MB
# where server processes count requests and wrong passwords together
COUNTERS_DIR = ENVIRONMENT.data_dir

INSTALLED_APPS = [
    "pgtrigger",
    "pghistory",
    "config",
    "config.access",
    "sources",
    "claims",
    "claims.exchange",
    "claims.proposals",
    "claims.desk",
    "config.access.apps.GuardedAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "config.http.middleware.ProblemMiddleware",
    "config.access.limits.LimitMiddleware",
    "config.http.limits.BodyLimitMiddleware",
    "config.access.bodies.BodyMiddleware",
    # within limits, which count all; before all that makes the headers kept with an answer
    "config.http.kept.KeptAnswerMiddleware",
    # before static files, whose answers carry the same headers
    "django.middleware.security.SecurityMiddleware",
    "config.http.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.http.middleware.SessionMiddleware",
    "config.http.middleware.PeopleLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.http.middleware.AuthenticationMiddleware",
    "config.history.middleware.AdminHistoryMiddleware",
    "config.http.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES: dict[str, Any] = database_settings(ENVIRONMENT)

# The history is asked for by row and by whole: no other index is worth its price on each write.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.HashedStaticFiles"},
}

# Of a whole request (config.http.limits): sources.text.decoding.MAX_BYTES, refused with a sentence of its own, and the
# form around it. Strangers may send much less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT.HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.access.authentication.BearerAuthentication"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.http.negotiation.Negotiation",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PAGINATION_CLASS": "config.http.pages.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["config.http.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.http.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
}

SPECTACULAR_SETTINGS = API_DOCUMENT

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.LOG_LEVEL},
    # anybody may send any Host
    "filters": {"as_one_line": {"()": "config.http.logs.AsOneLine"}},
    "loggers": {"django.security.DisallowedHost": {"filters": ["as_one_line"]}},
}
