"""Pushes in Chromium: the desk's own service worker gets what our server would send, and shows it, and opens it.

The browser's push service is left out, as no browser of ours may reach one: what it would decrypt is handed to the
worker through the DevTools protocol. Encryption and sending are tested in tests/notifications.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from typing import Any

import httpx
import pytest
from django.utils import translation
from playwright.sync_api import BrowserContext, CDPSession, Page, Worker, expect

from tests.cast import PASSWORD
from tests.desk.test_folded_mail import SUPPORT, open_desk
from tests.helpers.polling import until
from tests.helpers.proof import full_only
from tests.helpers.tamada import RunningTamada

pytestmark = pytest.mark.browser

SECRET = "The code of my door is 4711"
NEWEST = """
import django, sys
django.setup()
from tamada.notifications import push
from tamada.notifications.models import Notification
newest = Notification.objects.filter(agent__email=sys.argv[1], type=sys.argv[2]).order_by("-id")[:int(sys.argv[3])]
print("\\n".join(push.payload(one).decode() for one in reversed(newest)))
"""
SHOWN = """async () => (await registration.getNotifications()).map(
  ({ title, body, lang, tag, renotify, timestamp, data }) => ({ title, body, lang, tag, renotify, timestamp, data }))"""
# No hand can click a notification that a headless browser shows: the event is made, the notification in it is real.
CLICK = """async tag => {
  const [notification] = await registration.getNotifications({ tag });
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""
# Opening a window needs a real click; that the browser is asked to is what can be seen.
WATCH_OPENING = "() => { self.asked = []; clients.openWindow = async url => void self.asked.push(url); }"


@dataclass
class Desk:
    """Olga's browser with its service worker, and what happens in the company meanwhile."""

    tamada: RunningTamada
    api: httpx.Client
    page: Page
    line: CDPSession
    registration: str
    worker: Worker
    letters: int = 0
    pushed: str = ""
    pushed_at: float = 0.0

    def letter(self, sender: str = "karine", *, answers: str = "") -> None:
        """A customer writes."""
        self.letters += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Karine Sargsyan <{sender}@mail.example>", SUPPORT, "My door"
        mail["Message-ID"] = f"<{self.letters}@mail.example>"
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content(SECRET)
        self.tamada.send_mail(mail, sender=f"{sender}@mail.example", recipients=[SUPPORT])

    def conversations(self) -> list[str]:
        return [row["id"] for row in self.api.get("conversations", params={"order": "created_at"}).json()["items"]]

    def speak(self, language: str) -> None:
        """Olga chooses her language."""
        with sqlite3.connect(self.tamada.data_dir / "tamada.sqlite3", timeout=30) as database:
            database.execute("UPDATE accounts_agent SET language = ? WHERE email = 'olga@desk.example'", (language,))
        database.close()

    def speaks(self, language: str) -> bool:
        """Whether what is on the screen is in that language."""
        self._insist()
        return [one["lang"] for one in self.worker.evaluate(SHOWN)] == [language]

    def payloads(self, kind: str, count: int = 1) -> list[str]:
        """What the server pushes for Olga's newest notifications of a kind, once they are there."""
        environment = {**os.environ, **self.tamada.environment, "DJANGO_SETTINGS_MODULE": "tamada.config.settings"}
        command = [sys.executable, "-c", NEWEST, "olga@desk.example", kind, str(count)]
        found: list[str] = []

        def look() -> bool:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            found[:] = done.stdout.split("\n")[:-1]
            return len(found) == count and all(found)

        until(look, seconds=40, what=f"{count} notifications", every=0.5)
        return found

    def deliver(self, payload: str) -> None:
        """Hand the worker what the browser's push service would."""
        self.pushed, self.pushed_at = payload, time.monotonic()
        given = {"origin": self.tamada.base_url, "registrationId": self.registration, "data": payload}
        self.line.send("ServiceWorker.deliverPushMessage", given)

    def _insist(self) -> None:
        """A push is no promise: a browser that is busy drops one now and then."""
        if time.monotonic() - self.pushed_at > 8:
            self.deliver(self.pushed)

    def shown(self, count: int) -> list[dict[str, Any]]:
        """The notifications on the screen, oldest first, once there are so many."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            found[:] = self.worker.evaluate(SHOWN)
            if len(found) < count:
                self._insist()
            return len(found) == count

        until(look, seconds=60, what=f"{count} notifications on the screen")
        return sorted(found, key=lambda one: one["timestamp"])


@pytest.fixture
def desk(running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]) -> Iterator[Desk]:
    """Olga owns a customer's conversation; her browser may notify her, and no tab of it shows the desk."""
    tamada = running()
    tamada.add_user("olga@desk.example", name="Olga", role="agent", password=PASSWORD)
    tamada.add_user("ani@desk.example", name="Ani", role="admin", password=PASSWORD)
    tamada.add_inbox("Support", "--email", SUPPORT)
    context = new_context(locale="en", permissions=["notifications"])
    page = context.new_page()
    open_desk(page, tamada)
    page.evaluate("navigator.serviceWorker.register('/sw.js', {scope: '/'}).then(() => navigator.serviceWorker.ready)")
    line = context.new_cdp_session(page)
    registrations: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(one["registrationId"] for one in told["registrations"]),
    )
    line.send("ServiceWorker.enable")
    until(lambda: page.evaluate("1") and registrations, what="the worker's registration")
    [worker] = context.service_workers
    with tamada.api(tamada.token("ani@desk.example")) as api:
        made = Desk(tamada, api, page, line, registrations[0], worker)
        made.letter()
        until(made.conversations, what="the first letter")
        olga = next(row["id"] for row in api.get("agents").json()["items"] if row["name"] == "Olga")
        assert api.patch(f"conversations/{made.conversations()[0]}", json={"assignee": olga}).status_code == 200
        page.goto("about:blank")
        yield made


def test_what_is_pushed_is_shown_in_the_agents_language_and_without_the_customers_words(desk: Desk) -> None:
    [number] = desk.conversations()
    told: set[str] = set()
    for language in ("hy", "ka", "ru", "en"):
        desk.speak(language)
        [payload] = desk.payloads("assigned")
        desk.deliver(payload)
        until(partial(desk.speaks, language), seconds=60, what=language)
        [shown] = desk.shown(1)
        with translation.override(language):
            title = translation.gettext("Assigned to you")
            body = translation.gettext("Conversation #%(number)d was assigned to you") % {"number": int(number)}
        assert (shown["title"], shown["body"]) == (title, body)
        assert shown["data"] == {"url": f"/conversations/{number}"}
        told.add(title)
    assert len(told) == 4
    # No setting is needed for it: neither the customer's words nor their name ever leave in a push.
    desk.letter(answers="<1@mail.example>")
    [payload] = desk.payloads("reply")
    desk.deliver(payload)
    everything = payload + json.dumps(desk.shown(2))
    for private in (SECRET, "4711", "My door", "Karine", "mail.example"):
        assert private not in everything


@pytest.mark.proof
@full_only
def test_the_next_about_the_same_takes_the_place_of_the_last_and_is_heard_again(desk: Desk) -> None:
    desk.letter(answers="<1@mail.example>")
    desk.letter(answers="<1@mail.example>")
    first, second = desk.payloads("reply", 2)
    desk.deliver(first)
    [shown] = desk.shown(1)
    desk.deliver(second)
    until(lambda: desk.worker.evaluate(SHOWN)[0]["timestamp"] > shown["timestamp"], what="the second")
    [again] = desk.shown(1)
    assert (again["tag"], again["renotify"]) == (shown["tag"], True)
    # Of another kind, or about another conversation, it stands beside it.
    desk.deliver(desk.payloads("assigned")[0])
    assert len({one["tag"] for one in desk.shown(2)}) == 2


@pytest.mark.proof
@full_only
def test_a_click_leads_a_tab_of_the_desk_to_the_conversation_and_closes_the_notification(desk: Desk) -> None:
    [number] = desk.conversations()
    desk.deliver(desk.payloads("assigned")[0])
    [shown] = desk.shown(1)
    desk.page.goto(f"{desk.tamada.base_url}/inbox/unassigned")
    expect(desk.page.locator("body")).to_have_attribute("data-stream", "online")
    desk.worker.evaluate(CLICK, shown["tag"])
    expect(desk.page).to_have_url(f"{desk.tamada.base_url}/conversations/{number}")
    desk.shown(0)


@pytest.mark.proof
@full_only
def test_a_click_leaves_a_tab_alone_that_shows_the_conversation_already(desk: Desk) -> None:
    [number] = desk.conversations()
    desk.deliver(desk.payloads("assigned")[0])
    [shown] = desk.shown(1)
    desk.page.goto(f"{desk.tamada.base_url}/conversations/{number}")
    expect(desk.page.locator("body")).to_have_attribute("data-stream", "online")
    desk.page.locator("trix-editor").click()
    desk.page.keyboard.type("We come at noon")
    desk.page.evaluate("window.untouched = true; addEventListener('beforeunload', () => { window.untouched = false })")
    desk.page.evaluate("navigator.serviceWorker.addEventListener('message', () => { window.heard = true })")
    desk.worker.evaluate(CLICK, shown["tag"])
    until(lambda: desk.page.evaluate("window.heard"), what="the worker's word")
    assert desk.page.evaluate("window.untouched") is True
    expect(desk.page.locator("trix-editor")).to_contain_text("We come at noon")


@pytest.mark.proof
@full_only
def test_a_click_without_a_tab_opens_one(desk: Desk) -> None:
    [number] = desk.conversations()
    desk.deliver(desk.payloads("assigned")[0])
    [shown] = desk.shown(1)
    desk.worker.evaluate(WATCH_OPENING)
    desk.worker.evaluate(CLICK, shown["tag"])
    until(lambda: desk.worker.evaluate("self.asked") == [f"/conversations/{number}"], what="the opening of a window")
    desk.shown(0)


@pytest.mark.proof
@full_only
def test_who_is_looking_at_the_desk_gets_none_on_top(desk: Desk) -> None:
    desk.page.goto(f"{desk.tamada.base_url}/inbox/mine")
    expect(desk.page.locator("body")).to_have_attribute("data-stream", "online")
    [payload] = desk.payloads("assigned")
    desk.deliver(payload)
    # The worker takes pushes one after another: once the second is through, the first one is as well.
    desk.page.goto("about:blank")
    desk.deliver(json.dumps({**json.loads(payload), "tag": "another"}))
    assert [one["tag"] for one in desk.shown(1)] == ["another"]
