"""The widget against Tamada itself: a visitor of another origin and an agent. Kills: `proof/test_two_windows.py`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.frontend.fake_chat import FakeChat, served
from tests.frontend.fake_site import Site
from tests.frontend.widget_steps import bubbles, write
from tests.helpers.polling import until
from tests.helpers.tamada import RunningTamada

pytestmark = pytest.mark.browser
LONG = 30_000
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@contextmanager
def site_of(tamada: RunningTamada) -> Iterator[tuple[str, httpx.Client]]:
    """The address of a site that embeds a new chat inbox of this Tamada, and the API as its admin."""
    tamada.add_user("ani@nur.example", role="admin")
    key = tamada.add_inbox("Site", "--chat")["key"]
    site = type("SiteHandler", (Site,), {"chat": FakeChat(url=tamada.base_url)})
    with served(site) as origin, tamada.api(tamada.token("ani@nur.example")) as api:
        yield f"{origin}/?inbox={key}", api


def opened(page: Page, address: str) -> None:
    """Go to the site and open the chat."""
    page.goto(address)
    page.get_by_role("button").click()
    expect(page.get_by_role("textbox")).to_be_focused()


def thread(api: httpx.Client) -> tuple[str, list[str]]:
    """The only conversation's id and the texts in it."""
    found = api.get("conversations").json()["items"]
    if not found:
        return "", []
    number = found[0]["id"]
    items = api.get(f"conversations/{number}/messages").json()["items"]
    return number, [one["text"] for one in items if one["kind"] in ("in", "out")]


def answer(api: httpx.Client, number: str, text: str) -> dict[str, str]:
    """The agent writes."""
    made: dict[str, str] = api.post(f"conversations/{number}/messages", json={"kind": "out", "text": text}).json()
    return made


def test_a_visitor_and_an_agent_talk(page: Page, running: Callable[..., RunningTamada], complaints: list[str]) -> None:
    with site_of(running()) as (address, api):
        opened(page, address)
        write(page, "Is there work in our street? <b>")
        expect(page.locator(".mine .marks")).to_contain_text("Sent", timeout=LONG)
        number, texts = thread(api)
        assert texts == ["Is there work in our street? <b>"]
        made = answer(api, number, "Yes, until 15:00.")
        expect(bubbles(page, ".theirs")).to_have_text("Yes, until 15:00.", timeout=LONG)
        expect(page.locator(".mine .marks")).to_contain_text("Read", timeout=LONG)
        until(lambda: deliveries(api, number, made["id"]) == ["read"], what="the mark of reading")
        page.locator("input[type=file]").set_input_files(FilePayload(name="p.png", mimeType="image/png", buffer=PNG))
        expect(page.locator(".chip:not(.busy)")).to_have_count(1, timeout=LONG)
        write(page, "")
        expect(page.locator(".mine img")).to_have_attribute("alt", "p.png")
        until(lambda: page.locator(".mine img").evaluate("one => one.naturalWidth") == 1)
        opened(page, address)
        expect(bubbles(page)).to_have_text(["Is there work in our street? <b>", "Yes, until 15:00."])
    assert complaints == []


def deliveries(api: httpx.Client, number: str, message: str) -> list[str]:
    """How far a message came."""
    items = api.get(f"conversations/{number}/messages").json()["items"]
    return [one["delivery"] for one in items if one["id"] == message]
