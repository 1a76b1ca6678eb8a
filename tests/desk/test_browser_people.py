"""The first road anybody walks, on the real server in Chromium: set-up, invitation, joining, seen live by the admin."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.cast import PASSWORD
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada, running_tamada

PAGES = (
    "/profile",
    "/profile/password",
    "/profile/second-step",
    "/profile/notifications",
    "/profile/tokens",
    "/settings/people",
    "/settings/people/invite",
    "/settings/people/1",
    "/settings/teams",
    "/settings/teams/1",
    "/notifications",
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def complaints_of(page: Page) -> list[str]:
    """What the browser found wrong from now on: errors of scripts, breaches of the policy."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("console", lambda line: found.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    return found


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """What axe holds against the page."""
    violations = Axe().run(page).response["violations"]
    return [
        (v["id"], [node["html"][:90] for node in v["nodes"]])
        for v in violations
        if v["impact"] in ("serious", "critical")
    ]


def set_up(page: Page, tamada: RunningTamada) -> None:
    """Follow the link that the start printed, and become the first admin."""
    link = re.search(r"http\S+/setup/\S+", tamada.log())
    assert link
    page.goto(link[0])
    assert serious(page) == []
    page.get_by_label("Company").fill("Ararat Net")
    page.get_by_label("Your name").fill("Olga Sargsyan")
    page.get_by_label("E-mail").fill("olga@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile("/inbox/mine$"))


@pytest.mark.browser
def test_from_the_first_start_to_a_colleague_who_joins(
    running: Callable[..., RunningTamada], smtp_server: FakeSMTP, new_context: Callable[..., BrowserContext]
) -> None:
    tamada = running(environment={"TAMADA_SMTP_URL": smtp_server.url})
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints = complaints_of(page)
    set_up(page, tamada)
    for path in PAGES:
        page.goto(tamada.base_url + path)
        assert (path, serious(page)) == (path, [])
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(SIDEWAYS) <= 0, (path, width)
        page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(tamada.base_url + "/settings/people/invite")
    page.get_by_label("E-mail").fill("ani@desk.example")
    page.get_by_role("main").get_by_role("button", name="Invite").click()
    expect(page.get_by_text("ani@desk.example").first).to_be_visible()
    [letter] = smtp_server.wait_for(1)
    body = letter.message.get_body(("plain",))
    assert body is not None
    link = re.search(r"http\S+/join/\w+", body.get_content())
    assert link

    theirs = new_context(viewport={"width": 390, "height": 800}, color_scheme="dark").new_page()
    theirs.goto(link[0])
    assert serious(theirs) == []
    theirs.get_by_label("Your name").fill("Ani Petrosyan")
    theirs.get_by_label("Password").fill(PASSWORD)
    theirs.get_by_role("button", name="Join").click()
    expect(theirs).to_have_url(re.compile("/inbox/mine$"))

    # The admin's page follows by itself.
    expect(page.get_by_role("link", name="Ani Petrosyan")).to_be_visible()
    page.get_by_role("link", name="Ani Petrosyan").click()
    page.get_by_role("link", name="Deactivate Ani Petrosyan").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("No longer here")).to_be_visible()
    # A page that is open may be on its way to sign in by itself.
    another = theirs.context.new_page()
    another.goto(tamada.base_url + "/profile")
    expect(another.get_by_role("heading", name="Sign in")).to_be_visible()
    assert complaints == []


@pytest.fixture(scope="module")
def house() -> Iterator[RunningTamada]:
    """One server for who works there already."""
    with running_tamada() as tamada:
        tamada.add_user("olga@desk.example", name="Olga", password=PASSWORD)
        tamada.add_user("tamar@desk.example", name="Tamar", role="agent", password=PASSWORD)
        yield tamada


@pytest.mark.browser
def test_signing_in_and_out_with_the_keyboard_alone(
    house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-GB").new_page()
    page.goto(house.base_url + "/profile/tokens")
    expect(page).to_have_url(re.compile("/login"))
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("olga@desk.example")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong wrong wrong\n")
    expect(page.get_by_role("alert")).to_have_text("The address or the password is wrong.")
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD + "\n")
    expect(page).to_have_url(re.compile("/profile/tokens$"))
    page.goto(house.base_url + "/profile")
    page.get_by_role("main").get_by_role("button", name="Sign out").press("Enter")
    expect(page).to_have_url(re.compile("/login$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/login"))


@pytest.mark.browser
def test_a_page_that_signs_out_listens_no_more(
    house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    """Nothing asks with a session that has ended while the next page is on its way."""
    page = new_context(locale="en-GB").new_page()
    complaints = complaints_of(page)
    page.goto(house.base_url + "/login")
    page.get_by_label("E-mail").fill("olga@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/inbox/"))
    page.goto(house.base_url + "/profile")
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    # The next page takes as long as it likes: the session ends, and this one stays.
    page.evaluate("""document.addEventListener("submit", (event) => {
        event.preventDefault();
        fetch("/logout", { method: "POST", redirect: "manual", body: new FormData(event.target) })
            .then(() => (document.title = "Out"));
    })""")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(house.base_url)))
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Out")
    expect(page.locator("tamada-stream")).to_have_count(0)
    assert [path for path in asked if not path.startswith("/log")] == []
    page.goto(house.base_url + "/profile")
    expect(page).to_have_url(re.compile("/login"))
    assert complaints == []


@pytest.mark.browser
def test_the_bell_rings_live_and_falls_silent_once_read(
    house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    inbox = house.add_inbox("Support", "--email", "help@desk.example")
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints = complaints_of(page)
    page.goto(house.base_url + "/login")
    page.get_by_label("E-mail").fill("tamar@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    bell = page.get_by_role("link", name="Notifications, 0 new")
    expect(bell).to_be_visible()
    with house.api(house.token("olga@desk.example")) as api:
        started = {"inbox": str(inbox["id"]), "to": "ani@mail.example", "subject": "Modem", "text": "Hello"}
        made = api.post("conversations", json=started)
        assert made.status_code == 201, made.text
        tamar = next(
            p
            for p in (json.loads(line) for line in house.cli("user", "list").stdout.splitlines())
            if p["name"] == "Tamar"
        )
        assert api.patch(f"conversations/{made.json()['id']}", json={"assignee": tamar["id"]}).status_code == 200
    page.get_by_role("link", name="Notifications, 1 new").click()
    line = page.get_by_role("link", name=re.compile("conversation #"))
    expect(line).to_be_visible()
    assert serious(page) == []
    line.click()
    expect(page.get_by_role("heading", name="Modem")).to_be_visible()
    expect(page.get_by_role("link", name="Notifications, 0 new")).to_be_visible()
    assert complaints == []
