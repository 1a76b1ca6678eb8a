"""HTML of articles: few elements, no styles of its own, pictures and links by what they mean.

A picture is `article-file:ID` and a link to another article `article:ID`; whoever shows one says where.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import nh3

from tamada.kit.html.markup import SWALLOWED, TAG, attributes_of, safe_link, squeezed, within_limits, written_attributes
from tamada.kit.html.plain import crude_text, from_text

FILE: Final = "article-file:"
ARTICLE: Final = "article:"
_KEPT = """
    a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins
    kbd li mark ol p pre s strong sub summary sup table tbody td tfoot th thead tr u ul
"""
_TAGS = set(_KEPT.split())
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "details": {"open"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "article", "article-file", "data", "blob"}
_RENAMED: Final = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "div": "p", "ins": "u", "del": "s"}
_TWO_BREAKS = re.compile(r"(?:<br>\s*){2,}")
_EMPTY = re.compile(r"<(p|h[2-4]|li|figure|figcaption|blockquote|strong|em|u|s)>(?:\s|&nbsp;|\u00a0|<br>)*</\1>")
_LAST_BREAK = re.compile(r"(?:<br>\s*)+(?=</(?:p|h[2-4]|li|blockquote|td|th)>)")
_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>.*?</p>", re.DOTALL)
_ALONE = re.compile(r"<p>\s*(<figure>.*?</figure>)\s*</p>", re.DOTALL)
_ID = re.compile(r"\d{1,18}")
# What an editor once wrote below a picture by itself; nobody calls one so.
_FILE_NAME = re.compile(
    r"<figcaption>[^<]*\.(?:png|jpe?g|gif|webp)\s+[\d.,]+\s(?:Bytes?|[KM]B)</figcaption>", re.IGNORECASE
)

_cleaner = nh3.Cleaner(
    tags=_TAGS, clean_content_tags=SWALLOWED, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None
)

type_resolve = Callable[[str], str | None]
"""An address as it was written to what it means (`article-file:3`, `article:7`), None for one that is not ours."""


def _nothing(_address: str) -> str | None:
    return None


def clean_article(html: str, *, resolve: type_resolve = _nothing) -> str:
    """The HTML of an article as it is kept: pictures of ours alone, links that lead somewhere, paragraphs as such."""
    source = within_limits(html)
    if source is None:
        return from_text(crude_text(html), links=False)
    kept = _rewritten(_cleaner.clean(source), lambda name, given: _kept(name, given, resolve), _RENAMED)
    kept = _PARAGRAPH.sub(lambda found: _TWO_BREAKS.sub("</p><p>", found.group()), kept)
    kept = _LAST_BREAK.sub("", _cleaner.clean(kept))  # A list inside of what was a div stands beside the paragraph.
    previous = ""
    while previous != kept:
        previous, kept = kept, _EMPTY.sub("", kept)
    return _ALONE.sub(r"\1", kept).strip()


def _kept(name: str, given: dict[str, str], resolve: type_resolve) -> dict[str, str] | None:
    if name == "img":
        source = squeezed(given.pop("src", ""))
        meant = source if source.startswith(FILE) else resolve(source)
        return {"src": meant, **given} if meant and _ID.fullmatch(meant.removeprefix(FILE)) else None
    if name == "a":
        href = squeezed(given.pop("href", ""))
        if href.startswith("#") and len(href) > 1:
            return {"href": href, **given}
        meant = href if _is_article(href) else resolve(href) or safe_link(href)
        return {"href": meant, **given} if meant else {}
    return given


def _is_article(href: str) -> bool:
    return href.startswith(ARTICLE) and _ID.fullmatch(href.removeprefix(ARTICLE)) is not None


def _rewritten(
    html: str, change: Callable[[str, dict[str, str]], dict[str, str] | None], names: Mapping[str, str] | None = None
) -> str:
    """Every tag by its new name and attributes; where `change` says None, without it."""

    def tag(match: re.Match[str]) -> str:
        slash, name, written = match.groups()
        shown = (names or {}).get(name, name)
        if slash:
            return f"</{shown}>"
        attributes = change(name, attributes_of(written))
        return "" if attributes is None else f"<{shown}{written_attributes(attributes)}>"

    return TAG.sub(tag, html)


def shown_article(html: str, *, file: Callable[[int], str], article: Callable[[int], str]) -> str:
    """Kept HTML for a page: `file` and `article` say the address of one, "" for what may not be shown there."""

    def change(name: str, given: dict[str, str]) -> dict[str, str] | None:
        if name == "img":
            address = file(int(given["src"].removeprefix(FILE)))
            return {**given, "src": address, "loading": "lazy"} if address else None
        if name == "a" and _is_article(given.get("href", "")):
            address = article(int(given["href"].removeprefix(ARTICLE)))
            return {**given, "href": address} if address else {}
        if name == "a" and given.get("href", "").startswith("http"):
            return {**given, "rel": "noopener"}
        return given

    return _rewritten(_FILE_NAME.sub("", html), change)


def files_in(html: str) -> set[int]:
    """The ids of the files that kept HTML shows."""
    return {int(found) for found in re.findall(rf'"{FILE}(\d+)"', html)}


def links_in(html: str) -> list[str]:
    """Where its links lead, each once: addresses, and `article:ID`."""
    found = (attributes_of(written).get("href", "") for _s, name, written in TAG.findall(html) if name == "a")
    return [href for href in dict.fromkeys(found) if href.startswith(("http", ARTICLE))]
