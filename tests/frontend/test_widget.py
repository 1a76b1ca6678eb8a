"""The chat widget in a page of another origin: talking, files, forms, help offered once, contacts, identity."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from tamada.desk import assets
from tests.frontend.fake_chat import FakeChat, talk
from tests.frontend.widget_steps import bubbles, opened, remember, write
from tests.helpers.polling import until

pytestmark = pytest.mark.browser
DROP = """(element, [type, name, kind]) => {
  const data = new DataTransfer();
  data.items.add(new File(['some bytes'], name, {type: kind}));
  const more = {bubbles: true, cancelable: true, composed: true};
  element.dispatchEvent(type === 'paste' ? new ClipboardEvent(type, {clipboardData: data, ...more})
                                         : new DragEvent(type, {dataTransfer: data, ...more}));
}"""

BEGINS = """(row) => {
  const scroll = document.querySelector('tamada-chat').shadowRoot.querySelector('.scroll');
  const one = scroll?.querySelector(row);
  const above = one && one.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
  return one && above >= 0 && above < 40;
}"""
"""Whether a message's beginning stands at the top of what is shown."""


def test_a_message_goes_and_an_answer_comes(page: Page, chat: FakeChat, complaints: list[str]) -> None:
    opened(page, chat)
    write(page, "Is there work in our street?")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    chat.answer("Yes, until 15:00.")
    expect(bubbles(page, ".theirs")).to_have_text("Yes, until 15:00.")
    expect(page.locator(".theirs .marks")).to_contain_text("Nare")
    assert chat.said == ["Is there work in our street?"]
    assert chat.body("messages")["page"] == f"{chat.site}/"
    assert complaints == []


def test_an_answer_that_is_quicker_than_the_confirmation_is_shown(page: Page, chat: FakeChat) -> None:
    def confirm_late(route: Route) -> None:
        stored = route.fetch()
        until(lambda: chat.streams)  # Who begins to listen later asks for what there is.
        chat.answer("Good day")
        until(lambda: chat.asked("GET", f"conversations/{chat.only}"))
        route.fulfill(response=stored)

    page.route("**/widget/v1/messages", confirm_late)
    opened(page, chat)
    write(page, "Hello")
    expect(bubbles(page)).to_have_text(["Hello", "Good day"])


def test_what_people_write_is_text_and_only_addresses_become_links(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "<img src=x onerror=alert(1)>")
    chat.answer("<b>No</b>, see https://nur.example/a?b=1. javascript:alert(2)")
    expect(bubbles(page, ".theirs")).to_have_text("<b>No</b>, see https://nur.example/a?b=1. javascript:alert(2)")
    expect(bubbles(page).locator("img, b")).to_have_count(0)
    expect(bubbles(page).locator("a")).to_have_count(1)
    expect(bubbles(page).locator("a")).to_have_attribute("href", "https://nur.example/a?b=1")


def test_after_a_reload_it_is_closed_and_its_history_is_there(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "first")
    until(lambda: chat.said == ["first"])
    chat.answer("second")
    expect(bubbles(page)).to_have_text(["first", "second"])
    page.reload()
    expect(page.get_by_role("button")).to_have_count(1)
    expect(page.get_by_role("textbox")).to_have_count(0)
    opened(page, chat)
    expect(bubbles(page)).to_have_text(["first", "second"])


def test_a_half_written_message_survives_a_reload(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.get_by_role("textbox").fill("half a sent")
    opened(page, chat)
    expect(page.get_by_role("textbox")).to_have_value("half a sent")


def test_an_answer_while_it_is_closed_is_counted_and_read_once_it_is_seen(page: Page, chat: FakeChat) -> None:
    remember(page.context, talk(chat))
    page.goto(chat.site)
    until(lambda: chat.streams)
    chat.answer("Are you there?")
    expect(page.get_by_role("button", name="Chat with us, 1 new")).to_be_visible()
    until(lambda: chat.conversations[chat.only]["got_seq"] == 5)
    assert chat.conversations[chat.only]["read_seq"] == 3
    page.get_by_role("button").click()
    expect(bubbles(page).last).to_have_text("Are you there?")
    until(lambda: chat.conversations[chat.only]["read_seq"] == 5)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chat with us", exact=True)).to_be_visible()


def test_typing_and_reading_are_told_both_ways(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "Hello")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    until(lambda: chat.streams)  # What is whispered before somebody listens is lost.
    chat.whisper("chat.typing", conversation=chat.only, name="Nare", typing=True, ttl=30)
    expect(page.locator(".typing")).to_have_text("Nare is writing…")
    chat.answer("Good day")
    expect(page.locator(".typing")).to_have_text("")
    chat.conversations[chat.only]["seen_seq"] = 1
    chat.record("chat.marks", conversation=chat.only)
    expect(page.locator(".mine .marks")).to_contain_text("Read")
    page.get_by_role("textbox").press_sequentially("and so on")
    assert chat.body(f"conversations/{chat.only}/typing") == {"typing": True}
    assert chat.asked("POST", f"conversations/{chat.only}/typing") == 1
    page.get_by_role("textbox").fill("")
    until(lambda: chat.body(f"conversations/{chat.only}/typing") == {"typing": False})


def test_a_long_history_comes_page_by_page_and_stays_where_one_reads(page: Page, chat: FakeChat) -> None:
    token = talk(chat)
    for number in range(100):
        chat.add(token, chat.only, "out", f"line {number}")
    chat.conversations[chat.only] |= {"read_seq": 104, "unread": 0}
    remember(page.context, token)
    opened(page, chat)
    expect(bubbles(page)).to_have_count(50)
    page.get_by_role("button", name="Earlier messages").click()
    expect(bubbles(page)).to_have_count(100)
    expect(page.get_by_text("line 51", exact=True)).to_be_in_viewport()
    page.get_by_role("button", name="Earlier messages").click()
    expect(bubbles(page)).to_have_count(104)
    expect(page.get_by_role("button", name="Earlier messages")).to_have_count(0)


def test_who_scrolled_up_stays_there_and_is_told_of_news(page: Page, chat: FakeChat) -> None:
    token = talk(chat)
    for number in range(40):
        chat.add(token, chat.only, "out", f"line {number}")
    remember(page.context, token)
    opened(page, chat)
    expect(page.get_by_text("line 39", exact=True)).to_be_in_viewport()
    page.locator(".scroll").evaluate("one => one.scrollTop = 0")
    chat.answer("news below")
    page.get_by_role("button", name="New messages").click()
    expect(page.get_by_text("news below", exact=True).last).to_be_in_viewport()


def test_an_answer_that_does_not_fit_is_shown_from_its_beginning(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "How do I set it up?")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    chat.answer("It begins here.\n" + "And goes on.\n" * 60, choices=["That helped", "Talk to a person"])
    expect(bubbles(page, ".theirs")).to_contain_text("It begins here.")
    assert page.evaluate(BEGINS, ".theirs")
    until(lambda: chat.conversations[chat.only]["unread"] == 0)
    page.set_viewport_size({"width": 400, "height": 500})  # as a phone's keyboard does
    page.wait_for_function(BEGINS, arg=".theirs")
    chat.answer("And one thing more.")
    page.get_by_role("button", name="New messages").click()
    expect(page.get_by_text("And one thing more.")).to_be_in_viewport()
    chat.answer("A short one follows.")
    expect(page.get_by_text("A short one follows.")).to_be_in_viewport()
    page.locator(".scroll").evaluate("one => one.scrollTop = 0")
    chat.answer("Long again.\n" * 60)
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert page.locator(".scroll").evaluate("one => one.scrollTop") == 0


def test_what_an_answer_quotes_is_a_link_with_its_title(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "When are you open?")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    source = {"title": "Hours & <b>days</b>", "url": "https://shop.example/help/en/articles/hours"}
    chat.answer(f"Daily.\n\nFrom 9 to 18.\n\nFrom our article “Hours”: {source['url']}", source=source)
    expect(bubbles(page, ".theirs")).to_have_text("Daily.\n\nFrom 9 to 18.")
    link = page.get_by_role("link", name=source["title"], exact=True)
    expect(link).to_have_attribute("href", source["url"])
    chat.answer(f"Look at {source['url']}.\n\nAnd come in.", source=source)
    expect(page.get_by_role("link", name=source["url"], exact=True)).to_be_visible()
    expect(page.get_by_text("And come in.")).to_be_visible()


def test_an_answer_that_came_while_it_was_closed_begins_at_its_beginning_too(page: Page, chat: FakeChat) -> None:
    remember(page.context, talk(chat))
    page.goto(chat.site)
    until(lambda: chat.streams)
    chat.answer("It begins here.\n" + "And goes on.\n" * 60)
    page.get_by_role("button", name="Chat with us, 1 new").click()
    page.wait_for_function(BEGINS, arg=".theirs:last-child")


def test_conversations_are_listed_and_a_new_one_begins(page: Page, chat: FakeChat) -> None:
    token = talk(chat)
    remember(page.context, token)
    opened(page, chat)
    page.get_by_role("button", name="All conversations").click()
    expect(page.get_by_role("list", name="Conversations").get_by_role("button")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    write(page, "Another matter")
    until(lambda: len(chat.conversations) == 2)
    expect(bubbles(page)).to_have_text(["Another matter"])
    page.get_by_role("button", name="All conversations").click()
    rows = page.get_by_role("list", name="Conversations").get_by_role("button")
    expect(rows).to_have_count(2)
    expect(rows.locator(".preview")).to_have_text(["You: Another matter", "You: Here is what the lamps show."])
    chat.answer("<Good> day", conversation="c2")
    expect(rows.locator(".preview")).to_have_text(["<Good> day", "You: Another matter"])
    rows.first.click()
    expect(bubbles(page)).to_have_count(5)


def test_files_by_button_paste_and_drop(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    text = FilePayload(name="one.txt", mimeType="text/plain", buffer=b"1")
    page.locator("input[type=file]").set_input_files([text, FilePayload(name="a.exe", mimeType="x/x", buffer=b"2")])
    expect(page.get_by_role("alert")).to_have_text("a.exe: Files of this type are not taken.")
    page.get_by_role("textbox").evaluate(DROP, ["paste", "two.png", "image/png"])
    page.locator(".panel").evaluate(DROP, ["drop", "three.txt", "text/plain"])
    expect(page.locator(".chip")).to_have_count(3)
    page.get_by_role("button", name="Remove three.txt").click()
    write(page, "")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")  # its files have other addresses from now on
    expect(page.locator(".mine .file")).to_contain_text("one.txt")
    expect(page.locator(".mine img")).to_have_attribute("alt", "two.png")
    expect(page.locator(".chip")).to_have_count(0)
    assert len(chat.body("messages")["attachments"]) == 2


def test_ones_own_picture_is_shown_once_it_has_arrived(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "Hello")
    until(lambda: chat.said == ["Hello"])
    page.locator("input[type=file]").set_input_files(FilePayload(name="two.png", mimeType="image/png", buffer=b"2"))
    expect(page.locator(".chip:not(.busy)")).to_have_count(1)
    # Out of reach until it is in the message: the address that it was uploaded to holds no longer by then.
    page.route("**/widget/v1/files/*", lambda route: route.abort() if len(chat.said) < 2 else route.continue_())
    write(page, "Look")
    expect(page.locator(".mine .marks").last).to_contain_text("Sent")
    expect(page.locator(".mine img")).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator(".mine")).to_have_count(2)
    expect(page.locator(".mine .picture")).to_have_attribute(
        "href", re.compile(chat.messages[chat.only][1]["attachments"][0]["id"])
    )


TEXT = FilePayload(name="one.txt", mimeType="text/plain", buffer=b"1")


def test_files_that_are_up_survive_a_reload_until_they_are_sent_or_taken_out(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.locator("input[type=file]").set_input_files([TEXT, TEXT | {"name": "two.txt"}, TEXT | {"name": "three.txt"}])
    expect(page.locator(".chip:not(.busy)")).to_have_count(3)
    page.get_by_role("button", name="Remove two.txt").click()
    opened(page, chat)
    expect(page.locator(".chip")).to_have_text(["one.txt", "three.txt"])
    write(page, "Here they are")
    expect(page.locator(".mine .file")).to_have_count(2)
    assert len(chat.body("messages")["attachments"]) == 2
    opened(page, chat)
    expect(page.locator(".mine .file")).to_have_count(2)
    expect(page.locator(".chip")).to_have_count(0)


def test_files_come_back_neither_after_a_day_nor_in_another_conversation(page: Page, chat: FakeChat) -> None:
    remember(page.context, talk(chat))
    page.clock.install()
    opened(page, chat)
    page.locator("input[type=file]").set_input_files([TEXT])
    expect(page.locator(".chip:not(.busy)")).to_have_count(1)
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".chip")).to_have_count(0)
    opened(page, chat)
    expect(page.locator(".chip")).to_have_text("one.txt")
    page.clock.fast_forward(24 * 3_600_000)
    opened(page, chat)
    expect(page.locator(".chip")).to_have_count(0)


def test_the_next_person_is_not_given_the_files_of_the_former(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    page.locator("input[type=file]").set_input_files([TEXT])
    expect(page.locator(".chip:not(.busy)")).to_have_count(1)
    page.evaluate("Tamada.identify({user: 'u2', hash: 'right'})")
    expect(page.locator(".chip")).to_have_count(0)
    opened(page, chat)
    expect(page.locator(".chip")).to_have_count(0)


def test_a_file_added_without_a_network_waits_and_its_message_with_it(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files([TEXT, TEXT | {"name": "two.txt"}])
    expect(page.locator(".chip").first).to_have_text("one.txt: waiting for the connection")
    expect(page.locator(".trouble")).to_contain_text("Files go too, if you keep this page open.")
    promise = page.locator(".promise")
    expect(promise).to_have_text("")
    write(page, "Look at this")
    expect(page.get_by_role("textbox")).to_have_value("Look at this")
    expect(promise).to_have_text("Will be sent with its files.")
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("list", name="Conversations").get_by_role("button").click()
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("button", name="Remove two.txt").click()
    expect(page.locator(".mine")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".mine .file")).to_contain_text("one.txt")
    until(lambda: chat.said == ["one", "Look at this"])
    assert len(chat.body("messages")["attachments"]) == 1
    expect(page.locator(".chip")).to_have_count(0)
    expect(promise).to_have_text("")


def test_while_files_can_not_be_kept_words_leave_and_the_file_is_tried_again(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.store_away = True
    page.locator("input[type=file]").set_input_files([TEXT])
    expect(page.locator(".chip")).to_have_text("one.txt: files can't be taken at the moment, it is tried again")
    expect(page.locator(".trouble")).to_have_text("")
    chat.store_away = False
    expect(page.locator(".chip:not(.busy)")).to_have_text("one.txt")
    write(page, "Here it is")
    until(lambda: len(chat.body("messages")["attachments"]) == 1)


def test_a_file_that_waits_can_be_taken_out_and_the_words_leave_without_it(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files([TEXT])
    expect(page.locator(".chip")).to_have_text("one.txt: waiting for the connection")
    tried = chat.asked("POST", "files")  # one that was cut short may have arrived
    page.get_by_role("button", name="Remove one.txt").click()
    expect(page.locator(".trouble")).not_to_contain_text("Files")
    write(page, "Only words")
    expect(page.locator(".mine .marks")).to_contain_text("Waiting for the connection")
    page.context.set_offline(False)
    until(lambda: chat.said == ["Only words"])
    assert chat.asked("POST", "files") == tried


def test_why_a_file_was_refused_stays_until_it_is_taken_out_or_another_is_chosen(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    bad = FilePayload(name="a.exe", mimeType="x/x", buffer=b"2")
    page.locator("input[type=file]").set_input_files([bad])
    alert = page.get_by_role("alert")
    expect(alert).to_have_text("a.exe: Files of this type are not taken.")
    page.get_by_role("textbox").press_sequentially("but")
    expect(alert).to_have_text("a.exe: Files of this type are not taken.")
    page.keyboard.press("Enter")
    until(lambda: chat.said == ["but"])
    expect(alert).to_be_visible()
    page.get_by_role("button", name="Remove a.exe").click()
    expect(alert).to_have_count(0)
    page.locator("input[type=file]").set_input_files([bad])
    expect(alert).to_be_visible()
    page.locator("input[type=file]").set_input_files([TEXT])
    expect(page.locator(".chip")).to_have_text("one.txt")
    expect(alert).to_have_count(0)


def test_a_file_that_is_too_large_is_not_even_sent(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.locator("input[type=file]").set_input_files(
        {"name": "b.txt", "mimeType": "text/plain", "buffer": b"x" * 100_001}
    )
    alert = page.locator(".chip").get_by_role("alert")
    expect(alert).to_have_text("b.txt: The file is larger than 100 KB.")
    assert "100\u00a0KB" in alert.inner_text()  # a number stands in one line with its unit
    page.get_by_role("textbox").press_sequentially("but")
    expect(alert).to_be_visible()
    assert chat.asked("POST", "files") == 0


def test_more_files_than_a_message_takes_are_told_of(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.locator("input[type=file]").set_input_files([TEXT | {"name": f"{number}.txt"} for number in range(3)])
    expect(page.locator(".complaint")).to_have_text("")
    page.locator("input[type=file]").set_input_files([TEXT])
    expect(page.locator(".complaint")).to_have_text("At most 3 files go with one message.")
    expect(page.locator(".chip")).to_have_count(3)


def test_emoji_and_the_length_of_a_message(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.get_by_role("button", name="Emoji").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_have_value("😊")
    write(page, "ա" * 10_001)
    expect(page.get_by_role("alert")).to_have_text("This message is too long. Send it in parts.")
    expect(page.get_by_role("textbox")).to_have_value("ա" * 10_001)
    assert chat.said == []


def test_what_the_inbox_asks_before_the_first_message(page: Page, chat: FakeChat) -> None:
    chat.config["form"] = [{"name": "name", "required": True}, {"name": "email", "required": False}]
    page.goto(chat.site)
    page.get_by_role("button").click()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    expect(page.locator(".form > *").first).to_have_text("Hello! How can we help?")
    page.get_by_role("textbox", name="E-mail").fill("not an address")
    page.get_by_role("button", name="Start the chat").click()
    expect(page.locator(".error")).to_have_text(["Please fill this in.", "This does not look like an e-mail address."])
    page.get_by_role("textbox", name="Name").fill("Ani")
    expect(page.locator(".error")).to_have_text(["", "This does not look like an e-mail address."])
    expect(page.get_by_role("textbox", name="Name")).to_have_attribute("aria-invalid", "false")
    page.get_by_role("textbox", name="E-mail").fill("")
    page.keyboard.press("Enter")
    write(page, "Hello")
    until(lambda: chat.said == ["Hello"])
    assert chat.body("visitor") == {"name": "Ani"}
    opened(page, chat)


def test_while_nobody_is_there_one_leaves_a_message_and_an_address(page: Page, chat: FakeChat) -> None:
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00+00:00"}
    page.goto(chat.site)
    page.get_by_role("button").click()
    expect(page.locator(".hours")).to_contain_text("We are closed. We open: Monday, ")
    page.get_by_role("textbox", name="E-mail").fill("ani@example.am")
    page.get_by_role("textbox", name="Message").fill("Please call me")
    page.get_by_role("button", name="Send the message").click()
    until(lambda: chat.said == ["Please call me"])
    assert chat.body("visitor") == {"email": "ani@example.am"}
    posts = [path for method, path in chat.requests if method in ("POST", "PATCH")]
    assert posts.index("/widget/v1/visitor") < posts.index("/widget/v1/messages")
    expect(page.get_by_text("Thank you.")).to_be_visible()
    chat.answer("We call at nine.")
    expect(page.get_by_role("log")).to_contain_text(
        re.compile("^.*Today.*Please call me.*Thank you.*We call at nine", re.DOTALL)
    )


def test_where_no_mail_can_leave_none_is_promised_and_no_address_asked(page: Page, chat: FakeChat) -> None:
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00+00:00", "mails": False}
    page.goto(chat.site)
    page.get_by_role("button").click()
    expect(page.get_by_text("The answer will wait for you in this chat")).to_be_visible()
    expect(page.get_by_role("textbox", name="E-mail")).to_have_count(0)
    page.get_by_role("textbox", name="Message").fill("Please call me")
    page.get_by_role("button", name="Send the message").click()
    until(lambda: chat.said == ["Please call me"])
    expect(page.get_by_text("the answer will wait for you in this chat")).to_be_visible()
    expect(page.get_by_text("by e-mail")).to_have_count(0)


def test_where_no_mail_can_leave_an_address_is_asked_where_the_inbox_wants_it(page: Page, chat: FakeChat) -> None:
    form = [{"name": "email", "required": True}]
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00+00:00", "mails": False, "form": form}
    page.goto(chat.site)
    page.get_by_role("button").click()
    page.get_by_role("textbox", name="Message").fill("Please call me")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("Please fill this in.")).to_be_visible()
    assert chat.said == []


def test_nobody_is_thanked_for_a_message_that_has_not_arrived(page: Page, chat: FakeChat) -> None:
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00+00:00"}
    page.route("**/widget/v1/messages", lambda route: route.abort())
    page.goto(chat.site)
    page.get_by_role("button").click()
    page.get_by_role("textbox", name="E-mail").fill("ani@example.am")
    page.get_by_role("textbox", name="Message").fill("Please call me")
    page.get_by_role("button", name="Send the message").click()
    expect(bubbles(page)).to_have_text(["Please call me"])
    expect(page.get_by_text("Thank you.")).to_have_count(0)
    page.unroute("**/widget/v1/messages")
    expect(page.get_by_text("Thank you.")).to_be_visible(timeout=15_000)


def test_where_an_assistant_answers_one_writes_at_any_hour(page: Page, chat: FakeChat) -> None:
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00+00:00", "assistant": True}
    chat.config["texts"]["away"] = "Leave your address."
    opened(page, chat)
    expect(page.locator(".hours")).to_contain_text("We are closed. We open: Monday, ")
    expect(page.locator(".hours")).to_contain_text("The assistant answers now.")
    expect(page.get_by_text("Leave your address.")).to_have_count(0)
    write(page, "How to pay")
    until(lambda: chat.said == ["How to pay"])


def test_the_head_says_who_answers_once_the_assistant_handed_over(page: Page, chat: FakeChat) -> None:
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00+00:00", "assistant": True}
    opened(page, chat)
    head = page.locator(".hours")
    write(page, "Who won?")
    until(lambda: chat.said == ["Who won?"])
    expect(head).to_contain_text("The assistant answers now.")
    chat.conversations[chat.only]["person"] = True
    chat.answer("A person will answer you here.", author={"type": "assistant", "name": "Tamada"})
    expect(head).to_contain_text("We open: Monday, ")
    expect(head).to_contain_text("A person will answer.")
    expect(head).not_to_contain_text("The assistant")
    chat.answer("We did!")
    expect(head).to_contain_text("Nare answers you.")


@pytest.mark.parametrize(
    ("zone", "opens"),
    [("Asia/Yerevan", "Monday, 09:00."), ("Asia/Dubai", "Monday, 09:00."), ("Asia/Tokyo", "Monday, 14:00 your time.")],
)
def test_whose_hour_it_is_stands_where_clocks_differ(
    new_context: Callable[..., BrowserContext], chat: FakeChat, zone: str, opens: str
) -> None:
    chat.config |= {"open": False, "opens_at": "2030-01-07T05:00:00Z", "hours": [], "contacts": []}
    page = new_context(locale="en", timezone_id=zone).new_page()
    page.goto(chat.site + "/?with=contact")
    page.get_by_role("button", name="Chat with us").click()
    expect(page.locator(".hours")).to_have_text(f"We are closed. We open: {opens}")
    block = page.locator("tamada-contact")
    expect(block.locator(".now")).to_have_text(f"We are closed. We open: {opens}")
    expect(block.locator("h3")).to_have_text("Opening hours" + (" (Yerevan)" if "your" in opens else ""))


def test_how_long_people_take_is_not_said_where_the_assistant_answers_at_once(page: Page, chat: FakeChat) -> None:
    chat.config |= {"assistant": True, "reply_seconds": 2220}
    opened(page, chat)
    head = page.locator(".hours")
    write(page, "How to pay?")
    until(lambda: chat.said == ["How to pay?"])
    expect(head).to_have_text("The assistant answers now.")
    chat.conversations[chat.only]["person"] = True
    chat.answer("A person will answer you here.", author={"type": "assistant", "name": "Tamada"})
    expect(head).to_have_text("A person will answer. We usually answer in 37 minutes.")


def test_the_head_names_who_answered_where_no_assistant_stands(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "Hello")
    until(lambda: chat.said == ["Hello"])
    expect(page.locator(".hours")).not_to_contain_text("Nare")
    chat.answer("Good morning!")
    expect(page.locator(".hours")).to_contain_text("Nare answers you.")


def test_when_the_hours_end_an_open_page_says_so(page: Page, chat: FakeChat) -> None:
    chat.config |= {"changes_in": 3600}
    page.clock.install()
    page.goto(chat.site + "/?with=contact")
    page.get_by_role("button", name="Chat with us").click()
    expect(page.locator(".hours")).to_have_text("We are here now.")
    expect(page.locator("tamada-contact .now")).to_have_text("We are here now.")
    chat.config |= {"open": False, "opens_at": "2100-01-04T05:00:00Z", "changes_in": None}
    chat.config["texts"]["away"] = "Back on Monday."
    page.clock.fast_forward(3_602_000)
    expect(page.locator(".hours")).to_contain_text("We are closed. We open: ")
    expect(page.locator("tamada-contact .now")).to_contain_text("We are closed. We open: ")


def test_a_refusal_says_why_and_the_words_are_kept(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.refusal = (403, "blocked", "This inbox takes no messages from here.")
    write(page, "Hello")
    expect(page.locator(".marks.bad")).to_contain_text("Not sent: This inbox takes no messages from here.")
    chat.refusal = None
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    assert chat.said == ["Hello"]


def test_when_the_server_asks_the_form_after_all(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.config["form"] = [{"name": "name", "required": True}]
    page.evaluate("Tamada.setLocale('en')")
    until(lambda: chat.asked("GET", "config") == 2)
    chat.refusal = (422, "form", "Tell us your name first.")
    write(page, "Hello")
    page.get_by_role("textbox", name="Name").fill("Ani")
    chat.refusal = None
    page.keyboard.press("Enter")
    until(lambda: chat.said == ["Hello"])


@pytest.mark.parametrize(("when", "path"), [("same_page", "/"), ("search_empty", "/?with=search")])
def test_help_is_offered_once_to_who_is_stuck(page: Page, chat: FakeChat, when: str, path: str) -> None:
    chat.config["offers"] = [{"id": "1", "when": when, "after": 2, "text": "Shall we look together?"}]
    page.goto(chat.site + path)
    expect(page.get_by_role("button")).to_have_count(1)
    page.goto(chat.site + path)
    expect(page.get_by_role("region", name="A message from us")).to_contain_text("Shall we look together?")
    page.get_by_role("button", name="No, thanks").click()
    expect(page.get_by_role("button")).to_have_count(1)
    page.goto(chat.site + path)
    expect(page.get_by_role("button")).to_have_count(1)


def test_help_is_offered_after_a_long_pause_on_a_form(page: Page, chat: FakeChat) -> None:
    chat.config["offers"] = [{"id": "1", "when": "form_pause", "after": 20, "text": ""}]
    page.clock.install()
    page.goto(chat.site + "/?with=form")
    expect(page.get_by_role("button")).to_have_count(1)
    page.get_by_label("Meter number").fill("17")
    page.clock.fast_forward(19_000)
    expect(page.get_by_role("button")).to_have_count(1)
    page.clock.fast_forward(2_000)
    expect(page.get_by_role("region", name="A message from us")).to_contain_text("Stuck on the form?")
    page.get_by_role("button", name="Write to us").click()
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()


def test_no_help_is_offered_while_nobody_is_there_nor_to_who_writes_already(page: Page, chat: FakeChat) -> None:
    chat.config["offers"] = [{"id": "1", "when": "same_page", "after": 1, "text": ""}]
    chat.config["open"] = False
    page.goto(chat.site)
    expect(page.get_by_role("button")).to_have_count(1)
    chat.config["open"] = True
    remember(page.context, chat.visitor())
    page.goto(chat.site)
    expect(page.get_by_role("button")).to_have_count(1)
    until(lambda: chat.streams)
    expect(page.locator(".greeting")).to_have_count(0)


def test_the_contact_block_shows_every_way_and_the_hours(page: Page, chat: FakeChat) -> None:
    chat.config |= {
        "contacts": [
            {"type": "phone", "value": "+374 10 12", "label": ""},
            {"type": "link", "value": "javascript:x", "label": "Bad"},
        ],
        "hours": [{"weekday": 0, "from": "09:00", "until": "18:00"}],
    }
    page.goto(chat.site + "/?with=contact")
    block = page.locator("tamada-contact")
    expect(block.get_by_role("link", name="+374 10 12")).to_have_attribute("href", "tel:+3741012")
    expect(block.get_by_text("Bad")).to_be_visible()
    expect(block.get_by_role("link")).to_have_count(1)
    expect(block.locator("dd")).to_have_text(["09:00–18:00", *["closed"] * 6])
    block.get_by_role("button", name="Write to us here").click()
    expect(page.get_by_role("textbox")).to_be_focused()


def test_the_contact_block_names_services_beside_their_numbers(page: Page, chat: FakeChat) -> None:
    kinds = ("phone", "viber", "whatsapp", "telegram")
    chat.config["contacts"] = [{"type": kind, "value": "+374 10 12", "label": ""} for kind in kinds]
    chat.config["contacts"] += [{"type": "viber", "value": "+374 10 13", "label": "Viber of the shop"}]
    page.goto(chat.site + "/?with=contact")
    links = page.locator("tamada-contact").get_by_role("link")
    number = "+374 10 12"
    named = [f"{name} · {number}" for name in ("Viber", "WhatsApp", "Telegram")]
    expect(links).to_have_text([number, *named, "Viber of the shop"])
    signs = links.locator("path").evaluate_all("all => all.map(one => one.getAttribute('d'))")
    assert signs[0] not in signs[1:]


def test_addresses_in_what_greets_are_links_and_nothing_else_is(page: Page, chat: FakeChat) -> None:
    chat.config["texts"] = {
        "title": "",
        "greeting": "<b>Hi</b>, see https://nur.example/a.",
        "away": "Or https://nur.example/b",
    }
    chat.config["offers"] = [{"id": "1", "when": "same_page", "after": 1, "text": "Look: https://nur.example/c"}]
    page.goto(chat.site)
    offer = page.get_by_role("region", name="A message from us")
    expect(offer.get_by_role("link")).to_have_attribute("href", "https://nur.example/c")
    opened(page, chat)
    welcome = page.locator(".welcome")
    expect(welcome).to_have_text("<b>Hi</b>, see https://nur.example/a.")
    expect(welcome.get_by_role("link")).to_have_attribute("href", "https://nur.example/a")
    expect(welcome.locator("b")).to_have_count(0)
    chat.config["open"] = False
    page.goto(chat.site)
    page.get_by_role("button").click()
    expect(page.locator(".form").get_by_role("link")).to_have_attribute("href", "https://nur.example/b")


def test_calls_before_it_was_loaded_are_made_then(page: Page, chat: FakeChat) -> None:
    page.add_init_script("window.Tamada = [['identify', {user: 'u1', hash: 'right'}], ['setLocale', 'ru'], ['open']]")
    page.goto(chat.site)
    expect(page.get_by_role("textbox", name="Ваше сообщение")).to_be_focused()
    until(lambda: [one["user"] for one in chat.visitors.values()] == ["u1"])
    page.evaluate("Tamada.close()")
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_another_user_sees_nothing_of_the_former(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    write(page, "my secret")
    until(lambda: chat.said == ["my secret"])
    page.evaluate("Tamada.identify({user: 'u2', hash: 'right'})")
    expect(page.get_by_text("my secret")).to_have_count(0)
    assert page.evaluate("Tamada.identify({user: 'u3', hash: 'wrong'}).catch(error => error.status)") == 403
    write(page, "mine")
    until(lambda: chat.said == ["my secret", "mine"])
    assert len({one["token"] for one in chat.conversations.values()}) == 2


def test_who_proves_who_they_are_goes_on_by_another_token_in_all_tabs(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    until(lambda: chat.said == ["one"])
    noted = page.evaluate("localStorage.getItem('tamada:KEY:token')")
    tab = page.context.new_page()
    opened(tab, chat)
    expect(tab.get_by_text("one")).to_be_visible()
    chat.refusal = (503, "busy", "")
    write(page, "two")
    write(tab, "three")
    expect(page.locator(".mine")).to_have_count(3)
    page.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    tab.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    chat.refusal = None
    until(lambda: sorted(chat.said) == ["one", "three", "two"], seconds=30)
    assert noted not in chat.visitors
    assert len(chat.visitors) == len(chat.conversations) == 1
    for one in (page, tab):
        expect(one.locator(".mine")).to_have_count(3)
        assert one.evaluate("localStorage.getItem('tamada:KEY:token')") in chat.visitors
    chat.answer("four")
    for one in (page, tab):
        expect(one.get_by_text("four")).to_be_visible()


def test_a_new_browser_asks_nothing_by_the_token_that_its_proof_replaces(page: Page, chat: FakeChat) -> None:
    page.goto(chat.site)
    expect(page.get_by_role("button")).to_be_visible()
    page.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    until(lambda: chat.streams)
    asked = [path.removeprefix("/widget/v1/") for _, path in chat.requests]
    before = asked[: asked.index("visitor/identify")]
    assert not {"conversations", "stream"} & set(before)
    chat.add(next(iter(chat.visitors)), None, "out", "heard")
    expect(page.get_by_role("button", name="1")).to_be_visible()


def test_a_proof_waits_for_what_is_being_asked(page: Page, chat: FakeChat) -> None:
    remember(page.context, chat.visitor())
    page.add_init_script("window.Tamada = [['identify', {user: 'u1', hash: 'right'}]]")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 401 else None)
    held: list[Route] = []
    page.route("**/widget/v1/conversations", lambda route: route.continue_() if held else held.append(route))
    page.goto(chat.site)
    expect(page.get_by_role("button")).to_be_visible()
    until(lambda: page.evaluate("1") and held)
    page.evaluate("navigator.locks.request('tamada:KEY:tabs-send', () => {})")
    assert not chat.asked("POST", "visitor/identify")
    held[0].continue_()
    until(lambda: chat.asked("POST", "visitor/identify") == 1)
    expect(page.get_by_role("button")).to_be_visible()
    assert not refused


def test_a_lost_answer_to_a_proof_signs_nobody_out(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    until(lambda: chat.said == ["one"])
    until(lambda: chat.streams)
    chat.renew(next(iter(chat.visitors)))
    page.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    write(page, "two")
    until(lambda: chat.said == ["one", "two"])
    assert "u1" in [one["user"] for one in chat.visitors.values()]


def test_an_unknown_inbox_shows_nothing(page: Page, chat: FakeChat) -> None:
    page.goto(chat.site + "/?inbox=WRONG")
    until(lambda: chat.asked("GET", "config") == 1)
    expect(page.get_by_role("button")).to_have_count(0)


def test_until_it_is_opened_it_is_one_small_script(page: Page, chat: FakeChat) -> None:
    page.goto(chat.site)
    expect(page.get_by_role("button")).to_be_visible()
    assert [path for _, path in chat.requests if path.endswith(".js")] == ["/widget.js"]
    assert page.evaluate("document.cookie") == ""
    assert page.context.cookies() == []


def test_a_script_of_yesterday_finds_todays_panel(page: Page, chat: FakeChat) -> None:
    page.route("**/widget-panel-*.js", lambda route: route.fulfill(status=404))
    opened(page, chat)
    assert ("GET", "/static/widget/panel.js") in chat.requests


def test_sizes() -> None:
    first = size(assets.path("widget.js"))
    assert first < 15_000
    panel = assets.path("widget-panel.js")
    chunks = set(re.findall(r"widget-chunk-\w{8}\.js", panel.read_text()))
    assert first + size(panel) + sum(size(assets.FOLDER / name) for name in chunks) < 45_000


def size(file: Any) -> int:
    """Bytes of a file as it travels."""
    return len(gzip.compress(file.read_bytes(), 6))
