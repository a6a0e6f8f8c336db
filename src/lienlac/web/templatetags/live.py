"""Parts of a page that follow what happens: drawn with the page, and sent again alone when they changed.

A part carries the digest of what it shows in a hidden input `seen`. The page sends those back when it asks what is new
(`seen` in the context of the fragment); a part whose digest stands among them costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TOKEN = "the-token-of-this-answer"  # noqa: S105  (stands for it while the digest is taken: it is another each time)


@register.simple_tag(takes_context=True)
def live_part(context: Context, name: str, drawn_by: str, into: str = "") -> SafeString:
    """Draw a part by its template; in a fragment only if it is not what was seen.

    A new part is put at the end of the element with the id `into`, if the page has none of that name.
    """
    html, digest = _drawn(context, drawn_by)
    seen: Collection[str] | None = context.get("seen")
    if seen is None:
        return _framed(name, html, digest)
    if f"{name}:{digest}" in seen:
        return mark_safe("")
    known = not into or any(one.startswith(f"{name}:") for one in seen)
    target, way = (f"#part-{name}", "outerMorph") if known else (f"#{into}", "beforeend")
    return format_html(
        '<hx-partial hx-target="{}" hx-swap="{}">{}</hx-partial>', target, way, _framed(name, html, digest)
    )


def _drawn(context: Context, drawn_by: str) -> tuple[SafeString, str]:
    """Return what a template shows, and its digest without the token that guards its forms."""
    token = str(context.get("csrf_token", ""))
    with context.push(csrf_token=TOKEN):
        html = context.template.engine.get_template(drawn_by).render(context).strip()  # type: ignore[union-attr]
    digest = blake2b(html.encode(), digest_size=6).hexdigest()
    return mark_safe(html.replace(TOKEN, token)), digest  # noqa: S308  (a template made it)


def _framed(name: str, html: SafeString, digest: str) -> SafeString:
    hidden = "" if html else mark_safe(" hidden")
    return format_html(
        '<div id="part-{0}"{1}>{2}<input type="hidden" name="seen" value="{0}:{3}" autocomplete="off"></div>',
        name,
        hidden,
        html,
        digest,
    )
