"""The page follows the stream: new messages, lost connections, other tabs, who else is here."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tamada.desk import assets
from tests.frontend.fake_desk import FakeDesk, message
from tests.helpers.polling import until

pytestmark = pytest.mark.browser


def opened(page: Page, desk: FakeDesk, path: str = "/conversations/1") -> Page:
    page.goto(desk.url + path)
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    return page


def asked_once(desk: FakeDesk, path: str) -> bool:
    return desk.asked("GET", path) == 1


def test_a_new_message_appears_without_reloading(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    desk.say(1, "Արդեն աշխատում է")
    expect(page.locator("tamada-thread")).to_contain_text("Արդեն աշխատում է")
    assert desk.asked("GET", "/conversations/1") == 1


def test_a_message_elsewhere_does_not_refetch_this_thread(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    desk.say(2, "elsewhere")
    until(lambda: desk.asked("GET", "/rows") > 0)
    assert desk.asked("GET", "/conversations/1/thread") == 0


def test_a_burst_of_events_is_one_request(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    for number in range(30):
        desk.record("conversation.changed", conversation_id=1, number=number)
    until(lambda: desk.asked("GET", "/conversations/1/thread") > 0)
    assert desk.asked("GET", "/conversations/1/thread") <= 2


def test_a_page_that_is_being_left_asks_for_nothing_and_makes_up_for_it_where_it_stays(
    page: Page, desk: FakeDesk
) -> None:
    page.clock.install()
    opened(page, desk)
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=2))
    page.evaluate("""
        dispatchEvent(new Event("beforeunload"));
        document.addEventListener("stream:event", () => document.body.setAttribute("data-heard", ""));
    """)
    desk.say(1, "said meanwhile")
    expect(page.locator("body")).to_have_attribute("data-heard", "")
    page.clock.run_for(2000)
    expect(page.locator("tamada-thread")).not_to_contain_text("said meanwhile")
    assert desk.asked("GET", "/conversations/1/thread") == 0
    page.clock.resume()
    expect(page.locator("tamada-thread")).to_contain_text("said meanwhile")


def test_what_a_page_that_is_left_takes_back_is_no_fault_and_is_asked_for_again(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.route("**/conversations/1/thread*", lambda route: None)
    with page.expect_request("**/conversations/1/thread*"):
        desk.say(1, "on its way")
    page.evaluate('dispatchEvent(new Event("beforeunload"))')
    page.unroute_all()
    expect(page.locator("tamada-thread")).to_contain_text("on its way")
    assert said == []


def test_what_happened_while_the_network_was_away_is_shown_after(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    desk.down = True
    desk.cut()
    expect(page.locator("body")).to_have_attribute("data-stream", "offline")
    desk.say(1, "while away")
    desk.down = False
    expect(page.locator("tamada-thread")).to_contain_text("while away")
    expect(page.locator("body")).to_have_attribute("data-stream", "online")


NOTE_TROUBLE = """() => {
  window.troubles = [];
  document.addEventListener("stream:status", ({ detail }) => detail === "offline" && window.troubles.push(detail));
}"""


def streams_of(page: Page) -> list[str]:
    """Streams as the page opens them: the browser asks again by itself where a connection that it kept is closed."""
    opened_so_far: list[str] = []

    def note(request: Request) -> None:
        if "/stream" in request.url:
            opened_so_far.append(request.url)

    page.on("request", note)
    return opened_so_far


def tried(page: Page, streams: list[str], count: int) -> bool:
    page.evaluate("0")  # hear of requests
    return len(streams) == count


@pytest.mark.parametrize("end", [0, 200, 502], ids=["closed", "empty", "502"])
def test_where_streams_end_at_once_it_asks(page: Page, desk: FakeDesk, end: int) -> None:
    desk.stream_ends = [end] * 99
    streams = streams_of(page)
    page.clock.install()
    opened(page, desk)
    page.evaluate(NOTE_TROUBLE)
    until(lambda: tried(page, streams, 3))
    for text in ("came by asking", "and so did the next"):
        desk.say(1, text)
        page.clock.fast_forward(6_000)
        expect(page.locator("tamada-thread")).to_contain_text(text)
    desk.say(2, "elsewhere")
    asked = desk.asked("GET", "/conversations/1/thread")
    rows = desk.asked("GET", "/rows")
    page.clock.fast_forward(6_000)
    until(lambda: desk.asked("GET", "/rows") > rows)
    assert desk.asked("GET", "/conversations/1/thread") == asked
    assert tried(page, streams, 3)
    desk.stream_ends = []
    page.clock.fast_forward(61_000)
    until(lambda: desk.streams)
    desk.say(1, "by a stream again")
    expect(page.locator("tamada-thread")).to_contain_text("by a stream again")
    assert tried(page, streams, 4)
    assert page.evaluate("window.troubles") == []


def test_where_streams_are_held_back_it_asks(page: Page, desk: FakeDesk) -> None:
    desk.silent_streams = True
    streams = streams_of(page)
    page.clock.install()
    page.goto(desk.url + "/conversations/1")
    page.evaluate(NOTE_TROUBLE)
    until(lambda: desk.streams)
    page.clock.fast_forward(9_000)
    expect(page.locator("body")).to_have_attribute("data-stream", "online")
    for text in ("came by asking", "and so did the next"):
        desk.say(1, text)
        page.clock.fast_forward(6_000)
        expect(page.locator("tamada-thread")).to_contain_text(text)
    assert tried(page, streams, 1)
    assert page.evaluate("window.troubles") == []


def test_where_it_asks_all_tabs_hear(new_context: Callable[..., BrowserContext], desk: FakeDesk) -> None:
    desk.stream_ends = [502] * 99
    context = new_context()
    first, second = (opened(context.new_page(), desk) for _ in range(2))
    streams = streams_of(second)
    desk.say(1, "for both")
    for page in (first, second):
        expect(page.locator("tamada-thread")).to_contain_text("for both")
    assert tried(second, streams, 0)


def test_where_it_asks_a_server_that_is_away_is_told_of_and_found_again(page: Page, desk: FakeDesk) -> None:
    desk.stream_ends = [502] * 99
    page.clock.install()
    opened(page, desk)
    until(lambda: len(desk.stream_ends) == 96)
    desk.down = True
    page.clock.fast_forward(6_000)
    expect(page.locator("body")).to_have_attribute("data-stream", "offline")
    expect(page.locator(".connection")).to_be_visible()
    desk.say(1, "while away")
    desk.down = False
    page.clock.fast_forward(31_000)
    expect(page.locator("tamada-thread")).to_contain_text("while away")
    expect(page.locator(".connection")).to_be_hidden()


def test_where_it_asks_it_goes_on_from_where_the_log_stood_though_nothing_was_said(page: Page, desk: FakeDesk) -> None:
    desk.stream_ends = [502] * 99
    page.route("**/missed*", lambda route: route.fulfill(body="id: 77\n\n"))
    with page.expect_request("**/missed?after=77"):
        page.goto(desk.url + "/conversations/1")


def test_where_it_asks_a_lost_session_leads_to_sign_in(page: Page, desk: FakeDesk) -> None:
    desk.stream_ends = [502] * 99
    page.route("**/missed*", lambda route: route.fulfill(status=401))
    page.goto(desk.url + "/conversations/1")
    expect(page).to_have_url(re.compile(r"/login\?next=%2Fconversations%2F1$"))


def test_a_refetch_that_failed_is_made_good_though_the_stream_lived_on(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    page.route("**/conversations/1/thread*", lambda route: route.abort())
    with page.expect_request_finished(lambda request: "/rows" in request.url):
        desk.say(1, "in a bad moment")
    expect(page.locator("tamada-thread")).not_to_contain_text("in a bad moment")
    page.unroute_all()
    expect(page.locator("tamada-thread")).to_contain_text("in a bad moment")


def test_resync_fetches_everything_again(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    desk.record("resync")
    for path in ("/rows", "/counts", "/conversations/1/thread"):
        until(partial(asked_once, desk, path))


def test_two_tabs_share_one_connection(new_context: Callable[..., BrowserContext], desk: FakeDesk) -> None:
    context = new_context()
    first, second = (opened(context.new_page(), desk) for _ in range(2))
    desk.say(1, "for both")
    for page in (first, second):
        expect(page.locator("tamada-thread")).to_contain_text("for both")
    assert desk.asked("GET", "/stream") == 1


def test_the_next_tab_listens_when_the_first_is_closed(
    new_context: Callable[..., BrowserContext], desk: FakeDesk
) -> None:
    context = new_context()
    first, second = (opened(context.new_page(), desk) for _ in range(2))
    first.close()
    until(lambda: desk.asked("GET", "/stream") == 2)
    desk.say(1, "still heard")
    expect(second.locator("tamada-thread")).to_contain_text("still heard")


def test_colleagues_are_drawn_and_leave(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    desk.whisper("presence", conversation_id="1", agent_id="3", kind="typing", ttl=6)
    desk.whisper("presence", conversation_id="1", agent_id="7", kind="viewing", ttl=30)
    expect(page.locator('.talk-head [data-presence="1"] .avatar')).to_have_count(1)
    expect(page.locator('[data-typing="1"]')).to_have_text("Davit is writing…")
    desk.whisper("presence", conversation_id="1", agent_id="3", kind="left", ttl=0)
    expect(page.locator('.talk-head [data-presence="1"] .avatar')).to_have_count(0)
    expect(page.locator('[data-typing="1"]')).to_have_text("")
    assert desk.asked("GET", "/conversations/1/thread") == 0


def test_viewing_and_leaving_are_told(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    until(lambda: desk.asked("POST", "/conversations/1/presence") == 1)
    assert desk.form("/conversations/1/presence")["state"] == "viewing"
    page.locator('a[data-row][href="/conversations/2"]').click()
    until(lambda: desk.form("/conversations/1/presence")["state"] == "left")


def test_reading_is_told_once_the_end_is_seen(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    until(lambda: desk.asked("POST", "/conversations/1/read") == 1)
    assert desk.form("/conversations/1/read")["last"] == "13"


def test_who_scrolled_up_stays_there_and_is_told_of_news(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    until(lambda: desk.asked("POST", "/conversations/1/read") == 1)
    # The thread hears of scrolling with the next frame; what comes before that finds its reader at the end.
    script = "t => { t.scrollTop = 0; return new Promise((f) => setTimeout(() => requestAnimationFrame(f), 100)) }"
    page.locator("tamada-thread").evaluate(script)
    desk.say(1, "news below")
    expect(page.locator("[data-thread-new]")).to_be_visible()
    assert page.locator("tamada-thread").evaluate("thread => thread.scrollTop") < 50
    assert desk.asked("POST", "/conversations/1/read") == 1
    page.locator("[data-thread-new]").click()
    until(lambda: desk.asked("POST", "/conversations/1/read") == 2)


def test_what_has_the_focus_is_renewed_as_well(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    page.locator("tamada-thread").focus()
    desk.say(1, "news for who reads by keyboard")
    expect(page.locator("tamada-thread")).to_contain_text("news for who reads by keyboard")
    expect(page.locator("tamada-thread")).to_be_focused()


def test_a_refetch_disturbs_neither_words_nor_selection_nor_folds(page: Page, desk: FakeDesk) -> None:
    opened(page, desk)
    expect(page.locator("trix-editor")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("half a sent")
    page.locator("#message-10 summary").click()
    page.locator("#row-3").hover()
    page.locator("#row-3 input").check()
    page.locator("trix-editor").focus()
    page.keyboard.press("End")
    desk.say(1, "interrupting")
    expect(page.locator("tamada-thread")).to_contain_text("interrupting")
    until(lambda: desk.asked("GET", "/rows") > 0)
    page.keyboard.type("ence")
    expect(page.locator("trix-editor")).to_contain_text("half a sentence")
    expect(page.locator("#message-10 details")).to_have_attribute("open", "")
    expect(page.locator("#row-3 input")).to_be_checked()
    expect(page.locator("#row-1 a")).to_have_attribute("aria-current", "true")


def test_what_one_brings_back_oneself_is_no_news(new_context: Callable[..., BrowserContext], desk: FakeDesk) -> None:
    page = opened(new_context(viewport={"width": 1200, "height": 340}).new_page(), desk, "/conversations/6")
    last, news = page.locator("#row-6"), page.locator("tamada-arrivals button")

    def leaves_and_returns(between: Callable[[], object]) -> None:
        desk.away = {6}
        desk.record("conversation.updated", conversation_id=6)
        expect(last).to_have_count(0)
        between()
        desk.away = set()
        desk.record("conversation.updated", conversation_id=6)
        expect(last).to_have_count(1)

    page.locator("#list").evaluate("list => list.scrollTop = 0")
    leaves_and_returns(lambda: None)
    expect(news).to_have_text("New: 1")
    last.scroll_into_view_if_needed()
    expect(news).to_be_hidden()
    page.locator("#list").evaluate("list => list.scrollTop = 0")
    page.locator('[data-key="KeyE"]:visible').click()

    def undo() -> None:
        page.locator(".toast").get_by_role("button", name="Undo").click()
        until(lambda: desk.asked("POST", "/undo/close") == 1)

    leaves_and_returns(undo)
    expect(page.locator(".toast")).to_have_text(re.compile("Undone"))
    expect(news).to_be_hidden()


def test_the_dot_of_a_blocked_tracker_leaves_no_box(page: Page, desk: FakeDesk) -> None:
    style = f'<link rel="stylesheet" href="{assets.url("mail.css")}">'
    dots = '<img data-src="https://t.example/a" width="1" height="1"><img data-src="https://t.example/b" width="40">'
    page.route("**/frame", lambda route: route.fulfill(content_type="text/html", body=style + dots))
    opened(page, desk)
    frame = page.frame_locator("tamada-mailframe iframe")
    expect(frame.locator("img").last).to_be_visible()
    expect(frame.locator("img").first).to_be_hidden()


def long(desk: FakeDesk, paragraphs: int = 60) -> None:
    """The last message of the first conversation is taller than any window."""
    desk.messages[1][-1] |= {"frame": False, "text": "A line of a long letter. " * 40 * paragraphs}


def top_of(page: Page, message: int) -> float:
    """Where a message begins, counted from the upper edge of the thread."""
    script = "(m, id) => m.getBoundingClientRect().top - m.closest('tamada-thread').getBoundingClientRect().top"
    return float(page.locator(f"#message-{message}").evaluate(script))


def test_a_message_taller_than_the_view_opens_at_its_beginning_and_counts_as_read(page: Page, desk: FakeDesk) -> None:
    long(desk)
    opened(page, desk)
    assert 0 <= top_of(page, 13) < 60
    until(lambda: desk.asked("POST", "/conversations/1/read") == 1)


def test_a_frame_that_grows_after_it_was_placed_keeps_its_beginning_in_view(page: Page, desk: FakeDesk) -> None:
    page.route("**/frame", lambda route: route.fulfill(content_type="text/html", body="<p>long</p>" * 400))
    opened(page, desk)
    expect(page.locator("tamada-mailframe iframe")).to_have_css("height", re.compile(r"\d{4,}(\.\d+)?px"))
    assert 0 <= top_of(page, 13) < 60
    page.locator("tamada-thread").evaluate("thread => thread.scrollTop = 0")
    expect(page.locator("#message-10")).to_be_in_viewport()


def test_a_conversation_opens_at_the_first_message_that_was_not_read(page: Page, desk: FakeDesk) -> None:
    long(desk)
    desk.messages[1].insert(3, message(20, "Ani", "", "The first of two."))
    opened(page, desk)
    assert 0 <= top_of(page, 20) < 60
