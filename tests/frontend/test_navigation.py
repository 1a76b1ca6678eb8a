"""Moving about: panes, prefetching, keys on every layout, the palette, menus, selections."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.frontend.fake_desk import FakeDesk
from tests.helpers.polling import until

pytestmark = pytest.mark.browser
TITLE = ".talk-head h1"


def press_key(page: Page, code: str, key: str, **modifiers: bool) -> None:
    """Press a place on the keyboard that bears another letter in the layout in use."""
    detail = {"code": code, "key": key, "bubbles": True, "cancelable": True, **modifiers}
    page.evaluate(
        "d => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', d))", detail
    )


def test_a_conversation_opens_in_its_pane(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.locator('a[href="/conversations/2"]').click()
    expect(page.locator(TITLE)).to_have_text("როდის მოვა ხელოსანი?")
    expect(page).to_have_url(f"{desk.url}/conversations/2")
    page.locator('a[href="/conversations/5"]').click()
    expect(page.locator(TITLE)).to_have_text("Moving to a new address")
    page.go_back()
    expect(page.locator(TITLE)).to_have_text("როდის მოვა ხელოსანი?")
    assert desk.asked("GET", "/") == 1


def test_pointing_at_a_conversation_fetches_it_once(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.locator('a[href="/conversations/2"]').hover()
    until(lambda: desk.asked("GET", "/conversations/2") == 1)
    page.locator('a[href="/conversations/2"]').click()
    expect(page.locator(TITLE)).to_be_visible()
    assert desk.asked("GET", "/conversations/2") == 1


def test_what_was_fetched_ahead_is_dropped_when_it_changes(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    page.locator('a[href="/conversations/2"]').hover()
    until(lambda: desk.asked("GET", "/conversations/2") == 1)
    desk.say(2, "meanwhile")
    until(lambda: desk.asked("GET", "/rows") == 1)
    page.locator('a[href="/conversations/2"]').click()
    expect(page.locator("tamada-thread")).to_contain_text("meanwhile")


def test_a_broken_network_is_said_and_the_page_stays(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    desk.down = True
    page.locator('a[href="/conversations/6"]').click()
    expect(page.locator(".toast.error")).to_be_visible()
    expect(page.locator(TITLE)).to_have_text("Ինտերնետը կրկին չի աշխատում")


def test_a_phone_shows_one_pane_and_goes_back(new_context: Callable[..., BrowserContext], desk: FakeDesk) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    page.goto(desk.url)
    page.locator('a[href="/conversations/2"]').click()
    expect(page.locator(TITLE)).to_be_visible()
    expect(page.locator(".list")).to_be_hidden()
    page.locator("a[data-pane-close]").click()
    expect(page.locator(".list")).to_be_visible()
    expect(page.locator(".talk")).to_be_hidden()


@pytest.mark.parametrize(("key", "layout"), [("j", "English"), ("о", "Russian"), ("ჯ", "Georgian"), ("ճ", "Armenian")])
def test_keys_are_places_on_every_layout(page: Page, desk: FakeDesk, key: str, layout: str) -> None:
    page.goto(desk.url)
    expect(page.locator("tamada-shortcuts")).to_be_attached()
    press_key(page, "KeyJ", key)
    press_key(page, "KeyJ", key)
    expect(page.locator('a[href="/conversations/2"]')).to_be_focused()
    press_key(page, "KeyK", key)
    expect(page.locator('a[href="/conversations/1"]')).to_be_focused()


def test_enter_opens_and_then_j_reads_on(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(TITLE)).to_have_text("Ինտերնետը կրկին չի աշխատում")
    page.locator('a[href="/conversations/1"]').focus()
    page.keyboard.press("j")
    expect(page.locator(TITLE)).to_have_text("როდის მოვა ხელოსანი?")


def test_plain_keys_are_letters_while_typing(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("trix-editor")).to_be_visible()
    page.keyboard.press("n")
    note = page.locator("textarea[name=text]")
    expect(note).to_be_focused()
    page.keyboard.type("enjoy")
    expect(note).to_have_value("enjoy")
    assert desk.asked("POST", "/conversations/1/close") == 0
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    until(lambda: desk.asked("POST", "/conversations/1/close") == 1)


def test_g_then_u_goes_to_unassigned(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    page.keyboard.press("g")
    page.keyboard.press("u")
    until(lambda: desk.asked("GET", "/unassigned") == 1)


def test_question_mark_shows_the_keys(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator('a[href="/conversations/1"]')).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_palette_finds_commands_and_conversations(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search, or name what to do")
    expect(field).to_be_focused()
    field.fill("փակ")
    expect(page.locator(".palette-item").first).to_have_text("ՓակելE")
    page.keyboard.press("Enter")
    until(lambda: desk.asked("POST", "/conversations/1/close") == 1)
    page.keyboard.press("Control+k")
    field.fill("nino")
    expect(page.get_by_role("option", name="Nino")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/conversations/2")


def test_a_menu_is_walked_with_arrows_and_returns_the_focus(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    page.keyboard.press("z")
    expect(page.get_by_role("menuitem", name="Later today")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Tomorrow")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Until they reply")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem", name="Later today")).to_be_hidden()


def test_a_range_of_rows_is_chosen_with_shift(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.locator("#row-1").hover()
    page.locator("#row-1 input").click()
    page.locator("#row-4 input").click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("4")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_the_keys_of_a_conversation_mean_what_is_selected(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.locator('a[href="/conversations/1"]').focus()
    for key in "xjx":
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    expect(page.locator(TITLE)).to_be_hidden()  # While selecting, J only moves.
    page.keyboard.press("e")
    form = desk.form("/conversations/bulk")
    assert (form.getlist("selected"), form["status"]) == (["1", "2"], "closed")
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_the_keys_mean_the_row_under_them_when_it_is_not_the_open_one(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    page.locator('a[href="/conversations/3"]').focus()
    page.keyboard.press("p")
    page.get_by_role("menuitem", name="Urgent").click()
    form = desk.form("/conversations/bulk")
    assert (form.getlist("selected"), form["priority"]) == (["3"], "urgent")
    page.locator('a[href="/conversations/1"]').focus()
    page.keyboard.press("e")
    until(lambda: desk.asked("POST", "/conversations/1/close") == 1)
    assert desk.asked("POST", "/conversations/bulk") == 1


def test_a_key_pressed_while_a_selection_is_on_its_way_means_the_row_under_it(page: Page, desk: FakeDesk) -> None:
    held: list[Route] = []
    page.route("**/conversations/bulk", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(f"{desk.url}/conversations/1")
    page.locator('a[href="/conversations/3"]').focus()
    page.keyboard.press("x")
    page.keyboard.press("e")
    page.locator('a[href="/conversations/1"]').focus()
    with page.expect_response("**/conversations/1/close"):
        page.keyboard.press("e")
    assert len(held) == 1
    held[0].continue_()
    assert desk.form("/conversations/bulk").getlist("selected") == ["3"]
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_a_selection_that_did_not_arrive_is_still_selected(page: Page, desk: FakeDesk) -> None:
    page.route("**/conversations/bulk", lambda route: route.abort())
    page.goto(desk.url)
    page.locator('a[href="/conversations/1"]').focus()
    for key in "xjxe":
        page.keyboard.press(key)
    expect(page.locator(".toast.error")).to_be_visible()
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    expect(page.locator("[data-bulk]")).to_be_visible()


def test_a_selection_is_given_to_somebody_found_in_latin_letters(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.locator('a[href="/conversations/2"]').focus()
    page.keyboard.press("a")
    menu = page.locator("#bulk-owner")
    expect(menu.get_by_role("menuitem")).to_have_count(2)
    page.keyboard.type("xyz")
    expect(menu.get_by_text("Nobody found.")).to_be_visible()
    expect(menu.get_by_role("heading", name="Owner", include_hidden=True)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("menuitem")).to_have_count(2)
    page.keyboard.type("dav")
    expect(menu.get_by_role("menuitem")).to_have_count(1)
    page.keyboard.press("Enter")
    form = desk.form("/conversations/bulk")
    assert (form.getlist("selected"), form["assignee"]) == (["2"], "3")


def test_j_opens_the_first_when_nothing_is_open(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    expect(page.locator("tamada-shortcuts")).to_be_attached()
    page.keyboard.press("j")
    expect(page.locator(TITLE)).to_have_text("Ինտերնետը կրկին չի աշխատում")


def test_a_dialog_shows_what_was_wrong_and_closes_when_done(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Assign")
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog.locator(".error")).to_have_text("Choose someone.")
    dialog.get_by_label("Who").fill("Davit")
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_be_hidden()
    assert desk.form("/dialog/assign")["who"] == "Davit"


def test_an_action_is_undone_from_its_toast_or_by_keys(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    page.keyboard.press("e")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    until(lambda: desk.asked("POST", "/undo/close") == 1)
    page.keyboard.press("e")
    expect(page.locator(".toast").get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("Control+z")
    until(lambda: desk.asked("POST", "/undo/close") == 2)


def test_signing_in_tells_the_browsers_time_zone(new_context: Callable[..., BrowserContext], desk: FakeDesk) -> None:
    page = new_context(timezone_id="Asia/Tbilisi").new_page()
    page.goto(f"{desk.url}/login")
    page.locator("form button[type=submit]").first.click()
    assert desk.form("/login")["time_zone"] == "Asia/Tbilisi"


def test_the_theme_changes_at_once(page: Page, desk: FakeDesk) -> None:
    page.goto(desk.url)
    page.locator(".me > button").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
