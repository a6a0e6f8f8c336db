"""Django's settings while there is no node yet: the look, the languages and the rules of passwords of a node.

No database, no accounts, no pages but those of the first run. `LIENLAC_HOME` is a home that goes with the process.
"""

from __future__ import annotations

from lienlac.site.settings import *  # noqa: F403
from lienlac.site.settings import TEMPLATES as NODE_TEMPLATES

ROOT_URLCONF = "lienlac.web.setup.urls"
INSTALLED_APPS = [
    "lienlac.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "lienlac.apps.accounts",
]
DATABASES: dict[str, object] = {}
ALLOWED_HOSTS = ["*"]  # `web.setup.gate` asks more than a name
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "lienlac.web.setup.gate.SetupGate",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lienlac.web.middleware.PolicyHeadersMiddleware",
]
TEMPLATES = [
    {
        **NODE_TEMPLATES[0],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SECURE_SSL_REDIRECT = False
