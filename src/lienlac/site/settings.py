"""Django's settings for one node, made from its home (`LIENLAC_HOME`)."""

from __future__ import annotations

import os
from pathlib import Path

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.site import home as homes
from lienlac.site import passphrase, sqlite, static_files
from lienlac.site.databases import database

sqlite.install()

import django.conf.locale  # noqa: E402  (after SQLite is in its place)

PACKAGE = Path(__file__).resolve().parent.parent
NODE = homes.read(Path(os.environ["LIENLAC_HOME"]))
KEY_FILES = KeyFiles(NODE.keys, passphrase.source(NODE.passphrase_file))
KEY_TOKEN = passphrase.token(NODE.token) if NODE.token else None

SECRET_KEY = homes.secret(NODE)
DEBUG = False
ALLOWED_HOSTS = [NODE.desk.host, *NODE.proxy.hosts, "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [NODE.address, *(f"https://{host}" for host in (NODE.desk.host, *NODE.proxy.hosts))]

# Behind a proxy that ends TLS (`[proxy]` of node.toml): nothing secret travels in the open, and a browser that came
# once does not come without TLS again. Monitors on this machine ask without it.
if NODE.https:
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{NODE.proxy.header.upper().replace('-', '_')}", "https")
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_HOST = NODE.desk.host
    SECURE_REDIRECT_EXEMPT = [r"^health$"]
    SECURE_HSTS_SECONDS = NODE.proxy.hsts_days * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # other names below this one may belong to others
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the limit of tries counts browsers, not the proxy

INSTALLED_APPS = [
    "lienlac.web",  # before allauth: our templates win
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",  # its documentation page then comes from this node, not from a network
    "lienlac.apps.audit",
    "lienlac.apps.accounts",
    "lienlac.apps.directory",
    "lienlac.apps.relay",
    "lienlac.apps.agreements",
    "lienlac.apps.records",
    "lienlac.apps.screening",
    "lienlac.apps.mailroom",
    "lienlac.apps.enquiries",
    "lienlac.apps.hotline",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lienlac.web.middleware.NodeLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lienlac.web.accounts.gate.GateMiddleware",
    "lienlac.web.middleware.PolicyHeadersMiddleware",
]

ROOT_URLCONF = "lienlac.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lienlac.web.context.frame",
            ],
        },
    },
]

DATABASES = {"default": database(NODE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who may come in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "lienlac.web.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True  # everywhere: whoever knew the old one is out
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "lienlac.web.accounts.adapter.display_name"
# Five tries, then a quarter of an hour (CJIS Security Policy, AC-7), counted in the memory of the process that has
# the desk's door. The limit for one address is wide: a whole office may come through one proxy.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/15m/key", "login": "60/m/ip"}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # a flood of invented names must not push out what is counted
    }
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
NEEDS_SECOND_FACTOR = NODE.needs_second_factor
MFA_ADAPTER = "lienlac.web.accounts.keys.KeysAdapter"
MFA_FORMS = {
    "add_webauthn": "lienlac.web.accounts.forms.AddPasskeyForm",
    "authenticate": "lienlac.web.accounts.forms.SecondStepForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there are no addresses here: an administrator gives back what is lost
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off

# Ports share cookies, so each node has names of its own (two demo nodes in one browser).
SESSION_COOKIE_NAME = f"{NODE.node}-session"
CSRF_COOKIE_NAME = f"{NODE.node}-csrf"
LANGUAGE_COOKIE_NAME = f"{NODE.node}-language"
STYLE_COOKIE_NAME = f"{NODE.node}-style"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = (
    12 * 3600
)  # a shift; `web.accounts.gate` counts it from the sign-in, and locks what stands idle
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Languages
django.conf.locale.LANG_INFO["lo"] = {"bidi": False, "code": "lo", "name": "Lao", "name_local": "ລາວ"}
django.conf.locale.LANG_INFO["km"]["name_local"] = "ខ្មែរ"
LANGUAGE_CODE = NODE.language
LANGUAGES = [
    ("vi", "Tiếng Việt"),
    ("lo", "ລາວ"),
    ("zh-hans", "中文"),
    ("km", "ខ្មែរ"),
    ("th", "ไทย"),
    ("my", "မြန်မာ"),
    ("en", "English"),
]
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "locale_framework"]
USE_I18N = USE_TZ = True
TIME_ZONE = NODE.time_zone

# The address of a static file carries the digest of them all: a browser may keep it for ever.
STATIC_URL = f"/static/{static_files.digest(PACKAGE / 'web' / 'static')}/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = False
SERVESTATIC_IMMUTABLE_FILE_TEST = static_files.is_immutable
SERVESTATIC_MAX_AGE = 365 * 24 * 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The files of a message (5 of 5 MiB) stay in memory until they are sealed: none is written to a disk in plain. Larger
# ones, where the operator allows them, lie in TMPDIR meanwhile (docs/operators/running.md).
FILE_UPLOAD_MAX_MEMORY_SIZE = 27 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "lienlac.site.logs.NamelessFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "lienlac.site.logs.JsonFormatter"},
    },
    "filters": {"no_slips": {"()": "lienlac.site.logs.WithoutSlips"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": NODE.logs, "filters": ["no_slips"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"lienlac": {"level": "INFO"}},
}
