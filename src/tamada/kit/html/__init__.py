"""HTML from strangers, made harmless; and the ways between HTML and plain text.

nh3 (ammonia, html5ever) parses as a browser does and keeps an allow-list of elements, attributes and CSS properties.
What it returns is well formed, with every attribute in double quotes, so a second, linear pass over its tags decides
what nh3 cannot: which pictures may load, which addresses a link may have, and which CSS values would hide or cover
something. Our output is not the only defence: the desk shows it in a sandboxed frame under a strict CSP.
"""

from tamada.kit.html.article import clean_article, shown_article
from tamada.kit.html.cleaning import CleanHtml, clean
from tamada.kit.html.markup import host_of, safe_link
from tamada.kit.html.plain import from_text, to_text
from tamada.kit.html.style import clean_style

__all__ = [
    "CleanHtml",
    "clean",
    "clean_article",
    "clean_style",
    "from_text",
    "host_of",
    "safe_link",
    "shown_article",
    "to_text",
]
