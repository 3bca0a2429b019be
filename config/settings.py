"""Every setting of Parsley, read from the environment once. The list for people: docs/configuration.md."""

import os
from pathlib import Path
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.postgres import embedded
from config.version import version

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VERSION = version(BASE_DIR / "CHANGELOG.md")

# --- Safety -----------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-debugging-" * 4 if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to 50 or more random characters, the same for every process "
        "(python3 -c 'import secrets; print(secrets.token_urlsafe(50))'), or start with bin/dev, which makes one."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies stand before us, each adding to X-Forwarded-For. 0: the header is not believed at all.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
HTTPS = env.bool("HTTPS", default=not DEBUG and not env.bool("PARSLEY_DEV", default=False))
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A prefix of the scheme that is served: browsers refuse a __Host- cookie that came without TLS.
SESSION_COOKIE_NAME = "__Host-parsley-session" if HTTPS else "parsley-session"
CSRF_COOKIE_NAME = "__Host-parsley-csrf" if HTTPS else "parsley-csrf"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the stock admin's and Swagger UI's own icons are data: addresses
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- The application --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts",
    "records",
    "live",
    "activities",
    "crm",
    "pipeline",
    "desk",
    "parse",
    "developers",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "pgtrigger",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "heroicons",
    "csp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PagesZipped",
    "config.middleware.Hygiene",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "live.middleware.WhoWrites",
    "accounts.middleware.Place",
    "accounts.middleware.EndedSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "records.toasts.ToastsOfFragments",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["heroicons.templatetags.heroicons", "records.templatetags.records"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if DEBUG:
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif env.bool("PARSLEY_DEV", default=False):
    STATIC_STORAGE = "config.statics.PagesCompressed"
else:
    STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Data -------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=embedded.url)}
WEB_THREADS = env.int("WEB_THREADS", default=8)
PARSE_THREADS = env.int("PARSE_THREADS", default=4)  # each keeps a connection: parse/door.py
SOCKET_THREADS = env.int("SOCKET_THREADS", default=2)  # likewise, for what sockets ask: live/threads.py
AGENT_THREADS = env.int("AGENT_THREADS", default=2)  # for tools of AI agents: developers/agents/door.py
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": unquote(DATABASES["default"]["HOST"]),  # a socket's folder is written %2Fpath in a URL
    "CONN_HEALTH_CHECKS": True,  # a connection that died with the database is replaced, not handed to a request
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        # The pool doubles its pause between attempts to reconnect until reconnect_timeout: by default up to minutes,
        # which a database that is back for long would go on being answered 503.
        "pool": {
            "min_size": 1,
            "max_size": WEB_THREADS + PARSE_THREADS + SOCKET_THREADS + AGENT_THREADS + 2,
            "timeout": 3,
            "max_idle": 300,
            "reconnect_timeout": 1,
        },
        "connect_timeout": 3,
        # Only what asks for it is prepared (accounts/statements.py). With Django's None nothing is, whatever asks.
        "prepare_threshold": 1_000_000,
        "options": " ".join(
            [
                f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=15_000)}",
                # Each trigger asks for it and catches the exception where it is not set: 0.2 ms a trigger.
                "-c pgtrigger.ignore={}",
            ]
        ),
    },
}
CHANGE_LOG_DAYS = env.int("CHANGE_LOG_DAYS", default=400)  # manage.py prune_changes forgets what is older
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PasswordBackend", "records.backends.RecordBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",  # hashes brought along from a Parse backend
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "desk:my-day"
LOGOUT_REDIRECT_URL = "accounts:login"
SIGN_UP_ROLE = env("SIGN_UP_ROLE", default="Sales rep")
SIGN_UP_OPEN = env.bool("SIGN_UP_OPEN", default=True)
SIGN_IN_TRIES = 10
SIGN_IN_WINDOW_SECONDS = env.int("SIGN_IN_WINDOW_SECONDS", default=300)
# Guardian is storage: grants are read by the triggers that keep readers and writers. Its own backend would be a
# second opinion beside the one rule, so it is not installed and W001, which asks for it, is silenced.
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
MAIL_CARRIER = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_BACKEND = "accounts.mailing.BehindTheAnswer"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Parsley <parsley@localhost>")

# --- Words and places -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]  # each in its own words, for who reads no other
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_TZ = True
USE_I18N = True
CURRENCY = env("CURRENCY", default="USD")

# --- The REST API -----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.SessionTokenAuthentication",
        "accounts.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["records.permissions.ClassPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["records.parsers.GuardedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "records.pagination.RecordPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "records.schema.RecordSchema",
    "DEFAULT_METADATA_CLASS": "records.metadata.MethodsOnly",
    "EXCEPTION_HANDLER": "config.errors.api_exception",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Parsley CRM",
    "DESCRIPTION": "Companies, contacts, deals and activities, as the caller may see them.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "deepLinking": True},
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "records.schema.describe_problems",
    ],
}

# --- The Parse face ---------------------------------------------------------------------------------------------------
PARSLEY_DEV = env.bool("PARSLEY_DEV", default=False)  # on a desk the keys are those of the examples
PARSE_APP_ID = env("PARSE_APP_ID", default="parsley" if PARSLEY_DEV else "")
PARSE_REST_KEY = env("PARSE_REST_KEY", default="parsley-rest" if PARSLEY_DEV else "")
PARSE_JS_KEY = env("PARSE_JS_KEY", default="parsley-js" if PARSLEY_DEV else "")
PARSE_MASTER_KEY = env("PARSE_MASTER_KEY", default="")
PARSE_PASSWORD_RULES = env.bool("PARSE_PASSWORD_RULES", default=False)  # of the pages, also for Parse clients
FILES_DIR = VAR_DIR / "files"
HOOKS = env.list("HOOKS", default=[])

# --- Logs -------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "config.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
}
