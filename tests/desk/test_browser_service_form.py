"""The form of a service on the real server: ids as names are typed, one language at a time by keys, and no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.desk.furnished import first_link, sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

NAMES = {
    "en": "Copy of a café's key, No. 2",
    "hy": "Բանալու պատճեն և ուրիշ ձև, Երևան",
    "ka": "გასაღების ასლი, წყალი და ჭა",
    "ru": "Объезд: ёлка, щит, Цой и её ключ",
}
"""With letters that are spelt by two, marks within words, ligatures, and more than fits."""


def made_of(page: Page, base: str, code: str, text: str) -> tuple[str | None, str | None]:
    """The id that the page shows while a name is typed, and the one that the server makes."""
    page.goto(f"{base}/settings/services/new")
    page.locator(f"[name=texts-in][value={code}]").check(force=True)
    page.locator(f"[name=name-{code}]").press_sequentially(text)
    typed = page.locator("[name=id]").get_attribute("placeholder")
    page.get_by_role("button", name="Add a stage").click()
    expect(page.locator("#s1")).to_be_visible()
    expect(page.locator(f"[name=name-{code}]")).to_have_value(text)
    expect(page.locator(f"[name=texts-in][value={code}]")).to_be_checked()
    return typed, page.locator("[name=id]").get_attribute("placeholder")


def test_ids_languages_and_times_by_hand_and_by_keys(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    for code, text in NAMES.items():
        typed, made = made_of(page, base, code, text)
        assert typed == made
        assert typed
    _questions_have_ids_of_their_own(page)
    _languages_change_by_keys(page, base)
    _errors_are_led_to(page)
    _a_refused_dialog_goes_on_where_it_is_wrong(page, base)
    plain = new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    _it_works_without_scripts(plain, base)


def _questions_have_ids_of_their_own(page: Page) -> None:
    for place in (0, 1):
        if not place:
            page.locator("#s0-t0 > summary").click()
            page.locator("#s0-t0 details.part > summary").nth(1).click()
        page.locator("button[value='add-field:0:0']").click()
        page.locator(f"[name=s0-t0-f{place}-label-ru]").fill("Какой замок?")
    words = page.locator("tamada-made-id[of^=s0-t0] input")
    assert [one.get_attribute("placeholder") for one in words.all()] == ["kakoy_zamok", "kakoy_zamok_2"]
    page.locator("[name=s0-t0-f0-id]").fill("lock")
    assert [one.get_attribute("placeholder") for one in words.all()][1] == "kakoy_zamok"


def _languages_change_by_keys(page: Page, base: str) -> None:
    page.goto(f"{base}/settings/services/new")
    page.locator("[name=name-en]").fill("Windows")
    switch = page.locator(".texts-in")
    expect(switch.locator("[data-lacks=hy]")).to_have_text("1 missing")
    expect(switch.locator("[data-lacks=en]")).to_be_hidden()
    page.locator("[name=texts-in][value=en]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=name-en]")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator("[name=name-hy]")).to_be_focused()
    page.keyboard.type("Պատուհաններ")
    expect(switch.locator("[data-lacks=hy]")).to_be_hidden()
    expect(switch.locator("[data-lacks=ru]")).to_have_text("1 missing")
    page.locator("[name=texts-in][value=all]").check(force=True)
    expect(page.locator("[name=name-en]")).to_have_value("Windows")
    expect(page.locator("[name=name-ka]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nothing hangs below the desk"


def _errors_are_led_to(page: Page) -> None:
    page.locator("[name=texts-in][value=ka]").check(force=True)
    page.locator("[name=within]").fill("soon")
    page.locator("[name=s0-t0-takes]").fill("ერთხელ")
    page.locator("[name=s0-t0-takes]").press("Enter")
    expect(page.locator("[name=within]")).to_be_focused()
    page.locator(".banner a", has_text="ერთხელ").click()
    expect(page.locator("[name=s0-t0-takes]")).to_be_focused()
    expect(page.locator("[name=texts-in][value=ka]")).to_be_checked()


def _a_refused_dialog_goes_on_where_it_is_wrong(page: Page, base: str) -> None:
    page.goto(base + first_link(page, base, "/jobs", "a.job-card, .job-card a"))
    page.locator("[data-dialog*='/steps/']").first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=reason]").fill("")
    dialog.locator("button[value=skipped], button[value=open]").first.click()
    expect(dialog.locator("[name=reason]")).to_be_focused()
    expect(dialog.locator("#id_reason_error")).to_be_in_viewport()
    page.keyboard.press("Escape")


def _it_works_without_scripts(page: Page, base: str) -> None:
    page.goto(f"{base}/settings/services/new")
    page.locator("[name=name-en]").fill("Without scripts")
    page.locator("[name=s0-name-en]").fill("All")
    page.locator("[name=s0-t0-name-en]").fill("Come")
    page.locator("[name=s0-t0-takes]").fill("half a day")
    page.locator("[name=texts-in][value=hy]").check(force=True)
    expect(page.locator("[name=name-en]")).to_be_hidden()
    page.locator("[name=name-hy]").fill("Առանց սկրիպտի")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("link", name="without_scripts-1.yaml")).to_be_visible()
