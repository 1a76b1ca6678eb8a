"""What nh3 keeps, how much of it is parsed at all, and the tags and addresses of what it returns."""

import html as html_entities
import re
from urllib.parse import unquote, urlsplit

from tamada.kit.domains import in_ascii

# A longer text is cut before parsing: parsing is linear, but a page must stay openable.
MOST_CHARACTERS = 2_000_000
# Beyond this many tags a message is a weapon or a dump; it is shown as text.
MOST_TAGS = 60_000
MOST_NESTING = 400
# The parser's time grows with the square of the character references in one text: 0.2 s here.
MOST_REFERENCES = 100_000

_KEPT = """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p
    pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr
    tt u ul var wbr
"""
TAGS = set(_KEPT.split())
_LOST = """
    applet audio base canvas embed frame frameset iframe link math meta noembed noframes object param portal script
    source style svg template title track video
"""
# These go with everything in them.
SWALLOWED = set(_LOST.split())
_CELL = {"align", "valign", "bgcolor", "width", "height", "colspan", "rowspan", "nowrap"}
ATTRIBUTES = {
    "*": {"style", "title", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "align", "border"},
    "table": {"align", "bgcolor", "width", "border", "cellpadding", "cellspacing"},
    "td": _CELL,
    "th": _CELL | {"scope"},
    "tr": {"align", "valign", "bgcolor"},
    "col": {"span", "width", "align"},
    "colgroup": {"span", "width", "align"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"width", "size", "align"},
    "p": {"align"},
    "div": {"align"},
    **{f"h{level}": {"align"} for level in range(1, 7)},
    "time": {"datetime"},
}
SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}

TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s[^\s=>"]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'\s([^\s=>"]+)="([^"]*)"')


def attributes_of(written: str) -> dict[str, str]:
    """The attributes of a tag that `TAG` found, as the browser reads them."""
    return {name: html_entities.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def readable(html: str) -> str:
    """The part of the HTML that is read, without NULs and halves of surrogate pairs."""
    return html[:MOST_CHARACTERS].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def within_limits(html: str) -> str | None:
    """The part of the HTML that is parsed; None when it is too tangled to parse at all."""
    source = readable(html)
    if source.count("<") > MOST_TAGS or source.count("&") > MOST_REFERENCES or _nesting(source) > MOST_NESTING:
        return None
    return source


_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that never hold others, and those whose end tag people leave out; neither makes a text deep.
_FLAT = frozenset(
    ("br", "img", "hr", "col", "wbr", "meta", "link", "input", "p", "li", "td", "tr", "th", "dt", "dd", "o")
)


def _nesting(source: str) -> int:
    depth = deepest = 0
    for slash, name in _OPENING.findall(source):
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if slash else depth + 1
        deepest = max(deepest, depth)
    return deepest


_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u200b-\u200f\ufeff]+")


def squeezed(address: str) -> str:
    """An address as a browser reads it: without white space and control characters in it."""
    return _CONTROL.sub("", address)


def written_attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{html_entities.escape(value)}"' for name, value in attributes.items())


def link_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Make a link open elsewhere and name the host it leads to; one without a safe address leads nowhere."""
    address = safe_link(attributes.pop("href", ""))
    if not address:
        return attributes
    link = {"href": address, "rel": "noopener noreferrer nofollow", "target": "_blank"}
    host = host_of(address)
    return {**link, **({"data-host": host} if host else {}), **attributes}


def safe_link(address: str) -> str:
    """A web, mail or telephone address fit for ``href``; "" for anything else, relative addresses too."""
    target = squeezed(address)
    scheme = target.partition(":")[0].lower()
    if scheme in ("mailto", "tel"):
        return target
    return target if scheme in ("http", "https") and host_of(target) else ""


def host_of(address: str) -> str:
    """The host a web address really leads to, in ASCII (a look-alike letter shows as ``xn--``); "" when it has none."""
    try:
        host = unquote(urlsplit(address.replace("\\", "/")).hostname or "")
        try:
            return in_ascii(host)
        except UnicodeError:  # Browsers still open what the rules of 2003 allowed, such as pictures.
            return host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
