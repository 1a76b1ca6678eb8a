"""A customer's requests in a browser: on a phone, without JavaScript and with, by keyboard, light and dark."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers.proof import sized
from tests.helpers.tamada import RunningTamada

pytestmark = pytest.mark.browser

PHONE: Final = {"width": 390, "height": 844}
SEED: Final = """
from django.utils import timezone
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core.actors import SYSTEM
from tamada.conversations.models import Conversation
from tamada.operations import actions
from tamada.operations.models import Service
agent = Agent.objects.filter(role="admin", is_active=True).first()
by = {"agent": agent, "actor": actor_of(agent)}
talks = Conversation.objects.filter(channel="email", customer__jobs=None).order_by("pk")
talk, other = talks[0], next(one for one in talks if one.customer_id != talks[0].customer_id)
def begin(talk, key, step="", **answers):
    service = Service.objects.get(key=key)
    job = actions.start_job(**by, service=service, customer=talk.customer, conversation=talk)
    if step:
        actions.change_step(**by, job=job, step=step, status="done", answers=answers)
    return job
jobs = []
for _ in range(2):
    jobs.append(begin(talk, "repair", "receive", device="Kettle", fault="Cold"))
    answers = {"cause": "A fuse", "repair_price": 9000, "part": "Fuse"}
    actions.change_step(**by, job=jobs[-1], step="diagnose", status="done", answers=answers)
for _ in range(2):
    answers = {"address": "Abovyan 1", "dwelling": "flat", "phone": "+37491123456"}
    jobs.append(begin(talk, "installation", "check_address", **answers))
jobs.append(begin(talk, "refund", "take_request", order_number="12", refund_reason="faulty"))
strange = begin(other, "repair")
links = [actions.make_link(agent=None, actor=SYSTEM, customer=one.customer).address for one in (talk, other)]
print("LINKS", *links, strange.pk, *(job.pk for job in jobs))
"""


@dataclass(frozen=True)
class Scene:
    """Whose link it is, somebody else's, and the jobs: two of each kind, so that each way of reading has its own."""

    house: RunningTamada
    link: str
    other_link: str
    strange: int
    repairs: tuple[int, int]
    visits: tuple[int, int]
    refund: int


@pytest.fixture(scope="module")
def scene(demo_house: RunningTamada) -> Scene:
    program = "import django; django.setup()\n" + SEED
    environment = {**demo_house.environment, "DJANGO_SETTINGS_MODULE": "tamada.config.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    found = next(line for line in done.stdout.splitlines() if line.startswith("LINKS")).split()[1:]
    strange, *jobs = (int(number) for number in found[2:])
    return Scene(demo_house, found[0], found[1], strange, (jobs[0], jobs[1]), (jobs[2], jobs[3]), jobs[4])


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=cast(Any, PHONE), **getattr(request, "param", {}))
    yield made
    made.close()


def open_(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    assert not [text for text in troubles if "404" not in text], troubles
    return page


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_everything_is_done_without_javascript(context: BrowserContext, scene: Scene) -> None:
    page = open_(context, f"{scene.link}?language=en")
    page.get_by_role("link", name=f"Repair No. {scene.repairs[0]}").click()
    expect(page.get_by_role("list", name="How far it is").get_by_role("listitem")).to_have_count(4)
    expect(page.get_by_text("9,000")).to_be_visible()
    page.get_by_text("I do not agree", exact=True).click()
    page.get_by_label("What is not right?").fill("Too dear")
    page.locator("details[open]").get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("you do not agree")
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("status")).to_contain_text("we go on")
    page.get_by_label("Your question").fill("How long will it take?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("We have your question")

    page.goto(f"{scene.link}/jobs/{scene.visits[0]}?language=en")
    page.locator("label.hour").nth(20).click()
    page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_role("heading", name="Your time")).to_be_visible()
    page.get_by_text("Choose another time").click()
    page.locator("label.hour").nth(22).click()
    page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_text("You chose another time")).to_be_visible()

    page.goto(f"{scene.link}/jobs/{scene.refund}?language=en")
    photo = {"name": "receipt.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"\0" * 40}
    page.locator("section.task input[type=file]").first.set_input_files(cast(Any, photo))
    for field in page.locator("section.task input[type=text][required]").all():
        field.fill("AM12 3456")
    page.locator("section.task").get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("We have your files")

    page.goto(f"{scene.link}?language=en")
    page.get_by_role("link", name="Ask for something new").click()
    page.get_by_role("link", name="Installation visit").click()
    expect(page.get_by_label("Address")).to_have_value("Abovyan 1")
    page.get_by_label("What else should we know?").fill("The bell is broken")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("We have your request")
    expect(page.get_by_text("The bell is broken")).to_be_visible()


def test_everything_is_reached_by_keyboard(context: BrowserContext, scene: Scene) -> None:
    page = open_(context, f"{scene.link}/jobs/{scene.repairs[1]}?language=en")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    _tab_to(page, "I agree")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("we go on")
    page.goto(f"{scene.link}/jobs/{scene.visits[1]}?language=en")
    page.locator("input[name=at]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=at]").nth(1)).to_be_checked()
    _tab_to(page, "Take this time")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your time")).to_be_visible()


def _tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"The keyboard does not come to “{name}”.")


def test_a_link_of_one_shows_nothing_of_another(context: BrowserContext, scene: Scene) -> None:
    page = open_(context, f"{scene.link}/jobs/{scene.strange}?language=en")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page.goto(f"{scene.other_link}/jobs/{scene.strange}?language=en")
    expect(page.get_by_role("heading", name="Repair")).to_be_visible()


@pytest.mark.sized
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_or_a_wide_screen(
    browser: Browser, scene: Scene, scheme: Literal["light", "dark"]
) -> None:
    jobs = (*scene.repairs, *scene.visits, scene.refund)
    screens = ["", *(f"/jobs/{number}" for number in jobs), "/nothing", "/new/repair", "/new"]
    for size, language in ((PHONE, "hy"), (PHONE, "ru"), ({"width": 1280, "height": 860}, "ka")):
        context = browser.new_context(color_scheme=scheme, viewport=cast(Any, size), reduced_motion="reduce")
        for path in sized(screens[scheme == "dark" :: 3], screens):
            page = open_(context, f"{scene.link}{path}?language={language}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            found = Axe().run(page).response["violations"]
            wrong = {v["id"]: [n["html"][:120] + n["failureSummary"][-160:] for n in v["nodes"][:3]] for v in found}
            assert wrong == {}, (path, size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size)
            page.close()
        context.close()
