"""Pages of a help centre with 1,000 articles in four languages, beside a bare server that sends such a page as bytes.

    python benchmarks/help.py [ARTICLES]

Whole requests over a socket to a running Tamada: every middleware, the database, the template; `cpu_ms` is what the web
process worked for each, which holds on a busy machine as well. Prints one JSON object.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.timing import spread
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.processes import spawn, stop
from tests.helpers.tamada import RunningTamada

ROUNDS: Final = 400
LANGUAGES: Final = ("en", "hy", "ka", "ru")
WORDS: Final = {
    "en": "modem router invoice payment address contract speed cable password customer order parcel return refund card",
    "hy": "մոդեմ երթուղիչ հաշիվ վճարում հասցե պայմանագիր արագություն մալուխ գաղտնաբառ հաճախորդ պատվեր ծանրոց քարտ",
    "ka": "მოდემი როუტერი ანგარიში გადახდა მისამართი ხელშეკრულება სიჩქარე კაბელი პაროლი მომხმარებელი შეკვეთა ბარათი",
    "ru": "модем роутер счёт оплата адрес договор скорость кабель пароль клиент заказ посылка возврат карта",
}
ASKED: Final = {
    "en": "payments by card",
    "hy": "հաճախորդների պատվերը",
    "ka": "მომხმარებლების შეკვეთა",
    "ru": "возвраты посылок",
}

MISSPELT: Final = {"en": "paymnts", "hy": "հաճախրդների", "ka": "მომხმრებლების", "ru": "посылк возврты"}

# The page's own bytes by the same kind of server, with nothing behind them.
BARE: Final = """
from pathlib import Path
PAGE = Path(__file__).with_name("page.html").read_bytes()
HEAD = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(PAGE)).encode())]
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEAD})
        await send({"type": "http.response.body", "body": PAGE})
"""


def measure(articles: int = 1_000) -> dict[str, Any]:
    """p50, p95 and p99 of each kind of page."""
    with tempfile.TemporaryDirectory() as folder:
        server = RunningTamada(Path(folder) / "data").start()
        try:
            subprocess.run([sys.executable, __file__, str(articles), "fill"], env=server.environment, check=True)
            with httpx.Client(base_url=server.base_url) as client:
                pages = _pages(client)
                figures: dict[str, Any] = {"articles": articles}
                for name, paths in pages.items():
                    before = _worked(server)
                    spent = _timed(client, paths)
                    figures[name] = {**spent, "cpu_ms": round((_worked(server) - before) / ROUNDS * 1000, 1)}
                page = client.get(pages["article"][0]).content
            figures["yardstick: such an article's bytes from a bare server"] = _bare(Path(folder), page)
        finally:
            server.end()
    return figures


def _pages(client: httpx.Client) -> dict[str, list[str]]:
    """Addresses of each kind, in all languages; a tenth of the articles at random."""
    shuffled = random.Random(5)
    listed = client.get("/help/sitemap.xml").text
    paths = [part.partition("</loc>")[0].partition("/help/")[2] for part in listed.split("<loc>")[1:]]
    articles = [f"/help/{path}" for path in paths if "/articles/" in path]
    return {
        "home": [f"/help/{code}/" for code in LANGUAGES],
        "category of 50": [f"/help/{path}" for path in paths if "/categories/" in path],
        "article": shuffled.sample(articles, min(len(articles), 400)),
        "search, inflected": [f"/help/{code}/search?q={words}" for code, words in ASKED.items()],
        "search, misspelt": [f"/help/{code}/search?q={words}" for code, words in MISSPELT.items()],
        "suggestions": [f"/help/{code}/suggest?q={words[:7]}" for code, words in ASKED.items()],
    }


def _worked(server: RunningTamada) -> float:
    """Seconds of the processor that the web process has had."""
    fields = Path(f"/proc/{server.child('web-1')}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _timed(client: httpx.Client, paths: list[str]) -> dict[str, float]:
    for path in paths[:8]:
        client.get(path).raise_for_status()
    spent = []
    for number in range(ROUNDS):
        path = paths[number % len(paths)]
        started = time.perf_counter()
        client.get(path)
        spent.append(time.perf_counter() - started)
    return spread(spent)


def _bare(folder: Path, page: bytes) -> dict[str, float]:
    (folder / "bare.py").write_text(BARE)
    (folder / "page.html").write_bytes(page)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bare:app", "--app-dir", str(folder), "--port", str(port)]
    process = spawn([*command, "--log-level", "error"], log=folder / "bare.log", env=None)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            until(lambda: _answers(client), seconds=20, what="the bare server")
            return _timed(client, ["/"])
    finally:
        stop(process)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/").is_success
    except httpx.TransportError:
        return False


# --- a help centre of that size ---------------------------------------------------------------------------------------


def fill(articles: int) -> None:
    """Write so many articles, each in four languages with ten ways to ask for it, fifty to a category."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamada.config.settings")
    django.setup()
    from django.db import transaction

    from tamada.core.actors import SYSTEM
    from tamada.knowledge import actions
    from tamada.knowledge.actions import Settled
    from tamada.knowledge.models import Phrasing
    from tamada.knowledge.queries import main_centre

    drawn = random.Random(7)
    by: dict[str, Any] = {"agent": None, "actor": SYSTEM}

    def one(number: int, shelf: Any) -> None:
        article = actions.create_article(**by, settled=Settled(category=shelf))
        for code in LANGUAGES:
            title, html = _words(drawn, code, number)
            asked = [f"{' '.join(drawn.choices(WORDS[code].split(), k=5))} {number} {n}" for n in range(10)]
            rows = [Phrasing(article=article, language=code, text=text, accepted=True) for text in asked]
            Phrasing.objects.bulk_create(rows)
            row = actions.save_draft(**by, article=article, language=code, title=title, html=html)
            actions.publish(**by, translation=row)

    for first in range(0, articles, 50):
        names = {code: f"{WORDS[code].split()[first // 50 % 12].title()} {first // 50}" for code in LANGUAGES}
        with transaction.atomic():
            shelf = actions.save_category(**by, centre=main_centre(), names=names, descriptions={})
            for number in range(first, min(first + 50, articles)):
                one(number, shelf)


def _words(drawn: random.Random, code: str, number: int) -> tuple[str, str]:
    known = WORDS[code].split()

    def said(count: int) -> str:
        return " ".join(drawn.choices(known, k=count))

    body = "".join(
        f"<h2>{said(3)}</h2><p>{said(40)}</p><ul><li>{said(6)}</li><li>{said(6)}</li></ul>" for _ in range(4)
    )
    return f"{said(4)} {number}", body


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    if "fill" in sys.argv:
        fill(size)
    else:
        print(json.dumps(measure(size), indent=1, ensure_ascii=False))
