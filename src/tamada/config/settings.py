"""Django's settings, made from `env.Config`. Nothing here is meant to be edited by an installation."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from tamada.config import env, static
from tamada.config.logs import logging_config

TAMADA = env.load()

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent.parent

SECRET_KEY = TAMADA.secret_key
DEBUG = TAMADA.debug
ALLOWED_HOSTS = list(TAMADA.allowed_hosts)

# The rooms, lowest first: the order in which they are migrated and get ready.
ROOMS = (
    "core",
    "search",
    "calendars",
    "accounts",
    "customers",
    "conversations",
    "channels",
    "channels.email",
    "channels.chat",
    "channels.telegram",
    "webhooks",
    "automation",
    "knowledge",
    "notifications",
    "operations",
    "assistant",
    "assistant.llm",
    "insights",
    "transfer",
    "privacy",
    "api",
    "desk",
    "portal",
)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_tasks",
    *(f"tamada.{room}" for room in ROOMS),
]

AUTH_USER_MODEL = "accounts.Agent"
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tamada.config.refused.RefusedMiddleware",
    "tamada.config.lazy.ApiMiddleware",  # Before sessions, cookies and CSRF, which have no business in the API.
    "tamada.widget.middleware.WidgetMiddleware",  # Nor in the chat on somebody else's site.
    "tamada.config.security.ContentSecurityPolicyMiddleware",
    "tamada.desk.nuls.NoNulMiddleware",
    "tamada.portal.help.middleware.HelpMiddleware",  # Readers of the help centre need neither.
    "tamada.portal.requests.middleware.RequestsMiddleware",  # Nor do customers with a link to their requests.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tamada.accounts.middleware.AgentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tamada.desk.away.StoreAwayMiddleware",
]

ROOT_URLCONF = "tamada.config.urls"
WSGI_APPLICATION = "tamada.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tamada.config.security.csp_nonce",
            ],
        },
    }
]

DATABASES = {"default": env.database(TAMADA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

CACHES = {
    "default": (
        {
            "BACKEND": "tamada.core.cache.SharedCache",
            "LOCATION": TAMADA.redis_url,
            "KEY_PREFIX": "tamada",
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
        if TAMADA.redis_url
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

TASKS = {"default": {"BACKEND": "tamada.core.tasks.QueueBackend", "QUEUES": []}}

PASSWORD_HASHERS = [
    "tamada.accounts.passwords.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("hy", "Հայերեն"), ("ka", "ქართული"), ("ru", "Русский")]
LOCALE_PATHS = [next((p for p in (PACKAGE / "locale", CHECKOUT / "locale") if p.is_dir()), CHECKOUT / "locale")]
# Over https a browser keeps a cookie of this prefix for this host alone, whatever a neighbouring host would set.
_HOST = "__Host-" if TAMADA.https else ""
LANGUAGE_COOKIE_NAME = f"{_HOST}tamada_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = TAMADA.https
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

ASSETS = PACKAGE / "assets"
STATIC_URL = static.url_prefix(ASSETS, debug=DEBUG)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_HOST}tamada_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TAMADA.https
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_NAME = f"{_HOST}tamada_csrf"
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = TAMADA.https
MESSAGE_STORAGE = "tamada.config.security.Notes"
CSRF_TRUSTED_ORIGINS = [f"{urlsplit(TAMADA.base_url).scheme}://{urlsplit(TAMADA.base_url).netloc}"]

HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_SECONDS = HSTS_SECONDS if TAMADA.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# The installation's own outgoing mail server; each inbox may have another.
_smtp = urlsplit(TAMADA.smtp_url or "smtp://localhost:25")
EMAIL_HOST = _smtp.hostname or "localhost"
EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 25)
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
EMAIL_TIMEOUT = 30
EMAIL_BACKEND = "tamada.accounts.smtp.Backend"
DEFAULT_FROM_EMAIL = f"tamada@{urlsplit(TAMADA.base_url).hostname or 'localhost'}"

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(debug=DEBUG)
SILENCED_SYSTEM_CHECKS: list[str] = []
