"""Deadlines on the screens: the countdown in lists and conversations, and the settings of policies."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.actions import create_policy
from tamada.automation.actions.sla import Terms
from tamada.automation.models import Policy, Target
from tamada.automation.queries import Countdown
from tamada.calendars.actions import create_calendar
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.core.tasks import run_pending
from tamada.desk.countdown import shown
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive
from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

__all__ = ["inbox", "receive"]

pytestmark = pytest.mark.django_db
TERMS = {
    "name": "Usual",
    "first_minutes": "1:30",
    "hours": "inbox",
    "warn_percent": "75",
    "position": "10",
    "is_active": "on",
}
SHUT: dict[str, Any] = {"agent": None, "actor": SYSTEM, "name": "Shut", "time_zone": "UTC", "week": {}}


def promise(**terms: Any) -> Policy:
    given: dict[str, Any] = {"name": "Usual", "first_minutes": 60} | terms
    return create_policy(agent=None, actor=SYSTEM, terms=Terms(**given))


@pytest.fixture
def waiting(receive: Receive) -> Conversation:
    """Somebody has written ten minutes ago."""
    found = receive(received_at=timezone.now() - timedelta(minutes=10, seconds=5)).conversation
    run_pending()
    return found


def pages(agent: Agent, signed_in: SignedIn, conversation: Conversation) -> tuple[str, str]:
    """The list and the conversation, as an agent sees them once everything pending has run."""
    run_pending()
    client = signed_in(agent)
    return client.get("/inbox/open?fragment=list").text, client.get(f"/conversations/{conversation.pk}").text


def test_the_list_and_the_conversation_count_down(
    waiting: Conversation, teammate: Agent, outsider: Agent, signed_in: SignedIn
) -> None:
    rows, page = pages(teammate, signed_in, waiting)
    assert "tamada-due" not in rows + page
    promise()
    for text in pages(teammate, signed_in, waiting):
        assert "49 min left" in text
        assert 'data-heat="cool" due="' in text
        assert 'title="First answer is due: ' in text
    assert (
        '<i aria-hidden="true">49 min</i><span class="hush">First answer: <b>49 min left</b></span>'
        in pages(teammate, signed_in, waiting)[0]
    )
    assert "<span>First answer:</span>" in pages(teammate, signed_in, waiting)[1]
    assert "tamada-due" not in signed_in(outsider).get("/inbox/open?fragment=list").text


@pytest.mark.parametrize(("minutes", "heat", "words"), [(12, "warm", "1 min left"), (5, "hot", "5 min late")])
def test_it_warms_and_turns_late_in_words_too(
    waiting: Conversation, teammate: Agent, signed_in: SignedIn, minutes: int, heat: str, words: str
) -> None:
    promise(first_minutes=minutes)
    for text in pages(teammate, signed_in, waiting):
        assert f'data-heat="{heat}"' in text
        assert words in text


def test_late_is_said_by_a_sign_and_not_by_colour_alone(
    waiting: Conversation, teammate: Agent, signed_in: SignedIn
) -> None:
    promise(first_minutes=5)
    assert '<i aria-hidden="true">−5 min</i>' in pages(teammate, signed_in, waiting)[0]


def test_a_clock_that_stands_still_says_so(waiting: Conversation, teammate: Agent, signed_in: SignedIn) -> None:
    promise()
    conversations.update_conversation(agent=teammate, actor=actor_of(teammate), conversation=waiting, status="pending")
    text = pages(teammate, signed_in, waiting)[1]
    assert "Paused, 49 min left" in text
    assert " due=" not in text.partition("<tamada-due")[2].partition(">")[0]


def test_hours_that_never_open_are_said(waiting: Conversation, inbox: Inbox, owner: Agent, signed_in: SignedIn) -> None:
    conversations.update_inbox(agent=None, actor=SYSTEM, inbox=inbox, calendar=create_calendar(**SHUT))
    policy = promise()
    for text in pages(owner, signed_in, waiting):
        assert "No due time" in text
        assert "is never due: the opening hours never open." in text
    assert "these opening hours never open" in signed_in(owner).get(f"/settings/sla/{policy.pk}").text


@pytest.mark.parametrize("language", ["en", "hy", "ka", "ru"])
def test_every_state_has_words_in_every_language(language: str) -> None:
    from django.utils import translation

    now = timezone.now()
    with translation.override(language):
        texts = [
            shown(Countdown(Target.NEXT, state, now, due, due, left, None), now)  # type: ignore[arg-type]
            for state, due, left in (
                ("running", now + timedelta(hours=30), None),
                ("late", now - timedelta(minutes=3), None),
                ("paused", None, timedelta(minutes=90)),
                ("never", None, None),
            )
        ]
    assert len({one.text for one in texts}) == 4
    assert all(str(Target.NEXT.label) is not None and one.title for one in texts)


def test_late_ones_are_found(waiting: Conversation, teammate: Agent, outsider: Agent, signed_in: SignedIn) -> None:
    link = f"/conversations/{waiting.pk}"
    promise(first_minutes=60)
    run_pending()
    assert link not in signed_in(teammate).get("/search", {"q": "is:late"}).text
    promise(first_minutes=5, position=1)
    run_pending()
    for query in ("is:late", "статус:просрочен", "վիճակ:ուշացած", "სტატუსი:დაგვიანებული"):
        assert link in signed_in(teammate).get("/search", {"q": query}).text
    assert link not in signed_in(outsider).get("/search", {"q": "is:late"}).text


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_the_page_counts_down_by_itself(demo_house: RunningTamada, new_context: Callable[..., BrowserContext]) -> None:
    tamada = demo_house
    page = new_context(locale="en").new_page()
    sign_in(page, tamada.base_url)
    page.goto(tamada.base_url + "/inbox/open")
    one = page.locator("#rows tamada-due[due]").first
    expect(one).to_be_visible(timeout=60_000)  # The first deadlines are worked out in the background.
    due = datetime.fromisoformat(one.get_attribute("due") or "")
    page.route("**/stream*", lambda route: route.abort())  # The list is not fetched again meanwhile.
    page.route("**/inbox/*fragment=*", lambda route: route.abort())
    page.clock.install()
    page.reload()
    for minutes, heat, words in ((-181, "cool", "3"), (-11, "warm", "10"), (125, "hot", "2")):
        page.clock.set_system_time(due + timedelta(minutes=minutes, seconds=-1))
        page.clock.run_for(21_000)
        expect(one).to_have_attribute("data-heat", heat)
        expect(one.locator("b")).to_contain_text(words)
        expect(one.locator("i")).to_have_text(
            f"−{words} h" if minutes > 0 else f"{words} {'h' if heat == 'cool' else 'min'}"
        )
    assert_subjects_have_their_line(page)


def assert_subjects_have_their_line(page: Page) -> None:
    """As wide as the line of the preview and the deadline below it, and no row higher than one without a deadline."""
    row = page.locator("#rows .row", has=page.locator("tamada-due")).first
    subject, due = row.locator(".subject").bounding_box(), row.locator("tamada-due").bounding_box()
    assert subject
    assert due
    assert subject["x"] + subject["width"] == pytest.approx(due["x"] + due["width"], abs=40)
    last = row.locator(".last").bounding_box()
    line_up = row.locator(".line-up").bounding_box()
    assert last
    assert line_up
    assert last["x"] + last["width"] == pytest.approx(line_up["x"], abs=24)
    assert due["y"] >= subject["y"] + subject["height"] - 3
    heights = page.locator("#rows .row").evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert max(heights) - min(heights) < 1


# --- settings -----------------------------------------------------------------------------------------------------


def test_a_policy_is_made_changed_and_removed(inbox: Inbox, owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    assert "Nothing is promised yet" in client.get("/settings/sla").text
    answer = client.post("/settings/sla/new", TERMS | {"inboxes": [inbox.pk], "priorities": ["high", "urgent"]})
    assert answer.status_code == 302
    policy = Policy.objects.get()
    assert (policy.first_minutes, policy.next_minutes, policy.priorities) == (90, None, ["high", "urgent"])
    page = client.get("/settings/sla").text
    for word in ("Usual", "1 h 30 min", "Support", "High, Urgent"):
        assert word in page
    form = client.get(f"/settings/sla/{policy.pk}").text
    assert 'value="1:30"' in form
    assert client.post(f"/settings/sla/{policy.pk}", TERMS | {"next_minutes": "4"}).status_code == 302
    policy.refresh_from_db()
    assert (policy.next_minutes, list(policy.inboxes.all()), policy.pauses) == (240, [], False)
    client.post(f"/settings/sla/{policy.pk}/delete")
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"first_minutes": "soon"}, "Write hours and minutes"),
        ({"first_minutes": "1:75"}, "Write hours and minutes"),
        ({"first_minutes": "0:00"}, "Write hours and minutes"),
        ({"first_minutes": ""}, "Promise at least one"),
        ({"first_minutes": "9999:00"}, "at most a year"),
        ({"hours": "calendar"}, "Choose opening hours exactly"),
        ({"warn_percent": "100"}, "less than or equal to 99"),
        ({"inboxes": "99999999999999999999"}, "99999999999999999999"),
    ],
)
def test_what_cant_be_meant_is_said_and_not_kept(
    owner: Agent, signed_in: SignedIn, change: dict[str, str], says: str
) -> None:
    answer = signed_in(owner).post("/settings/sla/new", TERMS | change)
    assert answer.status_code == 422
    assert says in answer.text
    assert not Policy.objects.exists()


def test_the_form_foresees_and_keeps_nothing(inbox: Inbox, owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    text = client.post("/settings/sla/foresee", TERMS).text
    assert "Support" in text
    assert "First answer" in text
    assert "<time" in text
    assert "Enter at least one time" in client.post("/settings/sla/foresee", TERMS | {"first_minutes": ""}).text
    assert "Enter at least one time" in client.post("/settings/sla/foresee", {}).text
    assert not Policy.objects.exists()
