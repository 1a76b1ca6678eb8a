"""A company's own site that embeds the chat widget: another origin, with a strict policy and styles of its own."""

from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.frontend.fake_chat import FakeChat

KEY = "KEY"
SITE_POLICY = (
    "default-src 'none'; script-src {chat}; connect-src {chat}; img-src {chat}; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
# What a page may do to everything in it; the widget must not notice.
HOSTILE = """
* {
  color: rgb(0, 255, 0) !important; font: 40px/3 serif !important; letter-spacing: 9px !important;
  padding: 11px !important; text-transform: uppercase !important; direction: rtl; visibility: hidden !important;
  opacity: .3 !important; float: left !important;
}
button, textarea, section { display: none !important; background: lime !important; position: static !important }
tamada-chat { display: none !important; width: 3px !important; transform: rotate(40deg) !important; --paper: lime }
.panel, .launcher, .bubble { border: 20px solid lime !important; --fill: lime }
html { font-size: 30px }
"""


class Site(BaseHTTPRequestHandler):
    """A company's own site: another origin, with a policy and styles of its own."""

    chat: "FakeChat"
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """A page with the widget, or its style sheet."""
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/site.css":
            return self.answer(STYLES.get(self.chat.page, "").encode(), "text/css")
        body = page(self.chat, query)
        return self.answer(body.encode(), "text/html", SITE_POLICY.format(chat=self.chat.url, site=self.chat.site))

    def answer(self, body: bytes, kind: str, policy: str = "") -> None:
        """Send one whole answer."""
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)


PLAIN = "body { margin: 0; padding: 3rem; font: 1.1rem/1.6 Georgia, serif; max-width: 40rem } input { font: inherit }"
STYLES = {
    "plain": PLAIN,
    "dark": PLAIN + "body { background: #14171a; color: #dde }",
    "hostile": HOSTILE,
}


def page(chat: "FakeChat", query: dict[str, str]) -> str:
    """A page of the site. It holds no inline script and no inline style: its policy forbids both."""
    extra = {
        "search": '<p data-tamada-empty-search="1">Nothing found.</p>',
        "form": '<form><label>Meter number <input name="meter"></label></form>',
        "contact": f'<tamada-contact data-inbox="{KEY}"></tamada-contact>',
    }.get(query.get("with", ""), "")
    return f"""<!doctype html><html lang="{chat.lang}"><head><meta charset="utf-8"><title>Site</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/site.css"></head>
<body><main><h1>Nur Internet</h1><p>Fibre for every village.</p>{extra}</main>
<script src="{chat.url}/widget.js" data-inbox="{query.get("inbox", KEY)}" async></script></body></html>"""
