"""Writing: drafts that survive, sending once, the reply that is stale, notes, mentions, addresses, attachments."""

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, expect

from tamada.conversations.capabilities import Capabilities
from tests.frontend.fake_desk import FakeDesk
from tests.frontend.test_navigation import press_key
from tests.helpers.polling import until

pytestmark = pytest.mark.browser
DRAFT = "/conversations/1/draft"
SEND = "/conversations/1/messages"


@pytest.fixture
def editor(page: Page, desk: FakeDesk) -> Locator:
    """The open composer's editor, ready for words."""
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    editor = page.locator("trix-editor")
    editor.click()
    return editor


def test_a_draft_is_saved_as_one_writes(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Բարև Ձեզ")
    expect(page.locator("[data-draft-status]")).to_have_text("Draft saved")
    form = desk.form(DRAFT)
    assert "Բարև Ձեզ" in form["html"]
    assert (form["kind"], form["to"], form["version"]) == ("out", "ani@example.am", "1")


def test_a_reply_is_sent_with_the_keys_and_appears(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("The engineer comes at three.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tamada-thread .ours").last).to_contain_text("The engineer comes at three.")
    form = desk.form(SEND)
    assert (form["kind"], form["then"], form["last_seen"]) == ("out", "send", "13")
    assert form["text"] == "The engineer comes at three."
    expect(editor).to_have_text("")
    assert desk.asked("POST", SEND) == 1


def test_the_last_letter_goes_along_however_soon_it_is_sent(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.evaluate("window.requestAnimationFrame = () => 1")  # No frame is drawn between typing and sending.
    page.keyboard.type("At three.")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["html"] == "<div>At three.</div>"


def test_who_goes_on_before_the_last_letter_is_drawn_stays_there(page: Page, editor: Locator) -> None:
    editor.evaluate(
        """(editor) => editor.addEventListener("beforeinput", ({ data }) => {
          if (data === ".") document.querySelector("[data-format-toggle]").focus();
        })"""
    )
    page.keyboard.type("At three.")
    expect(page.locator("input[name=html]")).to_have_value("<div>At three.</div>")
    expect(page.locator("[data-format-toggle]")).to_be_focused()


def test_a_reply_says_over_which_channel_it_goes_on(page: Page, desk: FakeDesk) -> None:
    desk.way = SimpleNamespace(pk=4)
    page.goto(f"{desk.url}/conversations/1")
    page.locator("trix-editor").click()
    page.keyboard.type("Is it blinking?")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["via"] == "4"


def test_send_and_close(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Done.")
    page.keyboard.press("Control+Shift+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["then"] == "close"


def test_send_and_snooze(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Later.")
    page.get_by_role("button", name="More ways to send").click()
    page.get_by_role("menuitem", name="Until tomorrow").click()
    until(lambda: desk.asked("POST", SEND) == 1)
    assert (desk.form(SEND)["then"], desk.form(SEND)["snooze"]) == ("snooze", "tomorrow")


def test_a_time_to_send_at_goes_as_it_was_typed(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Tomorrow.")
    page.get_by_role("button", name="More ways to send").click()
    page.locator("[data-send-at-custom]").fill("2099-07-01T18:00")
    page.locator("[data-send-at=custom]").click()
    until(lambda: desk.asked("POST", SEND) == 1)
    assert (desk.form(SEND)["send_at"], desk.form(SEND)["send_at_custom"]) == ("custom", "2099-07-01T18:00")


def test_nothing_is_not_sent(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast.error")).to_have_text("Write something first.✕")
    assert desk.asked("POST", SEND) == 0


def test_control_b_formats_on_every_layout_and_shows_how(page: Page, desk: FakeDesk, editor: Locator) -> None:
    expect(page.locator("[data-format]")).to_be_hidden()
    page.keyboard.type("Come ")
    expect(editor).to_contain_text("Come")
    press_key(page, "KeyB", "ბ", ctrlKey=True)
    page.keyboard.type("today")
    expect(page.get_by_role("button", name="Bold")).to_be_visible()
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert "<strong>today</strong>" in desk.form(SEND)["html"]


def test_a_complaint_goes_when_it_is_mended(page: Page, desk: FakeDesk, editor: Locator) -> None:
    editor.press("Control+Enter")
    complaint = page.locator(".toast.error")
    expect(complaint).to_have_text(re.compile("Write something first"))
    editor.press_sequentially("Hello")
    expect(complaint).to_be_hidden()


def test_what_is_being_sent_counts_its_seconds_in_one_toast_that_hides_nobody(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    for text in ("One", "Two"):
        editor.press_sequentially(text)
        editor.press("Control+Enter")
        expect(page.locator("tamada-thread")).to_contain_text(text)
    toast = page.locator(".toast")
    expect(toast).to_have_count(1)
    expect(toast).to_contain_text("Sending…")
    toast.hover()
    expect(toast.locator(".ring")).to_have_text("9")
    me, shown = page.locator(".me").bounding_box(), toast.bounding_box()
    assert me
    assert shown
    assert shown["y"] + shown["height"] <= me["y"]


def test_on_a_phone_a_toast_stands_above_what_one_writes_and_sends_with(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    editor.press_sequentially("One")
    editor.press("Control+Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Sending…")

    def is_above() -> bool:
        foot, shown = page.locator("tamada-composer").bounding_box(), toast.bounding_box()
        return bool(foot and shown and shown["y"] + shown["height"] <= foot["y"])

    until(is_above)


def test_undo_puts_the_words_back(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Too early.")
    page.keyboard.press("Control+Enter")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(editor).to_have_text("taken back")
    expect(editor).to_be_focused()


def test_a_message_that_waits_is_taken_back_by_its_button(page: Page, desk: FakeDesk, editor: Locator) -> None:
    button = '<button data-undo="/undo/send">Take back</button>'
    page.locator(".message .meta").last.evaluate("(place, html) => { place.innerHTML += html; }", button)
    page.get_by_role("button", name="Take back").click()
    expect(editor).to_have_text("taken back")


def test_undo_leaves_what_was_written_since(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Too early.")
    page.keyboard.press("Control+Enter")
    expect(editor).to_have_text("")
    page.keyboard.type("second thoughts")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(editor).to_contain_text("taken back")
    expect(editor).to_contain_text("second thoughts")
    until(lambda: "taken back" in desk.draft and "second thoughts" in desk.draft)
    assert desk.form(DRAFT)["version"] == "3"


@pytest.mark.parametrize("choice", ["Send all the same", "Edit", "Discard"])
def test_a_stale_reply_asks_first(page: Page, desk: FakeDesk, editor: Locator, choice: str) -> None:
    desk.stale = True
    page.keyboard.type("Is it broken?")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Already working, thank you!")
    assert len(desk.messages[1]) == 4
    dialog.get_by_role("button", name=choice).click()
    expect(dialog).to_be_hidden()
    if choice == "Send all the same":
        until(lambda: len(desk.messages[1]) == 5)
        assert (desk.form(SEND)["force"], desk.form(SEND)["last_seen"]) == ("1", "999")
    elif choice == "Edit":
        expect(editor).to_have_text("Is it broken?")
    else:
        expect(editor).to_have_text("")


def test_a_newer_message_is_announced_while_writing(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("I think")
    new = desk.say(1, "It works now")
    banner = page.locator('[data-banner="newer"]')
    expect(banner).to_contain_text("A newer message has arrived.")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["last_seen"] == "13"
    assert str(new) != "13"


def test_having_seen_it_counts_as_seen(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("I think")
    new = desk.say(1, "It works now")
    expect(page.locator("tamada-thread")).to_contain_text("It works now")
    page.get_by_role("button", name="Show it").click()
    editor.click()
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["last_seen"] == str(new)


def step(page: Page, is_so: Callable[[], bool]) -> None:
    """Let the page's clock, which stands still, go on a little at a time until this is so."""

    def stepped() -> bool:
        page.clock.run_for(25)
        return is_so()

    until(stepped)


@pytest.mark.parametrize(
    ("channel", "stood", "by", "asks"),
    [
        ("chat", "long", "", False),
        ("chat", "just now", "", True),
        ("chat", "out of view", "", True),
        ("chat", "long", "ours", True),
        ("mail", "long", "", True),
    ],
)
def test_in_a_chat_what_a_customer_wrote_in_view_was_seen_a_second_later(
    page: Page, desk: FakeDesk, channel: str, stood: str, by: str, asks: bool
) -> None:
    if channel == "chat":
        desk.can = Capabilities(icon="chat", undo=False)
    page.clock.install()
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    until(lambda: desk.asked("POST", "/conversations/1/read") == 1)
    page.locator("trix-editor").click()
    page.keyboard.type("I think")
    until(lambda: "I think" in desk.draft)
    if stood == "out of view":
        page.locator("tamada-thread").evaluate("thread => thread.scrollTop = 0")
        page.wait_for_function("document.querySelector('tamada-thread').scrollTop === 0")
    page.clock.pause_at(page.evaluate("Date.now() + 2_000"))
    new = desk.say(1, "It works now", by)
    banner, thread = page.locator('[data-banner="newer"]'), page.locator("tamada-thread")
    step(page, lambda: "It works now" in thread.inner_text() and banner.is_visible())
    if stood != "just now":
        page.clock.run_for(1_500)
    if asks:
        expect(banner).to_be_visible()
    else:
        expect(banner).to_be_hidden()
    page.keyboard.press("Control+Enter")
    step(page, lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["last_seen"] == ("13" if asks else str(new))


def test_a_note_is_yellow_and_a_note(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("trix-editor")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("Only for us")
    expect(page.locator("tamada-composer")).to_have_attribute("kind", "note")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tamada-thread .note").last).to_contain_text("Only for us")
    assert desk.form(SEND)["kind"] == "note"


def test_a_note_leaves_the_half_written_reply_and_its_file_where_they_are(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    files = page.locator("[data-attachments] .attachment")
    page.locator("[data-files]").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"a plan"})
    expect(files).to_contain_text("plan.txt6 B")
    editor.click()
    page.keyboard.type("half a reply")
    page.get_by_role("tab", name="Internal note").click()
    until(lambda: "half a reply" in desk.form(DRAFT)["html"])
    assert desk.form(DRAFT)["kind"] == "out"
    expect(files).to_be_hidden()
    page.keyboard.type("only a note")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tamada-thread .note").last).to_contain_text("only a note")
    assert (desk.form(SEND)["text"], desk.form(SEND).getlist("attachments")) == ("only a note", [])
    expect(page.locator("tamada-composer")).to_have_attribute("kind", "out")
    expect(editor).to_have_text("half a reply")
    expect(files).to_be_visible()
    editor.click()
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 2)
    assert desk.form(SEND).getlist("attachments") == ["55"]


def test_a_reply_leaves_the_half_written_note_where_it_is(page: Page, desk: FakeDesk, editor: Locator) -> None:
    note = page.locator("textarea[name=text]")
    page.get_by_role("tab", name="Internal note").click()
    page.keyboard.type("half a note")
    page.get_by_role("tab", name="Reply").click()
    page.keyboard.type("a reply")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tamada-thread .ours").last).to_contain_text("a reply")
    expect(page.locator("tamada-composer")).to_have_attribute("kind", "note")
    expect(note).to_have_value("half a note")
    until(lambda: desk.form(DRAFT)["kind"] == "note")
    assert (desk.form(DRAFT)["text"], desk.form(DRAFT)["html"]) == ("half a note", "")


def test_a_mention_is_offered_and_taken(page: Page, desk: FakeDesk) -> None:
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("trix-editor")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("Ask @da")
    expect(page.get_by_role("option", name="Davit")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("textarea[name=text]")).to_have_value("Ask @davit ")
    page.keyboard.type("please")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND).getlist("mentions") == ["3"]


def test_what_is_no_address_stops_the_sending(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Hello")
    page.get_by_role("button", name="Cc", exact=True).click()
    page.keyboard.type("nobody,")
    editor.click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast.error")).to_contain_text("nobody is not an e-mail address.")
    assert desk.asked("POST", SEND) == 0


def test_known_addresses_are_offered(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Hello")
    page.get_by_role("button", name="Bcc", exact=True).click()
    page.keyboard.type("nin")
    page.get_by_role("option", name="Nino").click()
    editor.click()
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND).getlist("bcc") == ["Nino <nino@example.ge>"]


def test_signs_in_a_name_part_no_address(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("Hello")
    page.get_by_role("button", name="Cc", exact=True).click()
    page.keyboard.insert_text('"me@home; Ltd" <a@mail.am>, Office: Gyumri <b@mail.am>')
    editor.click()
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND).getlist("cc") == ['"me@home; Ltd" <a@mail.am>, "Office: Gyumri" <b@mail.am>']


def test_a_half_typed_address_stays_as_it_is_while_the_draft_is_saved(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    page.keyboard.type("Hello")
    page.get_by_role("button", name="Cc", exact=True).click()
    page.keyboard.type("half")
    expect(page.locator("[data-draft-status]")).to_have_text("Draft saved")
    expect(page.locator('[data-address-field="cc"] input')).to_have_value("half")
    expect(page.locator('[data-address-field="cc"] .tag')).to_have_count(0)


def test_files_are_uploaded_and_sent_along(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("See the file.")
    page.locator("[data-files]").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"a plan"})
    expect(page.locator("[data-attachments] .attachment")).to_contain_text("plan.txt6 B")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND).getlist("attachments") == ["55"]


def test_a_pasted_picture_stands_in_the_text(page: Page, desk: FakeDesk, editor: Locator) -> None:
    editor.evaluate(
        """(editor) => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "shot.png", { type: "image/png" }));
            editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    until(lambda: desk.asked("POST", "/uploads") == 1)
    expect(editor.locator("img")).to_have_attribute("src", "/picture")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    form = desk.form(SEND)
    assert '<img src="/picture"' in form["html"]
    assert ("shot.png" in form["text"], "<a " in form["html"]) == (False, False)
    assert form.getlist("attachments") == ["55"]


def test_a_picture_of_a_draft_is_sent_where_it_stands(page: Page, desk: FakeDesk) -> None:
    desk.draft = '<div>See:<figure><img src="/picture" width="1" height="1"></figure></div>'
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("trix-editor img")).to_have_attribute("src", "/picture")
    page.locator("trix-editor").press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert '<img src="/picture"' in desk.form(SEND)["html"]


def forward(page: Page) -> None:
    """Press what forwards the first message, as its menu does."""
    page.evaluate(
        """() => {
            const button = document.createElement("button");
            button.dataset.compose = "forward";
            button.dataset.begin = "/conversations/1/begin?how=forward&message=10";
            document.body.append(button);
            button.click();
        }"""
    )
    expect(page.locator(".cited")).to_contain_text("Forwarding Ani")


def test_a_forward_begins_with_nobody_in_to_and_ends_with_the_customer_there(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    page.keyboard.type("Aram, can you?")
    forward(page)
    expect(page.locator('[data-address-field="to"] .tag')).to_have_count(0)
    expect(page.locator('[data-address-field="to"] input')).to_be_focused()
    page.keyboard.type("aram@repair.example")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    form = desk.form(SEND)
    assert (form["to"], form["cite"], form["subject"]) == ("aram@repair.example", "forward:10", "Fwd: x")
    assert (form["text"], form.getlist("attachments")) == ("Aram, can you?", ["77"])
    expect(page.locator('[data-address-field="to"] .tag')).to_contain_text("ani@example.am")
    expect(page.locator(".cited")).to_be_hidden()
    expect(page.locator("[data-attachments] .attachment")).to_have_count(0)


def test_what_was_typed_last_leaves_too_however_slowly_the_browser_draws(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    page.evaluate("window.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 150)")
    page.keyboard.type("Ուղարկում ենք 👍 Ծ։")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.asked("POST", SEND) == 1)
    assert desk.form(SEND)["html"] == "<div>Ուղարկում ենք 👍 Ծ։</div>"


@pytest.mark.parametrize("way", ["the cross", "the tab"])
def test_who_leaves_a_forward_writes_to_the_customer_again(
    page: Page, desk: FakeDesk, editor: Locator, way: str
) -> None:
    page.locator("[data-files]").set_input_files({"name": "own.txt", "mimeType": "text/plain", "buffer": b"mine"})
    forward(page)
    expect(page.locator("[data-attachments] .attachment")).to_have_count(2)
    page.locator("[data-cited-away]" if way == "the cross" else "[role=tab][data-kind=out]").click()
    expect(page.locator('[data-address-field="to"] .tag')).to_contain_text("ani@example.am")
    expect(page.locator("[data-attachments] .attachment")).to_contain_text("own.txt")
    expect(page.locator(".cited")).to_be_hidden()


def test_without_a_network_the_words_are_kept(page: Page, desk: FakeDesk, editor: Locator) -> None:
    desk.down = True
    page.keyboard.type("Written in a tunnel")
    expect(page.locator("[data-draft-status]")).to_have_text("No connection. The draft is kept in this browser.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast.error")).to_contain_text("Not sent")
    expect(editor).to_have_text("Written in a tunnel")
    page.goto("about:blank")
    desk.down = False
    page.goto(f"{desk.url}/conversations/1")
    expect(editor).to_have_text("Written in a tunnel")
    until(lambda: "Written in a tunnel" in desk.draft)


def test_every_attempt_with_one_text_has_one_id_and_the_next_text_another(
    page: Page, desk: FakeDesk, editor: Locator
) -> None:
    desk.down = True
    page.keyboard.type("Sent or not?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast.error")).to_contain_text("Not sent")
    page.goto("about:blank")
    desk.down = False
    page.goto(f"{desk.url}/conversations/1")
    expect(editor).to_have_text("Sent or not?")
    kept = page.evaluate("JSON.parse(localStorage.getItem('tamada-draft-1')).client_id")
    editor.click()
    for text in ("", "Another."):
        page.keyboard.type(text)
        page.keyboard.press("Control+Enter")
        expect(editor).to_have_text("")
    # What arrived is counted: a browser asks once more by itself where a connection was closed under its request.
    until(lambda: [path for path, _form in desk.forms].count(SEND) == 2)
    first, second = (form["client_id"] for path, form in desk.forms if path == SEND)
    assert first == kept != second


def test_another_window_is_never_overwritten_silently(page: Page, desk: FakeDesk, editor: Locator) -> None:
    desk.draft_conflict = True
    page.keyboard.type("mine")
    page.get_by_role("button", name="Use that version").click()
    expect(editor).to_have_text("from elsewhere")
    until(lambda: desk.form(DRAFT)["version"] == "9")


def test_no_draft_is_saved_while_its_message_is_on_the_way(page: Page, desk: FakeDesk) -> None:
    page.clock.install()
    page.goto(f"{desk.url}/conversations/1")
    editor = page.locator("trix-editor")
    editor.click()
    desk.slow = threading.Event()
    try:
        page.keyboard.type("On its way")
        page.keyboard.press("Control+Enter")
        until(lambda: desk.asked("POST", SEND) == 1)
        page.clock.fast_forward(5_000)  # longer than a draft waits for the next key
        assert desk.asked("POST", DRAFT) == 0
    finally:
        desk.slow.set()
    expect(editor).to_have_text("")
    page.clock.fast_forward(5_000)
    assert desk.asked("POST", DRAFT) == 0


def test_what_could_not_be_sent_is_saved_as_a_draft(page: Page, desk: FakeDesk, editor: Locator) -> None:
    desk.refuse = True
    page.keyboard.type("Refused")
    page.keyboard.press("Control+Enter")
    until(lambda: "Refused" in desk.draft)


def test_leaving_saves_what_was_not_saved_yet(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("unsaved")
    page.locator('a[href="/conversations/2"]').click()
    until(lambda: desk.asked("POST", DRAFT) > 0 and "unsaved" in desk.form(DRAFT)["html"])


def test_discarding_deletes_the_draft(page: Page, desk: FakeDesk, editor: Locator) -> None:
    page.keyboard.type("never mind")
    page.get_by_role("button", name="More ways to send").click()
    page.get_by_role("menuitem", name="Discard the draft").click()
    expect(editor).to_have_text("")
    until(lambda: desk.asked("POST", DRAFT) > 0)


def test_what_a_channel_takes_is_said_before_one_sends(page: Page, desk: FakeDesk) -> None:
    desk.can = Capabilities(icon="telegram", formatted=True, longest=20, splits=True, largest_file=10)
    page.goto(f"{desk.url}/conversations/1")
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    page.locator("trix-editor").click()
    told = page.locator("[data-limit]")
    page.keyboard.type("Short")
    expect(told).to_be_hidden()
    page.keyboard.type(", then longer")
    expect(told).to_have_text("18 of 20 characters")
    page.keyboard.type(" 😀")  # two units
    expect(told).to_have_text("Leaves as 2 messages")
    page.locator("[data-files]").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 11})
    expect(page.locator("[data-toasts], tamada-toasts").first).to_contain_text("a.txt is larger than 10 B.")
    assert desk.asked("POST", "/uploads") == 0
    page.get_by_role("tab", name="Internal note").click()
    expect(told).to_be_hidden()  # a note stays here
