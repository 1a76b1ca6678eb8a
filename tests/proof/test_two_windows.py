"""A visitor and an agent talk in two Chromium windows, through all that breaks: each message once, in one order, in
both; and each sees again when the other writes.
"""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.frontend.fake_chat import FakeChat, served
from tests.frontend.fake_site import Site
from tests.frontend.widget_steps import write
from tests.helpers import servers
from tests.helpers.polling import until
from tests.helpers.processes import humble_user, spawn, stop
from tests.helpers.proof import full_only, report, sized
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.timeout(900)]
AGENT, PASSWORD = "ani@desk.example", "long-and-secret-7"
CUT = sized(1.0, 30.0)
SLEEP = 60.0
"""Seconds: longer than the silence after which a connection is taken for dead."""
LONG = 60_000
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def let_pass(seconds: float) -> None:
    """The time is what is tested: for so long nothing gets through."""
    threading.Event().wait(seconds)


@dataclass
class Talk:
    """Both windows, and what was said in them."""

    tamada: RunningTamada
    visitor: Page
    agent: Page
    api: httpx.Client
    said: list[str] = field(default_factory=list)

    def _new(self, who: str) -> str:
        self.said.append(f"{who} {len(self.said) + 1}")
        return self.said[-1]

    def visitor_says(self) -> str:
        """As it is, whether it can leave or not."""
        text = self._new("visitor")
        write(self.visitor, text)
        return text

    def agent_says(self, *, fails: bool = False) -> str:
        """Written at the desk and sent; with `fails` it cannot leave, and stays where it was written."""
        text = self._new("agent")
        self.agent.locator("tamada-composer trix-editor").click()
        self.agent.keyboard.insert_text(text)
        self.send(fails=fails)
        return text

    def send(self, *, fails: bool = False) -> None:
        """What the desk's composer holds."""
        self.agent.locator("tamada-composer").get_by_role("button", name="Send", exact=True).click()
        editor = self.agent.locator("tamada-composer trix-editor")
        if fails:
            expect(self.agent.locator("tamada-toasts")).to_contain_text("not sent", ignore_case=True, timeout=LONG)
            expect(editor).not_to_have_text("")
        else:
            until(lambda: self._gone(editor), seconds=60, what="the agent's words sent")

    def _gone(self, editor: Locator) -> bool:
        """Whether they left. Who is shown what the visitor wrote meanwhile sends all the same."""
        anyway = self.agent.locator("dialog[open] button[name=stale][value=send]")
        if anyway.count():
            anyway.click()
        return editor.inner_text().strip() == ""

    def seen_by_visitor(self) -> list[str]:
        return self.visitor.locator(".messages li .text").all_text_contents()

    def seen_by_agent(self) -> list[str]:
        texts = self.agent.locator("article.message .text").all_text_contents()
        return [text.strip() for text in texts]

    def stored(self) -> list[str]:
        """What the server holds, in its order."""
        (one,) = self.api.get("conversations").json()["items"]
        items = self.api.get(f"conversations/{one['id']}/messages?limit=200").json()["items"]
        return [item["text"] for item in items if item["kind"] in ("in", "out")]

    def deliveries(self) -> list[str]:
        """How far our answers came."""
        (one,) = self.api.get("conversations").json()["items"]
        items = self.api.get(f"conversations/{one['id']}/messages?limit=200").json()["items"]
        return [item["delivery"] for item in items if item["kind"] == "out"]

    def agree(self) -> None:
        """Everything once, in one order, in both windows and at the server."""
        until(lambda: len(self._answered()) == len(self.said), seconds=60, what="every message stored")
        stored = self.stored()
        assert sorted(stored) == sorted(self.said)
        until(lambda: _same(self.seen_by_visitor(), stored), seconds=60, what="the visitor's window")
        until(lambda: _same(self.seen_by_agent(), stored), seconds=60, what="the agent's window")
        expect(self.visitor.locator(".trouble")).to_have_text("", timeout=LONG)

    def _answered(self) -> list[str]:
        try:
            return self.stored()
        except httpx.TransportError:
            return []
        except (KeyError, ValueError):
            return []  # It starts.

    def each_sees_the_other(self) -> None:
        """Presence is back: each is told that the other writes."""
        box, editor = self.visitor.get_by_role("textbox"), self.agent.locator("tamada-composer trix-editor")
        # Who writes on is told of again and again, some seconds apart.
        until(lambda: self._typed(self.visitor, box) and _shown(self.agent, "p.typing"), seconds=60, every=0.3)
        box.fill("")
        until(lambda: self._typed(self.agent, editor) and _shown(self.visitor, ".typing"), seconds=60, every=0.3)
        until(lambda: self._emptied(editor), what="an empty composer")

    def _emptied(self, editor: Locator) -> bool:
        editor.focus()
        self.agent.keyboard.press("Control+A")
        self.agent.keyboard.press("Delete")
        return editor.inner_text().strip() == ""

    @staticmethod
    def _typed(page: Page, box: Locator) -> bool:
        box.focus()
        page.keyboard.type("x")
        return True


def _same(seen: list[str], stored: list[str]) -> bool:
    assert seen == stored
    return True


def _shown(page: Page, line: str) -> str:
    return page.locator(line).inner_text()


@contextmanager
def talking(tamada: RunningTamada, new_context: Callable[..., BrowserContext]) -> Iterator[Talk]:
    """Both windows open, and a first word from each side."""
    tamada.add_user(AGENT, password=PASSWORD)
    key = tamada.add_inbox("Site", "--chat")["key"]
    site = type("SiteHandler", (Site,), {"chat": FakeChat(url=tamada.base_url)})
    with served(site) as origin, tamada.api(tamada.token(AGENT)) as api:
        visitor, agent = (new_context(locale="en").new_page() for _ in range(2))
        visitor.goto(f"{origin}/?inbox={key}")
        visitor.get_by_role("button").click()
        expect(visitor.get_by_role("textbox")).to_be_focused()
        talk = Talk(tamada, visitor, agent, api)
        agent.goto(f"{tamada.base_url}/login")
        agent.locator("input[name=email]").fill(AGENT)
        agent.locator("input[name=password]").fill(PASSWORD)
        agent.locator("input[name=password]").press("Enter")
        expect(agent).to_have_url(re.compile("/inbox/mine$"))
        talk.visitor_says()
        until(lambda: len(talk._answered()) == 1, what="the first message")
        told = agent.locator("tamada-toasts")
        expect(told).to_contain_text("Somebody waits in the chat", timeout=LONG)
        chat = told.get_by_role("link", name="Open").get_attribute("href")
        expect(agent).to_have_title(re.compile(r"^\(1\) "), timeout=LONG)  # the desk tells of who waits
        assert chat == f"/conversations/{api.get('conversations').json()['items'][0]['id']}"
        agent.goto(tamada.base_url + chat)
        talk.agent_says()
        talk.agree()
        expect(agent.locator("#bell .badge")).to_have_text("", timeout=LONG)
        yield talk


def cut_network(talk: Talk) -> None:
    """The visitor's network is gone, then the agent's."""
    for page, speak, other in (
        (talk.visitor, talk.visitor_says, talk.agent_says),
        (talk.agent, talk.agent_says, talk.visitor_says),
    ):
        page.context.set_offline(True)
        if page is talk.visitor:
            speak()
            other()
            speak()
        else:
            other()
        let_pass(CUT)
        page.context.set_offline(False)
        talk.agree()


def sleep(talk: Talk) -> None:
    """A laptop sleeps: its page stands still, and wakes. First the visitor's, then the agent's."""
    for page, other in ((talk.visitor, talk.agent_says), (talk.agent, talk.visitor_says)):
        session = page.context.new_cdp_session(page)
        session.send("Page.setWebLifecycleState", {"state": "frozen"})
        other()
        let_pass(SLEEP)
        other()
        session.send("Page.setWebLifecycleState", {"state": "active"})
        talk.agree()


def kill(talk: Talk) -> None:
    """The server dies in the middle of it, with all its processes, and comes back."""
    talk.visitor_says()
    talk.tamada.kill()
    talk.visitor_says()
    talk.visitor_says()
    talk.agent_says(fails=True)
    talk.tamada.start()
    talk.send()
    talk.agree()


def roll(talk: Talk) -> None:
    """The web process is replaced while both write."""
    old = talk.tamada.child("web-1")
    os.kill(old, signal.SIGTERM)
    talk.visitor_says()
    until(lambda: talk.tamada.child("web-1") != old, seconds=60, what="another web process")
    talk.agent_says()
    talk.agree()


def picture(talk: Talk) -> None:
    """The visitor sends one with words; both see it and what the other has read, and a reload changes nothing."""
    visitor, text = talk.visitor, talk._new("visitor")
    visitor.locator("input[type=file]").set_input_files(FilePayload(name="p.png", mimeType="image/png", buffer=PNG))
    expect(visitor.locator(".chip:not(.busy)")).to_have_count(1, timeout=LONG)
    write(visitor, text)
    talk.agree()
    until(lambda: visitor.locator(".mine img").evaluate("one => one.naturalWidth") == 1, what="the picture")
    expect(talk.agent.locator("article.message").last).to_contain_text("p.png")
    expect(visitor.locator(".mine .marks").last).to_contain_text("Read", timeout=LONG)
    until(lambda: set(talk.deliveries()) == {"read"}, seconds=60, what="the marks of reading")
    visitor.reload()
    visitor.get_by_role("button").click()
    talk.agree()


def sample(talk: Talk) -> None:
    """The desk's own page with the chat on it: whoever sets it up is a visitor there."""
    (inbox,) = {one["inbox"] for one in talk.api.get("conversations").json()["items"]}
    talk.agent.goto(f"{talk.tamada.base_url}/settings/inboxes/{inbox}/site")
    talk.agent.get_by_role("button", name="Chat with us").click()
    write(talk.agent, "from the sample page")
    expect(talk.agent.locator(".mine .marks")).to_contain_text("Sent", timeout=LONG)


def restart(talk: Talk, server: servers.Server, user: str | None, running: ExitStack, how: int) -> None:
    """A server below us goes, and comes back seconds later."""
    stop(server.process, signal_number=how)
    talk.visitor_says()
    let_pass(CUT / 6)
    command = [str(part) for part in server.process.args]  # type: ignore[union-attr]
    again: subprocess.Popen[bytes] = spawn(command, log=server.folder / "log", user=user)
    running.callback(stop, again, signal_number=how)
    talk.agree()
    talk.agent_says()
    talk.agree()


def test_through_cuts_sleep_and_kills(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    with talking(running(faults=True), new_context) as talk:
        for trouble in sized((cut_network, kill), (cut_network, sleep, kill, roll)):
            trouble(talk)
        picture(talk)
        talk.each_sees_the_other()
        report(
            "A visitor and an agent in two windows, SQLite",
            cut_s=CUT, messages=len(talk.said), seen_by_both=len(talk.seen_by_visitor()),
        )  # fmt: skip
        sample(talk)


@full_only
def test_through_restarts_of_what_is_below(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    with ExitStack() as stack:
        postgres, redis = stack.enter_context(servers.postgres()), stack.enter_context(servers.redis())
        environment = {"TAMADA_DATABASE_URL": postgres.url, "TAMADA_REDIS_URL": redis.url}
        with talking(running(faults=True, environment=environment), new_context) as talk:
            restart(talk, redis, None, stack, signal.SIGTERM)
            talk.each_sees_the_other()
            restart(talk, postgres, humble_user(), stack, signal.SIGINT)
            talk.each_sees_the_other()
            for trouble in (cut_network, sleep, kill, roll):
                trouble(talk)
                talk.each_sees_the_other()
            report(
                "The same on PostgreSQL and Redis, through restarts of both",
                messages=len(talk.said), seen_by_both=len(talk.seen_by_agent()),
            )  # fmt: skip
