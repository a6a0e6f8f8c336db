"""The pages of the first run: one step a page, back without loss, a summary, and then there is a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienlac import wording
from lienlac.core.errors import LienlacError
from lienlac.web.setup import authenticator, gate, state
from lienlac.web.setup import forms as asked
from lienlac.web.setup.answers import Administrator, Answers
from lienlac.web.setup.forms import language

HIDDEN = "••••••••••••"
Given = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page: its heading, what it says beforehand, its form."""

    title: Promise
    lead: Promise
    form: type[forms.Form]


STEPS: Mapping[str, Step] = {
    "language": Step(
        title=gettext_lazy("Language"),
        lead=gettext_lazy("Officers may choose another for themselves later."),
        form=asked.LanguageForm,
    ),
    "office": Step(
        title=gettext_lazy("Agency and office"),
        lead=gettext_lazy("What partners will see: it goes on the card that you give them."),
        form=asked.OfficeForm,
    ),
    "administrator": Step(
        title=gettext_lazy("First administrator"),
        lead=gettext_lazy("Opens the other accounts and keeps the node; reads no case."),
        form=asked.AdministratorForm,
    ),
    "key": Step(
        title=gettext_lazy("Second factor"),
        lead=gettext_lazy("Scan this with an authenticator on your telephone, then type what it shows."),
        form=asked.KeyForm,
    ),
    "purpose": Step(
        title=gettext_lazy("Training or live"),
        lead=gettext_lazy("This cannot be changed later: a training node stays one."),
        form=asked.PurposeForm,
    ),
    "reach": Step(
        title=gettext_lazy("How others reach it"),
        lead=gettext_lazy("You can change this later in node.toml."),
        form=asked.ReachForm,
    ),
}
NAMES = tuple(STEPS)


@require_safe
def begin(request: HttpRequest, token: str) -> HttpResponseBase:
    """Follow the one-time link."""
    try:
        key = state.current().enter(token, now=timezone.now())
    except LienlacError as error:
        return gate.closed(request, error)
    answer = redirect("step", name=NAMES[0])
    answer.set_cookie(gate.COOKIE, key, httponly=True, samesite="Lax")
    return answer


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponseBase:
    """Ask one step; what is right is kept and leads on, and everything given before stands in its boxes."""
    if name not in STEPS:
        raise Http404
    run = state.current()
    if run.done:
        return done(request)
    if (missing := _first_missing(run, before=name)) is not None:
        return redirect("step", name=missing)
    form = STEPS[name].form(request.POST or None, initial=_initial(run, name))
    if request.method == "POST" and form.is_valid():
        run.given[name] = form.cleaned_data
        return redirect(_after(name))
    return render(request, "setup/step.html", _context(run, name, form), status=422 if form.errors else 200)


def _first_missing(run: state.Setup, *, before: str = "") -> str | None:
    """Return the first step without an answer, of those before one (all, when none is named)."""
    asked_first = NAMES[: NAMES.index(before)] if before else NAMES
    return next((name for name in asked_first if name not in run.given), None)


def _initial(run: state.Setup, name: str) -> Given:
    given = {one: value for one, value in run.given.get(name, {}).items() if one not in ("password", "again")}
    return {**_offered(run, name), **given}


def _offered(run: state.Setup, name: str) -> Given:
    offers: Mapping[str, Given] = {
        "language": {"language": language()},
        "office": {"kind": "liaison_office", "country": _country_of(language())},
        "purpose": {"purpose": asked.TRAINING},
        "reach": {
            "desk_host": "localhost",
            "desk_port": run.port,
            "how": asked.RINGS,
            "peer_port": asked.PEER_PORT,
        },
    }
    return offers.get(name, {})


def _country_of(spoken: str) -> str:
    return {"vi": "VN", "lo": "LA", "zh-hans": "CN", "km": "KH", "th": "TH", "my": "MM"}.get(spoken, "")


def _after(name: str) -> str:
    place = NAMES.index(name) + 1
    return reverse("step", args=[NAMES[place]]) if place < len(NAMES) else reverse("summary")


def _context(run: state.Setup, name: str, form: forms.Form) -> dict[str, Any]:
    place = NAMES.index(name)
    chosen = STEPS[name]
    context = {
        "title": chosen.title,
        "lead": chosen.lead,
        "form": form,
        "number": place + 1,
        "total": len(NAMES) + 1,
        "back_url": reverse("step", args=[NAMES[place - 1]]) if place else "",
        "kept": name == "administrator" and bool(run.given.get(name, {}).get("password")),
    }
    return {**context, **_authenticator(run)} if name == "key" else context


def _authenticator(run: state.Setup) -> dict[str, str]:
    """Return the picture that an authenticator reads, and the same as letters to type."""
    node, username = run.given["office"]["code"], run.given["administrator"]["username"]
    groups = " ".join(run.secret[at : at + 4] for at in range(0, len(run.secret), 4))
    return {"qr": authenticator.picture(run.secret, node=node, username=username), "secret": groups}


@require_safe
def summary(request: HttpRequest) -> HttpResponseBase:
    """Show everything that was given, each with the way back to its step."""
    run = state.current()
    if run.done:
        return done(request)
    if (missing := _first_missing(run)) is not None:
        return redirect("step", name=missing)
    return render(request, "setup/summary.html", {"groups": _told(run), "number": len(NAMES) + 1})


def _told(run: state.Setup) -> list[dict[str, Any]]:
    groups = []
    for name, one in STEPS.items():
        form = one.form(initial=run.given[name])
        lines = [
            {"label": field.label, "text": _shown(field, run.given[name].get(field.name))}
            for field in form
            if field.name not in ("again", "code") or name == "office"
        ]
        if name == "key":
            lines = [{"label": one.title, "text": _key_said(run)}]
        groups.append({"title": one.title, "url": reverse("step", args=[name]), "lines": lines})
    return groups


def _shown(field: forms.BoundField, value: Any) -> str:
    if field.name == "password":
        return HIDDEN
    labels = dict(getattr(field.field, "choices", ()))
    return str(labels.get(value, value)) if value not in (None, "") else "—"


def _key_said(run: state.Setup) -> str:
    return _("Authenticator, taken over") if run.given["key"].get("code") else _("At the first sign-in")


@require_POST
def finish(request: HttpRequest) -> HttpResponseBase:
    """Found the node, as `lienlac init` does; what goes wrong is said above the summary, and nothing is left behind."""
    run = state.current()
    if run.done:
        return done(request)
    if (missing := _first_missing(run)) is not None:
        return redirect("step", name=missing)
    try:
        run.found_once(answers(run))
    except LienlacError as error:
        messages.error(request, wording.error(error, language()))
        told = {"groups": _told(run), "number": len(NAMES) + 1}
        return render(request, "setup/summary.html", told, status=422)
    return done(request)


def answers(run: state.Setup) -> Answers:
    """Return what was given as one value."""
    office, who, reach = run.given["office"], run.given["administrator"], run.given["reach"]
    spoken = run.given["language"]["language"]
    rings = reach["how"] == asked.RINGS
    return Answers(
        language=spoken,
        country=office["country"],
        kind=office["kind"],
        code=office["code"],
        time_zone=office["time_zone"],
        names=_by_language(spoken, office["name"], office["name_en"]),
        places=_by_language(spoken, office["place"], office["place_en"]),
        phone=office["phone"],
        administrator=Administrator(
            username=who["username"],
            full_name=who["full_name"],
            password=who["password"],
            totp_secret=run.secret if run.given["key"].get("code") else "",
        ),
        training=run.given["purpose"]["purpose"] == asked.TRAINING,
        desk=f"{reach['desk_host']}:{reach['desk_port']}",
        peer=f"{reach['peer_host'] if rings else ''}:{reach['peer_port']}",
    )


def _by_language(spoken: str, own: str, english: str) -> dict[str, str]:
    return {code: name for code, name in (("en", english), (spoken, own)) if name}


def done(request: HttpRequest) -> HttpResponse:
    """Say that there is a node, where its door is, and what comes next."""
    run = state.current()
    reach = run.given["reach"]
    desk = f"http://{reach['desk_host']}:{reach['desk_port']}"
    local = gate.is_local_name(reach["desk_host"])
    context = {"sign_in": f"{desk}/account/login/" if local else "", "host": reach["desk_host"]}
    return render(request, "setup/done.html", context)
