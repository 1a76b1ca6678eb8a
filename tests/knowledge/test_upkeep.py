"""What keeps knowledge true: links, days to read again, questions from conversations, differences."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations import actions as conversations
from tamada.conversations.envelopes import Envelope, Party
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core import tasks
from tamada.core.personal import Subject, erasers
from tamada.kit.text import analyse
from tamada.knowledge import actions
from tamada.knowledge.diff import compare
from tamada.knowledge.models import Article, Link, LinkStatus, Opinion, Phrasing
from tamada.knowledge.proposals import proposals
from tamada.notifications.models import Notification

from .conftest import Write, by


@pytest.fixture
def site() -> Iterator[str]:
    """A site on this machine: `/fine`, `/members` (401), anything else 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response({"/fine": 200, "/members": 401}.get(self.path, 404))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def look(allow: tuple[str, ...] = ("127.0.0.1",)) -> dict[str, str]:
    Link.objects.update(checked_at=None)
    actions.check_links(allow=allow)
    return {link.url.rpartition("/")[2]: link.status for link in Link.objects.all()}


@pytest.mark.django_db
def test_a_page_that_is_gone_twice_is_broken_and_one_that_asks_who_we_are_is_not(site: str, write: Write) -> None:
    write("Links", "".join(f'<p><a href="{site}/{name}">x</a></p>' for name in ("fine", "members", "gone")))
    assert look() == {"fine": LinkStatus.FINE, "members": LinkStatus.FINE, "gone": LinkStatus.NEW}
    assert look()["gone"] == LinkStatus.BROKEN
    assert Link.objects.get(status=LinkStatus.BROKEN).error == "404"


@pytest.mark.django_db
def test_links_lead_nowhere_inside(site: str, write: Write) -> None:
    write("Links", f'<p><a href="{site}/fine">x</a></p>')
    look(())
    assert Link.objects.get().error == "RefusedAddress"


@pytest.mark.django_db
def test_links_to_articles_that_are_gone_are_broken_at_once(lead: Agent, write: Write) -> None:
    other = write("Other")
    write("Links", f'<p><a href="article:{other.article_id}">x</a></p>')
    assert set(look().values()) == {LinkStatus.FINE}
    actions.delete_article(**by(lead), article=other.article)
    assert set(look().values()) == {LinkStatus.BROKEN}


@pytest.mark.django_db
def test_a_week_passes_before_a_link_is_looked_at_again(lead: Agent, write: Write) -> None:
    other = write("Other")
    one = write("Links", f'<p><a href="article:{other.article_id}">x</a></p>')
    assert actions.check_links() == 1
    assert actions.check_links() == 0
    Link.objects.update(checked_at=timezone.now() - timedelta(days=8))
    assert actions.check_links() == 1
    actions.unpublish(**by(lead), translation=one)
    assert not Link.objects.exists()


@pytest.mark.django_db
def test_the_owner_is_told_once_on_the_day(lead: Agent, teammate: Agent, write: Write) -> None:
    article = write("Hours").article
    Article.objects.update(owner=teammate, review_at=timezone.localdate())
    assert actions.tell_reviews() == 1
    assert actions.tell_reviews() == 0
    tasks.run_pending()
    told = Notification.objects.get(type="review")
    assert (told.agent, told.data["article"]) == (teammate, article.pk)


@pytest.mark.django_db
def test_nobody_is_told_before_the_day(teammate: Agent, write: Write) -> None:
    write("Hours")
    Article.objects.update(owner=teammate, review_at=timezone.localdate() + timedelta(days=1))
    assert actions.tell_reviews() == 0


def wrote(
    inbox: Inbox, number: int, text: str, *, solved: bool = True, name: str = "Ani Petrosyan", language: str = "en"
) -> Message:
    envelope = Envelope(
        inbox_id=inbox.pk,
        channel="email",
        sender=Party(type="email", value=f"ani{number}@mail.example", name=name),
        external_id=f"<{number}@mail.example>",
        digest=f"{number:064d}",
        subject="Question",
        text=text,
        language=language,
        lemmas=" ".join(analyse(text, language)),
        received_at=timezone.now(),
        to=[{"name": "", "email": inbox.address}],
    )
    (result,) = conversations.receive_messages(envelopes=[envelope])
    if solved:
        Conversation.objects.filter(pk=result.conversation_id or 0).update(status="closed")
    return Message.objects.get(pk=result.message_id or 0)


@pytest.fixture
def inbox(owner: Agent) -> Inbox:
    return conversations.create_inbox(
        agent=owner, actor=by(owner)["actor"], name="Help", channel="email", address="help@desk.example",
        team=owner.teams.get(),
    )  # fmt: skip


@pytest.mark.django_db
def test_questions_come_from_solved_conversations_without_people_in_them(
    lead: Agent, outsider: Agent, inbox: Inbox, write: Write
) -> None:
    article = write("Return a purchase").article
    write("Opening hours")
    asked = wrote(inbox, 1, "Hello,\nhow can I return my purchase?\nBest regards, Ani")
    wrote(inbox, 2, "Please return purchase 1234567 for Ani Petrosyan.")
    wrote(inbox, 3, "Can I return a purchase as well?", solved=False)
    wrote(inbox, 4, "When are you open?")
    assert proposals(lead, article, "en") == [("en", "how can I return my purchase?", asked.pk)]
    assert proposals(outsider, article, "en") == []
    assert actions.propose_phrasings(article=article, found=proposals(lead, article, "en")) == 1
    assert not Phrasing.objects.get().accepted
    assert proposals(lead, article, "en") == []


@pytest.mark.django_db
def test_an_armenian_question_is_proposed_whole(lead: Agent, inbox: Inbox, write: Write) -> None:
    article = write("Հաշիվը քարտով վճարելը", language="hy").article
    text = "Բարև Ձեզ։ Ինչպե՞ս վճարել հաշիվը քարտով։ Շնորհակալություն։"
    asked = wrote(inbox, 1, text, language="hy")
    assert proposals(lead, article, "hy") == [("hy", "Ինչպե՞ս վճարել հաշիվը քարտով։", asked.pk)]


@pytest.mark.django_db
def test_what_a_person_asked_and_said_goes_with_them(lead: Agent, inbox: Inbox, write: Write) -> None:
    shown = write("Return a purchase")
    said = wrote(inbox, 1, "How can I return my purchase?")
    actions.propose_phrasings(article=shown.article, found=[("en", "How can I return my purchase?", said.pk)])
    actions.add_phrasings(**by(lead), article=shown.article, language="en", texts=["give it back"])
    actions.give_opinion(translation=shown, helpful=False, comment="Call me, Ani Petrosyan")
    assert said.customer
    subject = Subject((said.customer.pk,), (), ("Ani Petrosyan",), timezone.now())
    for name in ("phrasings", "opinions", "dead_ends"):
        erasers.get(name).erase(subject, 0)
    assert [one.text for one in Phrasing.objects.all()] == ["give it back"]
    assert Opinion.objects.get().comment == ""


def test_what_changed_is_marked_word_by_word() -> None:
    compared = compare("<p>We are open from 9 to 18.</p><p>Same.</p>", "<p>We are open from 9 to 20.</p><p>Same.</p>")
    assert compared.before == "<p>We are open from 9 to <del>18</del>.</p><p>Same.</p>"
    assert compared.after == "<p>We are open from 9 to <ins>20</ins>.</p><p>Same.</p>"
    assert compare("<p>a</p>", "<p>a</p>").is_same


def test_marks_never_reach_across_elements() -> None:
    compared = compare("", "<ul><li>one two</li><li>three</li></ul>")
    assert compared.after == "<ul><li><ins>one two</ins></li><li><ins>three</ins></li></ul>"
