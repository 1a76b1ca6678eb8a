"""The screens of a team at work without a mouse: everything that can be used is reached, is seen, and can be left."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.desk.furnished import first_link, furnish, opened, sign_in
from tests.helpers.proof import full_only, some_of
from tests.helpers.tamada import RunningTamada

SETTINGS = (
    "/settings/company", "/settings/inboxes/1", "/settings/hours/new", "/settings/macros/1", "/settings/rules/new",
    "/settings/routing/teams/1", "/settings/routing/people/1", "/settings/sla/1", "/settings/sign-in",
    "/settings/audit", "/settings/webhooks/new", "/settings/import", "/settings/consent/new", "/deleted", "/profile",
    "/profile/second-step", "/profile/tokens",
)  # fmt: skip

_AT_ONCE = 20

# Marks what the Tab key is to reach, and notes what it reached and whether one sees where one is.
WATCH = """root => {
  const kinds = 'a[href], button, input, select, textarea, summary, iframe, [contenteditable], [tabindex]';
  const all = [...root.querySelectorAll(kinds)].filter(el =>
    el.tabIndex >= 0 && !el.disabled && el.type !== 'hidden' && !el.closest('[inert]')
    && el.checkVisibility({visibilityProperty: true}));
  const group = el => el.type === 'radio' ? `${el.form?.action} ${el.name}` : null;
  const stops = new Map();  // of radios of one name only one is stopped at
  for (const el of all) if (group(el) && (!stops.has(group(el)) || el.checked)) stops.set(group(el), el);
  window.left = new Set(all.filter(el => !group(el) || stops.get(group(el)) === el));
  window.unseen = [];
  const outlined = el => getComputedStyle(el).outlineStyle !== 'none' && parseFloat(getComputedStyle(el).outlineWidth);
  root.addEventListener('focusin', ({target}) => {
    window.left.delete(target);
    // In the composer's fields one sees the caret, and its frame is darker.
    if (target.matches('iframe, .composer input, .composer trix-editor')) return;
    const around = [target, ...(target.labels ?? []), target.closest('tamada-rich') ?? target];
    const ringed = around.some(outlined) || getComputedStyle(target).boxShadow !== 'none';
    const inside = around.map(el => el.getBoundingClientRect()).some(box =>
      box.width > 2 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
    if (!ringed || !inside) window.unseen.push(`${ringed ? 'outside' : 'no ring'}: ${target.outerHTML.slice(0, 160)}`);
  });
  return document.querySelectorAll(kinds).length;
}"""


def walked(page: Page, root: str) -> dict[str, list[str]]:
    """Go through a part of the page by Tab alone; what was not reached, and what was reached unseen."""
    whole_page: int = page.locator(root).first.evaluate(WATCH)
    for _ in range(0, whole_page + _AT_ONCE, _AT_ONCE):
        for _press in range(_AT_ONCE):
            page.keyboard.press("Tab")
        if not page.evaluate("window.left.size"):
            break
    missed = page.evaluate("[...window.left].map(el => el.outerHTML.slice(0, 160))")
    return {name: found for name, found in (("missed", missed), ("unseen", page.evaluate("window.unseen"))) if found}


@pytest.fixture
def desk(running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]) -> tuple[Page, str]:
    """A demo company of this test's own, and its admin's page."""
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    return page, base


@pytest.mark.browser
@pytest.mark.proof
@full_only
@pytest.mark.timeout(900)
def test_tab_reaches_everything_on_every_screen_and_in_every_dialog(desk: tuple[Page, str]) -> None:
    page, base = desk
    screens, trouble = furnish(page, base), dict[str, Any]()
    for path in some_of((*SETTINGS, *screens.pages)):
        page.goto(base + path)
        expect(page.locator("main")).to_be_visible()
        expect(page.locator(".htmx-request")).to_have_count(
            0
        )  # what a page fetches at once takes the place of what was
        if found := walked(page, "main"):
            trouble[path] = found
    for name, where in some_of(tuple(screens.dialogs.items())):
        opened(page, base, where)
        if found := walked(page, "tamada-dialog dialog"):
            trouble[name] = found
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    assert trouble == {}, json.dumps(trouble, indent=1)


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_conversations_are_merged_and_parted_by_keys_alone(desk: tuple[Page, str]) -> None:
    page, base = desk
    other = first_link(page, base, "/inbox/open", "a[data-row]").rsplit("/", 1)[1]
    talk = page.locator("a[data-row]").nth(1).get_attribute("href") or ""
    opened(page, base, (talk, "m"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(f"#{other}")
    choice = dialog.locator(f"input[name=into][value='{other}']")
    expect(choice).to_be_attached()
    page.keyboard.press("Enter")
    missing = dialog.get_by_role("alert")
    expect(missing).to_have_text("Choose the conversation it belongs to.")
    expect(dialog.get_by_role("radiogroup")).to_have_accessible_description("Choose the conversation it belongs to.")
    expect(dialog.locator("input[name=into]").first).to_be_focused()
    page.keyboard.press("Space")
    expect(missing).to_be_hidden()
    while not choice.is_checked():
        page.keyboard.press("ArrowDown")
    expect(dialog.locator(".merge-preview li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/conversations/{other}$"))
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    with page.expect_response(re.compile(r"/merges/\d+/undo$")) as answer:
        page.keyboard.press("Control+z")
    assert answer.value.status == 200
    page.goto(base + talk)
    expect(page).to_have_url(base + talk)


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_merge_sent_where_nothing_was_found_goes_on_in_its_search(desk: tuple[Page, str]) -> None:
    page, base = desk
    opened(page, base, (first_link(page, base, "/inbox/open", "a[data-row]"), "m"))
    dialog, search = page.get_by_role("dialog"), page.get_by_role("dialog").get_by_role("searchbox")
    page.keyboard.type("zzzz")
    expect(dialog.locator("input[name=into]")).to_have_count(0)
    held: list[Route] = []
    is_open = False

    def hold(route: Route) -> None:
        if is_open:
            route.continue_()
        else:
            held.append(route)

    page.route("**/merge?*", hold)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Choose the conversation it belongs to.")
    expect(search).to_be_focused()
    expect(page.locator("body[data-busy]")).to_have_count(1)
    is_open = True
    for route in held:
        route.continue_()
    expect(page.locator("body[data-busy]")).to_have_count(0)
    with page.expect_response(re.compile(r"/merge$")):
        page.keyboard.press("Enter")
    expect(search).to_be_focused()
    expect(page.locator("body[data-busy]")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_merge_taken_back_leaves_each_its_own_draft(desk: tuple[Page, str]) -> None:
    page, base = desk
    into = first_link(page, base, "/inbox/open", "a[data-row]")
    talk = page.locator("a[data-row]").nth(1).get_attribute("href") or ""
    note = page.locator("tamada-composer textarea[name=text]")
    saved = page.get_by_text("Draft saved", exact=True)
    for path, words in ((talk, "Of the second"), (into, "Of the first")):
        page.goto(base + path)
        expect(page.locator("tamada-composer trix-editor")).to_be_visible()
        page.keyboard.press("n")
        expect(note).to_be_focused()
        page.keyboard.type(words)
        expect(saved).to_be_visible()
    opened(page, base, (talk, "m"))
    page.keyboard.type(f"#{into.rsplit('/', 1)[1]}")
    page.locator(f"dialog input[name=into][value='{into.rsplit('/', 1)[1]}']").check()
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    expect(note).to_have_value("Of the first\n\nOf the second")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(note).to_have_value("Of the first")
    page.keyboard.press("n")
    expect(note).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(", more")
    expect(saved).to_be_visible()
    page.goto(base + talk)
    expect(note).to_have_value("Of the second")
    page.goto(base + into)
    expect(note).to_have_value("Of the first, more")


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_rule_is_made_and_tried_by_keys_alone(desk: tuple[Page, str]) -> None:
    page, base = desk
    page.goto(base + "/settings/rules/new")
    page.locator("main input[name=name]").focus()
    page.keyboard.type("Modems first")
    page.locator("main [name=trigger]").focus()
    page.keyboard.type("a customer writes")
    _add_row(page, "Add a condition", "condition", "subject", "modem")
    _add_row(page, "Add something to do", "step", "note", "Look at the modem")
    save = page.get_by_role("button", name="Save", exact=True)
    save.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/settings/rules/\d+$"))
    expect(page.locator("[name=step_value]")).to_have_value("Look at the modem")
    page.get_by_role("button", name="Try it").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dry-run")).to_contain_text("it would have fired in")


def _add_row(page: Page, button: str, kind: str, what: str, value: str) -> None:
    """A line whose first choice draws the rest of it anew: the focus stays in it."""
    choices = page.locator(f"[name={'condition_ask' if kind == 'condition' else 'step_do'}]")
    before = choices.count()
    page.get_by_role("button", name=button).focus()
    page.keyboard.press("Enter")
    expect(choices).to_have_count(before + 1)
    chosen = choices.last
    chosen.focus()
    # Each choice passed on the way draws the line too: what is typed before the last of them would be lost.
    with page.expect_response(lambda answer: f"={what}" in answer.url):
        while chosen.input_value() != what:
            page.keyboard.press("ArrowDown")
    expect(chosen).not_to_have_class(re.compile("htmx-request"))
    expect(chosen).to_be_focused()
    field = page.locator(f"[name={kind}_value]").last
    expect(field).to_be_editable()
    field.focus()
    page.keyboard.type(value)
