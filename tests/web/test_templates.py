"""What every template and the style sheet promise, read from the files alone."""

import gzip
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "src" / "lienlac" / "web"
STATIC = WEB / "static"
OURS = STATIC / "lienlac"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CSS = (OURS / "css" / "lienlac.css").read_text()
ALLAUTH_ELEMENTS = "allauth/elements/"
# The one part that does: two files whose digests stand in the security policy (`tests/web/test_first_visit.py`).
CARRIES = "_frame_files.html"
CARRIED_STYLE = ("<style>{{ carried.style }}</style>", "")
CARRIED_SCRIPT = ("<script>{{ carried.script }}</script>", "")
each_template = pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB / "templates"))
)


def packed(*names: str) -> int:
    """Bytes on the line: text is compressed by the server, woff2 is compressed already."""
    files = [(OURS / name).read_bytes() for name in names]
    return sum(
        len(raw) if name.endswith("woff2") else len(gzip.compress(raw))
        for name, raw in zip(names, files, strict=True)
    )


@each_template
def test_holds_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    if path.name == CARRIES:
        text = text.replace(*CARRIED_STYLE).replace(*CARRIED_SCRIPT)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in tag or 'type="application/json"' in tag
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", text)


@each_template
def test_states_its_context(path: Path) -> None:
    name = str(path.relative_to(WEB / "templates"))
    if not name.startswith(ALLAUTH_ELEMENTS) and name not in {
        "parts/_icon.html",
        "parts/_mark.html",
        "parts/_keys.html",
        "parts/_nav_word.html",
    }:
        assert "{% comment %}" in path.read_text()


@each_template
def test_names_only_static_files_that_exist(path: Path) -> None:
    for name in re.findall(r"{% static '([^']+)' %}", path.read_text()):
        assert name.startswith(("mfa/js/", "account/js/")) or (STATIC / name).exists()


@each_template
def test_names_only_icons_that_exist(path: Path) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (OURS / "icons" / "icons.svg").read_text()))
    assert set(re.findall(r'_icon\.html" with name="([^"]+)"', path.read_text())) <= drawn


@each_template
def test_every_word_shown_can_be_translated(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", " ", path.read_text(), flags=re.S)
    text = re.sub(r"{% block (?:main|body)_class %}.*?{% endblock %}", " ", text)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}", " ", text, flags=re.S)
    text = re.sub(
        r"<script\b.*?</script>|<(?:kbd|title|code)\b.*?</(?:kbd|title|code)>|<[^>]*>|&\w+;",
        " ",
        text,
        flags=re.S,
    )
    assert re.findall(r"[A-Za-z]{3,}", re.sub(r"Lienlac|liên lạc · 联络 · liaison", " ", text)) == []


def test_style_sheet_spares_the_scripts_that_break() -> None:
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    assert not re.search(r"text-transform|letter-spacing|italic|(?<![-\w])height:\s*\d\d+px", rules)


def test_style_sheet_fetches_only_what_is_here() -> None:
    assert "http" not in CSS.replace("http://www.w3.org", "")
    for name in re.findall(r"url\(([^)]+)\)", CSS):
        assert (OURS / "css" / name).resolve().exists()


def test_every_font_keeps_its_licence() -> None:
    for script in ("", "-lao", "-thai", "-khmer", "-myanmar"):
        assert "SIL OPEN FONT LICENSE" in (OURS / "fonts" / f"LICENSE-noto-sans{script}.txt").read_text()
    told = (OURS / "fonts" / "SOURCE.txt").read_text()
    for font in (OURS / "fonts").glob("*.woff2"):
        assert font.stem.split("-")[1] in told.lower()


def test_vendored_scripts_point_to_no_source_map() -> None:
    for script in (OURS / "vendor").rglob("*.js"):
        assert "sourceMappingURL" not in script.read_text()


def test_first_page_leaves_room_under_its_budget() -> None:
    frame = packed(
        "css/lienlac.css",
        "js/desk.js",
        "vendor/htmx/htmx.min.js",
        "vendor/htmx/hx-sse.min.js",
        "icons/icons.svg",
    )
    latin = packed("fonts/noto-latin.woff2", "fonts/noto-vietnamese.woff2")
    others = packed(*(f"fonts/noto-{script}.woff2" for script in ("lao", "thai", "khmer-400", "myanmar-400")))
    assert frame < 35_000
    assert frame + latin + others < 160_000
