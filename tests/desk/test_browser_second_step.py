"""Passkeys, codes and the question before a dangerous act, in Chromium with a virtual authenticator."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tamada.accounts import totp
from tests.cast import PASSWORD
from tests.desk.test_browser_people import SIDEWAYS, complaints_of, serious
from tests.helpers.tamada import RunningTamada, running_tamada

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, str(made["authenticatorId"])


@pytest.fixture(scope="module")
def house() -> Iterator[RunningTamada]:
    """One server for all: each test has a person of its own."""
    with running_tamada() as tamada:
        tamada.add_user("olga@desk.example", name="Olga", password=PASSWORD)
        for name in ("Tamar", "Nare"):
            tamada.add_user(f"{name.lower()}@desk.example", name=name, role="agent", password=PASSWORD)
        yield tamada


def by_password(page: Page, base: str, who: str) -> None:
    page.goto(f"{base}/login")
    page.get_by_label("E-mail").fill(f"{who}@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, base: str) -> None:
    page.goto(f"{base}/profile")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login$"))


def looks_well(page: Page) -> None:
    assert (page.url, serious(page)) == (page.url, [])
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SIDEWAYS) <= 0, (page.url, width)


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_passkey_is_made_and_signs_in_alone_and_as_a_second_step(
    house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    base = house.base_url.replace("127.0.0.1", "localhost")
    page = new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    complaints = complaints_of(page)
    session, authenticator = with_authenticator(page)
    by_password(page, base, "tamar")
    expect(page).to_have_url(re.compile("/inbox/"))

    page.goto(f"{base}/profile/second-step")
    looks_well(page)
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert page.locator(".codes code").count() == 10
    looks_well(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My phone", exact=True)).to_be_visible()
    sign_out(page, base)

    looks_well(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile("/inbox/"))
    sign_out(page, base)

    by_password(page, base, "tamar")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/inbox/"))
    sign_out(page, base)

    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey did not answer")).to_be_visible(timeout=90_000)
    expect(page).to_have_url(re.compile("/login$"))
    assert complaints == []


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_an_app_by_keyboard_and_the_question_before_a_token(
    house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    base = house.base_url
    page = new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    complaints = complaints_of(page)
    by_password(page, base, "nare")
    expect(page).to_have_url(re.compile("/inbox/"))
    page.goto(f"{base}/profile/second-step")
    expect(page.get_by_text("Passkeys need a name and encryption")).to_be_visible()
    page.get_by_role("link", name="Set up an app").press("Enter")
    expect(page.locator(".qr svg")).to_be_visible()
    looks_well(page)
    secret = (page.locator(".secret code").text_content() or "").replace(" ", "")
    page.get_by_label("Code", exact=True).fill(totp.code_at(secret, totp.step_at(time.time())))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    code = page.locator(".codes code").first.text_content() or ""
    sign_out(page, base)

    by_password(page, base, "nare")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(f"{code}\n")
    expect(page).to_have_url(re.compile("/inbox/"))

    # Everybody proved who they are long ago.
    house.rows("DELETE FROM accounts_signinattempt")
    page.goto(f"{base}/profile/tokens")
    age_sessions(house)
    page.get_by_label("What is it for?").fill("Reports")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    looks_well(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("tmd_").first).to_be_visible()
    expect(page.get_by_text("Reports")).to_be_visible()
    # 403 is the question; 401 is what a page that is being left may still ask once it is signed out.
    assert [line for line in complaints if "403" not in line and "401" not in line] == []


def age_sessions(tamada: RunningTamada) -> None:
    """Move every proof of the running server an hour back."""
    from django.contrib.sessions.serializers import JSONSerializer
    from django.core import signing

    key = (tamada.data_dir / "secret.key").read_text().strip()
    salt = "django.contrib.sessions.SessionStore"
    for pk, data in tamada.rows("SELECT session_key, session_data FROM django_session"):
        held = signing.loads(data, key=key, salt=salt, serializer=JSONSerializer)
        if "proved_at" in held:
            held["proved_at"] -= 3600
            again = signing.dumps(held, key=key, salt=salt, serializer=JSONSerializer, compress=True)
            tamada.rows("UPDATE django_session SET session_data = ? WHERE session_key = ?", again, pk)


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_who_owes_a_second_step_makes_it_in_peace(
    house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    base = house.base_url
    page = new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    complaints = complaints_of(page)
    by_password(page, base, "olga")
    expect(page).to_have_url(re.compile("/inbox/"))
    page.goto(f"{base}/settings/sign-in")
    page.get_by_label("Admin", exact=True).check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Admin", exact=True)).to_be_checked()
    expect(page.get_by_role("link", name="Olga")).to_be_visible()
    sign_out(page, base)

    by_password(page, base, "olga")
    expect(page).to_have_url(re.compile("/profile/second-step$"))
    with page.expect_response(re.compile("/stream")) as stream:
        page.reload()
    assert stream.value.status == 200
    page.get_by_role("link", name="Set up an app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = (page.locator(".secret code").text_content() or "").replace(" ", "")
    page.get_by_label("Code", exact=True).fill(totp.code_at(secret, totp.step_at(time.time())))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{base}/inbox/mine")
    expect(page).to_have_url(re.compile("/inbox/mine$"))
    assert complaints == []
