"""No message of a visitor is lost, doubled or out of order: broken networks, reloads, tabs, denied storage, floods."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.frontend.fake_chat import FakeChat
from tests.frontend.widget_steps import bubbles, opened, remember, write
from tests.helpers.polling import until

pytestmark = pytest.mark.browser
DENIED = """
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError') }});
Object.defineProperty(navigator, 'locks', {value: undefined});
delete window.BroadcastChannel;
delete Crypto.prototype.randomUUID;
"""

NOTE_TROUBLE = """() => {
  window.troubles = [];
  const line = document.querySelector('tamada-chat').shadowRoot.querySelector('.trouble');
  const note = () => line.textContent && window.troubles.push(line.textContent);
  new MutationObserver(note).observe(line, {childList: true, subtree: true});
}"""


def sent(page: Page, count: int) -> None:
    """So many messages are shown, each once, and the last one has arrived."""
    expect(page.locator(".mine")).to_have_count(count)
    expect(page.locator(".mine .marks").last).to_contain_text("Sent")


def write_without_the_server(page: Page, chat: FakeChat) -> None:
    """One message arrived, three wait."""
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    chat.down = True
    chat.cut()
    for text in ("two", "three", "four"):
        write(page, text)
    expect(page.locator(".mine .marks").last).to_contain_text("Waiting for the connection")


def test_without_the_server_words_wait_and_leave_in_order(page: Page, chat: FakeChat) -> None:
    write_without_the_server(page, chat)
    expect(page.locator(".trouble")).to_contain_text("No connection.")
    chat.down = False
    sent(page, 4)
    expect(page.locator(".trouble")).to_have_text("")
    assert chat.said == ["one", "two", "three", "four"]


def test_without_a_network_as_well(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.context.set_offline(True)
    write(page, "one")
    write(page, "two")
    expect(page.locator(".mine .marks").last).to_contain_text("Waiting for the connection")
    page.context.set_offline(False)
    sent(page, 2)
    assert chat.said == ["one", "two"]
    assert len(chat.conversations) == 1


def test_answers_given_meanwhile_are_there_afterwards(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    chat.down = True
    chat.cut()
    expect(page.locator(".trouble")).to_contain_text("No connection.")
    for number in range(3):
        chat.answer(f"answer {number}")
    chat.down = False
    expect(bubbles(page)).to_have_text(["one", "answer 0", "answer 1", "answer 2"])


def test_a_waiting_message_outlives_a_reload_and_leaves_without_the_panel(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.down = True
    write(page, "kept")
    expect(page.locator(".mine .marks")).to_contain_text("Waiting for the connection")
    page.reload()
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    chat.down = False
    until(lambda: chat.said == ["kept"], seconds=20)
    opened(page, chat)
    expect(bubbles(page)).to_have_text(["kept"])


KEPT = "localStorage.getItem('tamada:KEY:history') ?? ''"


def talked(page: Page, chat: FakeChat) -> None:
    """Two messages each way, kept in the browser."""
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    chat.answer("two")
    expect(bubbles(page)).to_have_text(["one", "two"])
    until(lambda: "two" in page.evaluate(KEPT), what="the history kept")


def test_what_was_said_is_shown_while_the_server_is_out_of_reach(page: Page, chat: FakeChat) -> None:
    talked(page, chat)
    chat.down = True
    chat.cut()
    opened(page, chat)
    expect(bubbles(page)).to_have_text(["one", "two"])
    write(page, "three")
    expect(page.locator(".mine .marks").last).to_contain_text("Waiting for the connection")
    chat.answer("four")
    chat.down = False
    expect(bubbles(page)).to_have_text(["one", "two", "four", "three"])
    assert len(chat.conversations) == 1


def test_the_next_person_finds_nothing_kept_of_the_former(page: Page, chat: FakeChat) -> None:
    talked(page, chat)
    page.evaluate("Tamada.identify({user: 'u1', hash: 'right'})")
    page.evaluate("Tamada.identify({user: 'u2', hash: 'right'})")
    expect(bubbles(page)).to_have_count(0)
    assert "two" not in page.evaluate("JSON.stringify({...localStorage})")


def test_a_full_store_gives_its_history_for_what_waits(page: Page, chat: FakeChat) -> None:
    talked(page, chat)
    chat.down = True
    chat.cut()
    page.evaluate("""() => {
      for (let size = 1 << 22; size >= 1; size >>= 1)
        for (;;) try { localStorage.setItem('site' + Math.random(), 'x'.repeat(size)) } catch { break }
    }""")
    write(page, "three")
    expect(page.locator(".mine .marks").last).to_contain_text("Waiting for the connection")
    waiting = "Object.keys(localStorage).filter(key => key.startsWith('tamada:KEY:q:')).length"
    assert page.evaluate(waiting) == 1
    assert page.evaluate(KEPT) == ""
    chat.down = False
    opened(page, chat)
    sent(page, 2)
    assert chat.said == ["one", "three"]


def test_an_answer_that_is_lost_on_its_way_doubles_nothing(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.lose_answers = 1
    write(page, "once")
    sent(page, 1)
    assert chat.said == ["once"]
    assert chat.asked("POST", "messages") == 2
    assert len({body["client_id"] for path, body in chat.bodies if path == "messages"}) == 1


def test_two_tabs_agree_over_one_stream(new_context: Callable[..., BrowserContext], chat: FakeChat) -> None:
    context = new_context(locale="en")
    first, second = (opened(context.new_page(), chat) for _ in range(2))
    write(first, "from the first")
    until(lambda: chat.said == ["from the first"])
    opened(second, chat)
    expect(bubbles(second)).to_have_text(["from the first"])  # Who writes sooner begins another conversation.
    write(second, "from the second")
    chat.answer("to both")
    for page in (first, second):
        expect(bubbles(page)).to_have_count(3)
        assert sorted(bubbles(page).all_text_contents()) == ["from the first", "from the second", "to both"]
    assert bubbles(first).all_text_contents() == bubbles(second).all_text_contents()
    assert len(chat.visitors) == 1
    until(lambda: len(chat.streams) == 1, what="one stream, when the one of the page that was left is gone")
    first.close()
    until(lambda: chat.asked("GET", "stream") >= 2)
    chat.answer("still heard")
    expect(bubbles(second).last).to_have_text("still heard")


def test_what_waits_in_one_tab_is_seen_in_the_other_and_sent_once(
    new_context: Callable[..., BrowserContext], chat: FakeChat
) -> None:
    context = new_context(locale="en")
    first, second = (opened(context.new_page(), chat) for _ in range(2))
    write(first, "start")
    sent(first, 1)
    opened(second, chat)
    expect(bubbles(second)).to_have_text(["start"])
    chat.down = True
    chat.cut()
    write(first, "by one")
    expect(bubbles(second)).to_have_text(["start", "by one"])
    write(second, "by two")
    chat.down = False
    for page in (first, second):
        sent(page, 3)
        expect(bubbles(page)).to_have_text(["start", "by one", "by two"])
    assert chat.said == ["start", "by one", "by two"]


def with_a_draft_in_both(context: BrowserContext, chat: FakeChat) -> tuple[Page, Page]:
    """Two tabs on one conversation; what the first one has half written, with a file, stands in the second as well."""
    first = opened(context.new_page(), chat)
    write(first, "one")
    sent(first, 1)
    note: FilePayload = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"hello"}
    first.locator("input[type=file]").set_input_files([note])
    expect(first.locator(".files li")).to_have_text(["note.txt"])
    first.get_by_role("textbox").press_sequentially("half said")
    second = opened(context.new_page(), chat)
    expect(second.get_by_role("textbox")).to_have_value("half said")
    expect(second.locator(".files li")).to_have_text(["note.txt"])
    return first, second


def test_a_draft_that_one_tab_sends_stands_in_no_other(
    new_context: Callable[..., BrowserContext], chat: FakeChat
) -> None:
    first, second = with_a_draft_in_both(new_context(locale="en"), chat)
    first.get_by_role("textbox").press_sequentially(" and done")
    first.keyboard.press("Enter")
    sent(first, 2)
    for page in (first, second):
        expect(page.get_by_role("textbox")).to_have_value("")
        expect(page.locator(".files li")).to_have_count(0)
    second.get_by_role("textbox").press("Enter")
    write(second, "more")
    sent(second, 3)
    assert chat.said == ["one", "half said and done", "more"]


def test_what_was_changed_in_another_tab_stays_a_draft_there(
    new_context: Callable[..., BrowserContext], chat: FakeChat
) -> None:
    first, second = with_a_draft_in_both(new_context(locale="en"), chat)
    second.get_by_role("textbox").press_sequentially(" otherwise")
    write(first, "half said")
    sent(first, 2)
    expect(second.locator(".files li")).to_have_count(0)
    expect(second.get_by_role("textbox")).to_have_value("half said otherwise")
    opened(second, chat)
    expect(second.get_by_role("textbox")).to_have_value("half said otherwise")
    second.get_by_role("textbox").press("Enter")
    until(lambda: chat.said == ["one", "half said", "half said otherwise"])


def test_where_streams_are_blocked_it_asks(page: Page, chat: FakeChat) -> None:
    chat.silent_streams = True
    page.clock.install()
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    until(lambda: chat.streams)
    page.clock.fast_forward(9_000)
    chat.answer("came by asking")
    expect(bubbles(page).last).to_have_text("came by asking")
    assert chat.asked("GET", "stream") == 1


@pytest.mark.parametrize("end", [0, 502], ids=["closed", "502"])
def test_where_streams_end_at_once_it_asks(page: Page, chat: FakeChat, end: int) -> None:
    chat.stream_ends = [end] * 99
    # As the page asks: the browser asks again by itself where a connection that it kept is closed.
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if "/stream" in request.url else None)

    def tried(count: int) -> bool:
        page.evaluate("0")  # hear of requests
        return len(streams) == count

    page.clock.install()
    opened(page, chat)
    page.evaluate(NOTE_TROUBLE)
    write(page, "one")
    sent(page, 1)
    until(lambda: tried(3))
    for text in ("came by asking", "and so did the next"):
        chat.answer(text)
        page.clock.fast_forward(4_000)
        expect(bubbles(page).last).to_have_text(text)
    assert tried(3)
    assert page.evaluate("window.troubles") == []
    page.clock.fast_forward(61_000)
    until(lambda: tried(4))


def test_a_stream_that_ends_at_once_now_and_then_is_not_a_blocked_one(page: Page, chat: FakeChat) -> None:
    chat.stream_ends = [0, 503]
    opened(page, chat)
    write(page, "one")
    until(lambda: chat.streams)


def test_a_dead_connection_is_told_from_a_quiet_one(page: Page, chat: FakeChat) -> None:
    page.clock.install()
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    until(lambda: len(chat.streams) == 1)
    chat.streams.clear()
    chat.beats = False
    chat.answer("said into a dead connection")
    page.clock.fast_forward(50_000)
    expect(bubbles(page).last).to_have_text("said into a dead connection")
    until(lambda: chat.asked("GET", "stream") == 2)


def test_work_is_done_when_the_server_asks_for_it(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.bits = 14
    write(page, "worth some work")
    sent(page, 1)
    assert chat.said == ["worth some work"]


def test_where_storage_locks_and_channels_are_denied_it_works_on_this_page(page: Page, chat: FakeChat) -> None:
    page.add_init_script(DENIED)
    opened(page, chat)
    chat.down = True
    write(page, "one")
    write(page, "two")
    expect(page.locator(".mine .marks").last).to_contain_text("Waiting for the connection")
    chat.down = False
    sent(page, 2)
    chat.answer("three")
    expect(bubbles(page)).to_have_text(["one", "two", "three"])
    assert chat.said == ["one", "two"]
    page.goto(f"{chat.site}/prices", referer=f"{chat.site}/")
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_a_refused_visitor_begins_anew_and_loses_no_word(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "as the first")
    sent(page, 1)
    chat.visitors.clear()
    chat.cut()
    write(page, "as the next")
    until(lambda: chat.said == ["as the first", "as the next"], seconds=20)
    expect(bubbles(page)).to_have_text(["as the next"])
    assert len(chat.conversations) == 2


def test_a_conversation_that_is_gone_takes_no_words_with_it(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    chat.conversations.clear()
    chat.messages.clear()
    write(page, "two")
    until(lambda: chat.said == ["two"])


def test_all_that_waits_for_a_conversation_that_is_gone_stays_together(page: Page, chat: FakeChat) -> None:
    write_without_the_server(page, chat)
    chat.conversations.clear()
    chat.messages.clear()
    chat.down = False
    until(lambda: chat.said == ["two", "three", "four"], seconds=20)
    assert len(chat.conversations) == 1


def forget_all(chat: FakeChat) -> None:
    """An agent deletes every conversation."""
    with chat.lock:
        chat.conversations.clear()
        chat.messages.clear()


def words_go_on_in_one_conversation(page: Page, chat: FakeChat, *texts: str) -> None:
    """What was said since stands in the panel, and in one conversation."""
    sent(page, len(texts))
    expect(bubbles(page)).to_have_text(list(texts))
    assert chat.said == list(texts)
    assert len(chat.conversations) == 1


def test_an_open_panel_goes_on_in_the_one_new_conversation_where_its_own_is_gone(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    for texts in (("two", "three"), ("four", "five")):
        forget_all(chat)
        asked = chat.asked("POST", "messages")
        for text in texts:
            write(page, text)
        words_go_on_in_one_conversation(page, chat, *texts)
        assert chat.asked("POST", "messages") <= asked + 3
        chat.answer("here")
        expect(bubbles(page, ".theirs")).to_have_text(["here"])


def test_a_conversation_that_is_gone_is_not_asked_for_again_and_again(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    gone = chat.only
    forget_all(chat)
    page.get_by_role("textbox").press_sequentially("half ")
    expect(bubbles(page)).to_have_count(0)
    page.get_by_role("textbox").press_sequentially("said")
    page.keyboard.press("Enter")
    words_go_on_in_one_conversation(page, chat, "half said")
    refused = [path for _, path in chat.requests if gone in path.split("/") and path.endswith("/typing")]
    assert len(refused) == 1
    expect(page.get_by_role("textbox")).to_have_value("")


def test_all_tabs_leave_a_conversation_that_is_gone_for_the_same_one(
    new_context: Callable[..., BrowserContext], chat: FakeChat
) -> None:
    context = new_context(locale="en")
    first, second = (opened(context.new_page(), chat) for _ in range(2))
    write(first, "one")
    sent(first, 1)
    opened(second, chat)
    expect(bubbles(second)).to_have_text(["one"])
    forget_all(chat)
    write(first, "two")
    sent(first, 1)
    expect(bubbles(second)).to_have_text(["two"])
    write(second, "three")
    for page in (first, second):
        words_go_on_in_one_conversation(page, chat, "two", "three")


def test_what_waits_for_a_conversation_that_is_gone_outlives_a_reload(page: Page, chat: FakeChat) -> None:
    write_without_the_server(page, chat)
    page.reload()
    forget_all(chat)
    chat.down = False
    until(lambda: chat.said == ["two", "three", "four"], seconds=20)
    page.get_by_role("button").click()
    write(page, "five")
    words_go_on_in_one_conversation(page, chat, "two", "three", "four", "five")


def test_a_conversation_whose_deletion_is_taken_back_takes_words_again(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "one")
    sent(page, 1)
    with chat.lock:
        gone = chat.only
        chat_then, messages_then = chat.conversations.pop(gone), chat.messages.pop(gone)
    write(page, "two")
    words_go_on_in_one_conversation(page, chat, "two")
    with chat.lock:
        chat.conversations[gone], chat.messages[gone] = chat_then, messages_then
    page.reload()
    page.get_by_role("button", name="chat").click()
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("button", name="one").click()
    expect(bubbles(page)).to_have_text(["one"])
    write(page, "again")
    expect(bubbles(page)).to_have_text(["one", "again"])
    until(lambda: [one["text"] for one in chat.messages[gone]] == ["one", "again"])


def test_what_a_refused_visitor_said_of_themselves_is_told_by_the_next(page: Page, chat: FakeChat) -> None:
    remember(page.context, chat.visitor("Ani"))
    chat.config["open"] = False
    page.goto(chat.site)
    page.get_by_role("button").click()
    page.get_by_role("textbox", name="E-mail").fill("ani@example.am")
    page.get_by_role("textbox", name="Message").fill("Please call me")
    until(lambda: chat.streams)
    chat.visitors.clear()
    page.get_by_role("button", name="Send the message").click()
    until(lambda: chat.said == ["Please call me"], seconds=20)
    (visitor,) = chat.visitors.values()
    assert visitor["email"] == "ani@example.am"
