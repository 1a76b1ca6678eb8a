"""Cleaning HTML: what a stranger may show us and what not."""

import gzip
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.html import clean, clean_style, host_of, safe_link, to_text
from tests.helpers.data import shared_data

TAGS = """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p
    pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr
    tt u ul var wbr
"""
ATTRIBUTES = """
    align alt bgcolor border cellpadding cellspacing color colspan data-cid data-deceptive data-host data-src
    datetime dir face height href lang loading nowrap referrerpolicy rel reversed rowspan scope size span src start
    style target title type valign value width
"""
HARMLESS_TAGS = frozenset(TAGS.split())
HARMLESS_ATTRIBUTES = frozenset(ATTRIBUTES.split())
OURS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<div style='background:url(https://evil.example/)'>x</div>",
    "<div style='position:fixed;inset:0;width:100vw;height:100vh'>x</div>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<p title=\"<img src=x onerror=alert(1)>\">x</p>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
]  # fmt: skip


class _Inspector(HTMLParser):
    """Reads the output with a parser that shares no code with the cleaner, and refuses whatever it does not know."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in HARMLESS_TAGS
        for name, value in attrs:
            assert name in HARMLESS_ATTRIBUTES
            self._check(tag, name, (value or "").lower())

    def _check(self, tag: str, name: str, value: str) -> None:
        if name == "href":
            assert tag == "a"
            assert value.startswith(("http://", "https://", "mailto:", "tel:"))
        elif name == "src":
            assert tag == "img"
            self.pictures.append(value)
            assert value.startswith("data:image/")
            assert "svg" not in value
        elif name == "style":
            for word in ("url", "import", "expression", "position", "binding", "behavior", "\\", "@", "/*", "opacity"):
                assert word not in value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def assert_harmless(markup: str) -> None:
    inspector = _Inspector()
    inspector.feed(markup)
    inspector.close()


def payloads() -> list[str]:
    path = shared_data("security", "xss-payloads.txt.gz")
    if path is None:
        return OURS
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
        return [*OURS, *lines.read().splitlines()]


def test_no_payload_survives() -> None:
    for payload in payloads():
        assert_harmless(clean(payload).html)
        assert_harmless(clean(f'<p title="{payload}">{payload}</p><b {payload}>').html)
        to_text(payload)


def test_all_payloads_in_one_message_do_not_survive_either() -> None:
    text = "\n".join(payloads())
    for start in range(0, len(text), 20_000):
        assert_harmless(clean(text[start : start + 20_000]).html)


@given(st.text(alphabet="<>/!-=\"'`&;:#ab imgscrptylhefx\x00\t\n", max_size=300))
@settings(max_examples=300, deadline=None)
def test_arbitrary_markup_comes_out_harmless_and_stays_as_it_is(markup: str) -> None:
    cleaned = clean(markup)
    assert_harmless(cleaned.html)
    again = clean(cleaned.html)
    assert_harmless(again.html)
    assert again.text == cleaned.text


def test_ordinary_mail_keeps_its_looks() -> None:
    markup = (
        '<h1 style="color:#333;text-align:center">Բարև</h1><table border="1" cellpadding="4"><tbody><tr><td>1</td>'
        "</tr></tbody></table><ul><li>one</li></ul><blockquote>then</blockquote>"
    )
    assert clean(markup).html == markup


def test_remote_pictures_wait_to_be_asked_for() -> None:
    markup = '<img src="https://shop.example/a.png" alt="Logo"><img src="//cdn.example/b.gif">'
    held = clean(markup)
    assert held.remote_images == 2
    assert 'src="https://shop.example/a.png"' not in held.html.replace("data-src", "")
    assert 'data-src="https://cdn.example/b.gif"' in held.html
    shown = clean(markup, allow_remote=True, remote=lambda url: f"/picture?url={url}")
    assert '<img src="/picture?url=https://shop.example/a.png"' in shown.html
    assert shown.remote_images == 2


def test_pictures_that_are_neither_remote_nor_attached_are_dropped() -> None:
    for source in (
        "/etc/passwd",
        "file:///etc/passwd",
        "data:image/svg+xml;base64,AAAA",
        "javascript:alert(1)",
        "ftp://a/b",
    ):
        cleaned = clean(f'<img src="{source}">')
        assert cleaned.html == "<img>"
        assert cleaned.remote_images == 0
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in clean('<img src="data:image/png;base64,iVBORw0KGgo=">').html


def test_inline_attachments_are_found_by_content_id() -> None:
    known = {"logo@shop": "/files/7"}
    markup = '<img src="cid:logo@shop"><img src="cid:gone@shop">'
    assert clean(markup, cid=known.get).html == '<img src="/files/7"><img data-cid="gone@shop">'
    assert "src=" not in clean(markup).html.replace("data-src", "")


def test_links_open_elsewhere_and_show_their_real_host() -> None:
    link = clean('<a href="https://user:pass@Shop.example:444/x?a=1&amp;b=2" onclick="x()">shop</a>').html
    assert 'data-host="shop.example"' in link
    assert 'rel="noopener noreferrer nofollow"' in link
    assert 'target="_blank"' in link
    assert "onclick" not in link
    assert 'data-host="xn--80ak6aa92e.com"' in clean('<a href="https://аррӏе.com/">apple</a>').html


@pytest.mark.parametrize(
    ("words", "deceptive"),
    [
        ("https://bank.am/login", True),
        ("www.bank.am", True),
        ("evil.example/x", False),
        ("https://login.evil.example", False),
        ("Click here", False),
        ("Version 2.0", False),
    ],
)
def test_a_link_whose_words_name_another_host_is_marked(words: str, deceptive: bool) -> None:
    assert ("data-deceptive" in clean(f'<a href="https://evil.example/">{words}</a>').html) is deceptive


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute",
        "display:none",
        "visibility:hidden",
        "opacity:0",
        "font-size:0",
        "font-size:1px",
        "font:1px/1 serif",
        "line-height:0",
        "width:0",
        "max-width:0px",
        "height:0",
        "margin-left:-9999px",
        "text-indent:-9999px",
        "padding:999999px",
        "width:100vw",
        "color:transparent",
        "background-image:url(//evil.example)",
        "background-color:url(//evil.example)",
        "color:expression(alert(1))",
        "color:var(--x)",
        "width:calc(100% + 500px)",
        "font-family:'a\\27 ;position:fixed'",
        "float:left",
        "z-index:9",
        "transform:scale(9)",
        "pointer-events:none",
        "cursor:none",
        "-moz-binding:url(x)",
        "behavior:url(x)",
    ],
)
def test_styles_that_hide_cover_or_load_are_dropped(style: str) -> None:
    assert clean_style(style) == ""
    assert "style" not in clean(f'<p style="{style}">x</p>').html


@pytest.mark.parametrize(
    "style",
    ["color:#333", "font:bold 14px/1.4 Arial,sans-serif", "margin:0 auto", "border:1px solid rgb(1,2,3)", "width:100%"],
)
def test_styles_that_only_decorate_stay(style: str) -> None:
    assert clean_style(style) == style


def test_addresses() -> None:
    assert safe_link(" https://a.example/ä b ") == "https://a.example/äb"
    assert safe_link("tel:+37491123456") == "tel:+37491123456"
    assert safe_link("javascript:alert(1)") == ""
    assert safe_link("/relative") == ""
    assert safe_link("https://") == ""
    assert host_of("https://[::1") == ""


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<b>" * 50_000,
        "<" * 1_000_000,
        "&" * 1_000_000,
        "&amp;" * 300_000,
        "<!--" * 100_000,
        "<p " + "a=b " * 200_000 + ">",
        "<table>" * 390 + "<td>x" * 50_000,
        "\x00" * 100_000 + "<p>x",
        "<blockquote>" * 390 + "x",
        '<p style="' + "color:red;" * 100_000 + '">x',
        "<ul><li>" * 380,
        "\ud800<b>",
    ],
    ids=range(13),
)
def test_hostile_markup_is_taken_in_stride(markup: str) -> None:
    cleaned = clean(markup)
    assert_harmless(cleaned.html)
    to_text(markup)


def test_markup_too_tangled_to_parse_is_shown_as_its_text() -> None:
    cleaned = clean("<div>" * 100_000 + "Please call me back" + "<script>alert(1)</script>")
    assert cleaned.text == "Please call me back"
    assert cleaned.html == "<p>Please call me back</p>"
