"""The chat widget on a slow phone (Chromium, its processor four times slower), beside an empty page in the same window.

    python benchmarks/widget.py [ROUNDS]

Cold: nothing in the browser's cache. `button` is from the moment the page asks for the script until the button can be
pressed, `composer` from the press until one can write. Prints one JSON object.
"""

import json
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.helpers import servers
from tests.helpers.tamada import RunningTamada

SLOWER: Final = 4
PHONE: Final = {"width": 390, "height": 844}
# In the page's own clock: polling from outside would be measured as well.
WATCH: Final = """
(() => {
  const root = () => document.querySelector('tamada-chat')?.shadowRoot;
  const look = () => {
    const button = root()?.querySelector('.launcher');
    if (button && button.getClientRects().length && !window.buttonAt) {
      window.buttonAt = performance.now();
      button.addEventListener('click', () => { window.pressedAt = performance.now() }, true);
    }
    const isOpen = window.pressedAt && root().activeElement?.matches('textarea');
    if (isOpen && !window.composerAt) window.composerAt = performance.now();
    requestAnimationFrame(look);
  };
  look();
})()
"""


PAGE: Final = (
    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
    "<title>Site</title><h1>Nur Internet</h1><p>Fibre for every village.</p>{}</html>"
)


@contextmanager
def site(page: str) -> Iterator[str]:
    """A site of one page, of an origin of its own."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def measure(rounds: int = 9) -> dict[str, Any]:
    """Medians in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        server = RunningTamada(Path(folder) / "data").start()
        try:
            key = server.add_inbox("Site", "--chat")["key"]
            line = f'<script src="{server.base_url}/widget.js" data-inbox="{key}" async></script>'
            with site(PAGE.format(line)) as full, site(PAGE.format("")) as bare, sync_playwright() as playwright:
                program = playwright.chromium.launch(
                    executable_path=servers.chromium_path(), args=servers.CHROMIUM_FLAGS
                )
                runs = [_round(program, full) for _ in range(rounds + 1)][1:]
                empty = [_empty(program, bare) for _ in range(rounds + 1)][1:]
        finally:
            server.end()
    return {
        "slower": SLOWER,
        "button_ms": round(statistics.median(run[0] for run in runs)),
        "composer_ms": round(statistics.median(run[1] for run in runs)),
        "yardstick: an empty page_ms": round(statistics.median(empty)),
    }


def _slow(browser: Browser) -> Page:
    page = browser.new_context(locale="en", viewport=PHONE, has_touch=True).new_page()  # type: ignore[arg-type]
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def _round(browser: Browser, address: str) -> tuple[float, float]:
    page = _slow(browser)
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_function("window.buttonAt")
    page.get_by_role("button").tap()
    page.wait_for_function("window.composerAt")
    asked = page.evaluate("performance.getEntriesByType('resource').find(one => /widget.js/.test(one.name)).startTime")
    button, pressed, composer = page.evaluate("[window.buttonAt, window.pressedAt, window.composerAt]")
    page.context.close()
    return button - asked, composer - pressed


def _empty(browser: Browser, address: str) -> float:
    page = _slow(browser)
    page.goto(address)
    spent: float = page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")
    page.context.close()
    return spent


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:])), indent=1))
