"""The cleaner: nh3 first, then a pass of our own over pictures, links and styles."""

import html as html_entities
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import nh3

from tamada.kit.html.markup import (
    ATTRIBUTES,
    SCHEMES,
    SWALLOWED,
    TAG,
    TAGS,
    attributes_of,
    host_of,
    link_attributes,
    squeezed,
    within_limits,
    written_attributes,
)
from tamada.kit.html.plain import crude_text, from_text, text_of_clean
from tamada.kit.html.style import CSS, clean_style

_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=SWALLOWED,
    attributes=ATTRIBUTES,
    filter_style_properties=CSS,
    url_schemes=SCHEMES,
    link_rel=None,
)


class CleanHtml(NamedTuple):
    """Cleaned HTML, how many remote pictures it asks for, and what it says as plain text."""

    html: str
    remote_images: int
    text: str


def clean(
    html: str,
    *,
    allow_remote: bool = False,
    cid: Callable[[str], str | None] | None = None,
    remote: Callable[[str], str | None] | None = None,
    with_text: bool = True,
) -> CleanHtml:
    """Make HTML from a stranger safe to show.

    A remote picture loses its ``src`` to ``data-src`` unless ``allow_remote``; then ``remote``, if given, turns its
    address into that of our proxy. ``cid`` gives the address of an inline attachment by its Content-ID, or None. Links
    open in a new window without a referrer; ``data-host`` names the host they really lead to, and ``data-deceptive``
    marks a link whose words name another one. Who needs no plain text saves its time by saying so.
    """
    source = within_limits(html)
    if source is None:
        text = crude_text(html)
        return CleanHtml(from_text(text, links=False), 0, text)
    rewriter = _Rewriter(allow_remote, cid, remote)
    cleaned = rewriter.rewrite(_cleaner.clean(source))
    return CleanHtml(cleaned, rewriter.remote_images, text_of_clean(cleaned) if with_text else "")


@dataclass(slots=True)
class _Rewriter:
    """The second pass: decides on addresses and CSS values, tag by tag."""

    allow_remote: bool
    cid: Callable[[str], str | None] | None
    remote: Callable[[str], str | None] | None
    remote_images: int = 0

    def rewrite(self, html: str) -> str:
        html = TAG.sub(self._tag, html)
        return _LINK.sub(_mark_deceptive, html) if "data-host" in html else html

    def _tag(self, match: re.Match[str]) -> str:
        slash, name, written = match.groups()
        if slash or not written:
            return match.group()
        attributes = attributes_of(written)
        if "style" in attributes:
            attributes["style"] = clean_style(attributes["style"])
            if not attributes["style"]:
                del attributes["style"]
        if name == "a":
            attributes = link_attributes(attributes)
        elif name == "img":
            attributes = self._image(attributes)
        return f"<{name}{written_attributes(attributes)}>"

    def _image(self, attributes: dict[str, str]) -> dict[str, str]:
        source = squeezed(attributes.pop("src", ""))
        scheme = source.partition(":")[0].lower()
        if scheme == "cid":
            found = self.cid(source[4:]) if self.cid else None
            return {"src": found, **attributes} if found else {"data-cid": source[4:], **attributes}
        if scheme == "data":
            return {"src": source, **attributes} if _DATA_IMAGE.fullmatch(source) else attributes
        if source.startswith("//"):
            source = "https:" + source
            scheme = "https"
        if scheme not in ("http", "https") or not host_of(source):
            return attributes
        self.remote_images += 1
        if not self.allow_remote:
            return {"data-src": source, **attributes}
        address = self.remote(source) if self.remote else source
        return (
            {"src": address, "referrerpolicy": "no-referrer", "loading": "lazy", **attributes}
            if address
            else attributes
        )


_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=%]*", re.IGNORECASE)
_LINK = re.compile(r'(<a [^>]*?data-host="([^"]*)"[^>]*)>(.*?)</a>', re.DOTALL)
_NAMED_HOST = re.compile(r"(?:https?://|^)(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?=[/:?#\s]|$)", re.IGNORECASE)


def _mark_deceptive(match: re.Match[str]) -> str:
    """Mark a link whose words are an address on another host than it leads to."""
    words = html_entities.unescape(TAG.sub("", match[3][:500])).strip()
    named = _NAMED_HOST.search(words)
    if not named or " " in words or _same_site(named[1].lower(), match[2]):
        return match.group()
    return f'{match[1]} data-deceptive="{html_entities.escape(named[1].lower())}">{match[3]}</a>'


def _same_site(named: str, real: str) -> bool:
    named = host_of(f"https://{named}")
    return real == named or real.endswith("." + named) or named.endswith("." + real.removeprefix("www."))
