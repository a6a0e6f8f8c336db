"""Draw every screen with sample contexts, to look at.

`python show.py serve [PORT]` or `python show.py shoot DIR [part of a name …]`. No database of the product and
no view of it: templates, static files, and a stand-in for the tag library `desk`. `--pseudo` fills sentences
that have no translation yet with words of the language, so that lengths and line heights can be judged;
`--dark` is the dark look.
"""

# ruff: noqa: E402

import sys
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.conf.locale import LANG_INFO

HERE = Path(__file__).resolve().parent
WEB = HERE.parents[2] / "src" / "lienlac" / "web"
sys.path.insert(0, str(HERE))
LANG_INFO["lo"] = {"bidi": False, "code": "lo", "name": "Lao", "name_local": "ລາວ"}
ALLAUTH = ["allauth", "allauth.account", "allauth.mfa"]
SECURITY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)

settings.configure(
    DEBUG=True,
    SECRET_KEY="only for looking at pages",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="show",
    USE_I18N=True,
    USE_TZ=True,
    LANGUAGE_CODE="en",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.humanize",
        *ALLAUTH,
    ],
    MIDDLEWARE=[
        "show.Policy",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    LANGUAGES=[(code, code) for code in ("vi", "lo", "zh-hans", "km", "th", "my", "en")],
    STATIC_URL="/static/",
    STATICFILES_DIRS=[WEB / "static"],
    LOCALE_PATHS=[p for p in (WEB.parent / "locale", WEB.parent / "locale_framework") if p.exists()],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [WEB / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "libraries": {"desk": "desk"},
                "string_if_invalid": "",
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        }
    ],
    MFA_PASSKEY_LOGIN_ENABLED=True,
    MFA_SUPPORTED_TYPES=["totp", "webauthn", "recovery_codes"],
)
if "show" not in sys.modules:
    sys.modules["show"] = sys.modules[__name__]
django.setup()

import samples
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation
from django.views.i18n import set_language


class Policy:
    """The Content-Security-Policy that the product will send, so that a page that breaks it is seen here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Content-Security-Policy"] = SECURITY
        return response


FILLER = {
    "vi": "văn phòng liên lạc gửi câu hỏi và nhận trả lời trong ca trực ",
    "zh-hans": "联络官办公室发出查询收到答复值班台线路正常等候对方",
    "lo": "ຫ້ອງການປະສານງານສົ່ງຄຳຖາມແລະໄດ້ຮັບຄຳຕອບໃນກະຍາມ",
    "km": "ការិយាល័យទំនាក់ទំនងព្រំដែន",
    "my": "နယ်စပ်ဆက်ဆံရေးရုံး",
    "th": "สำนักงานประสานงานส่งคำถามและรับคำตอบ",
}


def pseudo():
    """Give untranslated sentences a body in the language, as long and as high as they would be."""
    from django.utils.translation import trans_real

    original = trans_real.DjangoTranslation.gettext

    def gettext(self, message):
        out = original(self, message)
        text = FILLER.get(
            self.to_language() if callable(getattr(self, "to_language", None)) else translation.get_language()
        )
        if out != message or not text or not message.strip():
            return out
        plain = message.split("\x04")[-1]
        length = len(plain) // 3 + 1 if translation.get_language() == "zh-hans" else len(plain)
        start = sum(map(ord, plain)) % max(1, len(text) // 2)
        return (text[start:] + text * (length // len(text) + 1))[:length].strip() + "".join(
            f" %({n})s" for n in []
        )

    trans_real.DjangoTranslation.gettext = gettext


def page(request, language, name):
    translation.activate(language)
    request.LANGUAGE_CODE = language
    table = samples.PAGES | samples.FRAGMENTS
    if name not in table:
        return HttpResponse(status=404)
    template, context = table[name]
    return render(request, template, context())


def sign_in(request, language, step):
    from allauth.account.forms import ChangePasswordForm, LoginForm
    from allauth.mfa.base.forms import AuthenticateForm

    translation.activate(language)
    context = {
        **samples.frame(),
        "officer": None,
        "PASSKEY_LOGIN_ENABLED": True,
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn"],
    }
    if step == "password-change":
        form = ChangePasswordForm(user=None)
        return render(request, "account/password_change.html", {**samples.frame(), "form": form})
    if step == "recovery":
        codes = [f"{n:08d}" for n in range(1234, 99999999, 9876543)][:10]
        has = {"can_view_codes": True, "can_download_codes": True, "can_generate_codes": True}
        return render(
            request,
            "mfa/recovery_codes/index.html",
            {**samples.frame(), **has, "unused_codes": codes, "total_count": 10},
        )
    if step == "code":
        return render(request, "mfa/authenticate.html", {**context, "form": AuthenticateForm(user=None)})
    return render(request, "account/login.html", {**context, "form": LoginForm(request=request)})


urlpatterns = [
    path("i18n/", set_language, name="set_language"),
    path("accounts/", include("allauth.urls")),
    path("<str:language>/sign-in/<str:step>", sign_in),
    path("<str:language>/<str:name>", page),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def serve(port: int = 0):
    server = make_server("127.0.0.1", port, StaticFilesHandler(WSGIHandler()), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def shoot(folder: Path, only: list[str]) -> None:
    """Save one picture a page, language and width; print what the browser complained about."""
    from playwright.sync_api import sync_playwright

    names = [
        *samples.PAGES,
        "sign-in/password",
        "sign-in/code",
        "sign-in/password-change",
        "sign-in/recovery",
    ]
    server, folder = serve(), folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for width, height in ((1366, 768), (390, 844)):
            tab = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if "--dark" in sys.argv else "light",
            ).new_page()
            tab.on("console", lambda m: print("console:", m.text) if m.type in {"error", "warning"} else None)
            tab.on("pageerror", lambda e: print("error:", e))
            for name in names:
                for language in ("vi", "zh-hans", "lo", "en"):
                    label = f"{name.replace('/', '-')}.{language}.{width}"
                    if only and not any(part in label for part in only):
                        continue
                    answer = tab.goto(f"http://127.0.0.1:{server.server_port}/{language}/{name}")
                    if not answer or answer.status != 200:
                        print("no page:", label, tab.locator("pre.exception_value").inner_text())
                        continue
                    tab.evaluate("document.fonts.ready")
                    wide = tab.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        print("too wide:", label, wide)
                    tab.screenshot(path=folder / f"{label}.png", full_page=True)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--pseudo" in sys.argv:
        pseudo()
    if words[:1] == ["shoot"]:
        shoot(Path(words[1]), words[2:])
    else:
        server = serve(int(words[1]) if len(words) > 1 else 8808)
        print(f"http://127.0.0.1:{server.server_port}/vi/desk")
        threading.Event().wait()
