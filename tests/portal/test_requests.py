"""A customer's requests by their link: theirs and nobody else's, told honestly, without a cookie or a script."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.config import senders
from tamada.config.bridge import LARGEST_BODY
from tamada.conversations.models import Conversation, Kind, Message
from tamada.core import limits
from tamada.customers.models import Customer
from tamada.operations import actions
from tamada.operations.models import Job, JobAct, JobStep, RequestLink, Risk
from tamada.search.queries import search
from tests.conversations.conftest import inbox, receive
from tests.operations.jobs import begin, set_step, states
from tests.operations.requests import job, sending, talk, tell_wishes

from .holders import Holder, text_of

__all__ = ["inbox", "job", "receive", "talk"]
pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def holder(job: Job) -> Holder:
    return Holder(job.customer)


@pytest.fixture
def stranger(customer: Customer, job: Job) -> Holder:
    """Another customer with a link of their own."""
    return Holder(customer)


# --- the door ---------------------------------------------------------------------------------------------------------


def test_a_link_opens_its_customers_requests_and_is_kept_to_whoever_holds_it(holder: Holder, job: Job) -> None:
    for path in ("", f"/jobs/{job.pk}"):
        page = holder.get(path)
        assert page.status_code == 200
        assert "Moving" in text_of(page)
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "no-store"
        assert "noindex" in page["X-Robots-Tag"]
        assert "script" not in page["Content-Security-Policy"]
        assert page["Content-Security-Policy"].startswith("default-src 'none'")
        assert "<script" not in page.content.decode()
        assert not page.cookies
    assert RequestLink.objects.get().seen_at is not None


def test_the_link_of_one_never_opens_the_job_of_another(holder: Holder, stranger: Holder, job: Job) -> None:
    assert "Moving" not in text_of(stranger.get())
    for path in (
        f"/jobs/{job.pk}",
        f"/jobs/{job.pk}/calendar.ics",
        f"/jobs/{job.pk}/steps/wishes",
        "/jobs/99999999999999999999",
    ):
        answer = stranger.get(path)
        assert answer.status_code == 404, path
        assert "Moving" not in text_of(answer)
    key = {"form": "k" * 22, "do": "answer", "answer-address": "Mine", "answer-boxes": "1", "text": "Whose?"}
    assert stranger.post(f"/jobs/{job.pk}/steps/wishes", key).status_code == 404
    assert stranger.post(f"/jobs/{job.pk}/question", key).status_code == 404
    assert states(job)["wishes"] == "open"
    assert Message.objects.filter(kind=Kind.IN).count() == 1


def test_a_link_to_one_job_opens_that_and_nothing_else_of_the_customer(
    teammate: Agent, talk: Conversation, job: Job
) -> None:
    other = begin(teammate, talk, job.service)
    tell_wishes(other)
    narrow, wide = Holder(job.customer, job=job), Holder(job.customer)
    assert narrow.get()["Location"] == f"{narrow.root}/jobs/{job.pk}"
    page = narrow.get(f"/jobs/{job.pk}")
    assert page.status_code == 200
    assert "My requests" not in text_of(page)
    assert "Abovyan 1" in wide.get(f"/jobs/{job.pk}").content.decode(), "known from the other job"
    assert "Abovyan 1" not in page.content.decode()
    for path in (f"/jobs/{other.pk}", f"/jobs/{other.pk}/calendar.ics", "/new", f"/new/{job.service.key}"):
        assert narrow.get(path).status_code == 404, path
    filled = {"form": "k" * 22, "do": "answer", "text": "Whose?", "reason": "No"}
    for path in (f"/jobs/{other.pk}/question", f"/jobs/{other.pk}/steps/agree", f"/new/{job.service.key}"):
        assert narrow.post(path, filled).status_code == 404, path
    JobStep.objects.filter(job=job, key="papers").update(answers={"address": "Mine 7"})
    assert "Mine 7" in narrow.get(f"/jobs/{job.pk}").content.decode(), "known from this job"
    answers = {"answer-address": "Abovyan 1", "answer-boxes": "2"}
    assert narrow.send(job, "wishes", "answer", **answers).status_code == 303
    assert states(job)["wishes"] == "done"


def test_what_is_over_says_so_kindly_and_shows_nothing(holder: Holder, job: Job, teammate: Agent) -> None:
    actions.revoke_links(agent=teammate, actor=actor_of(teammate), customer=job.customer)
    revoked = [holder.get(path) for path in ("", f"/jobs/{job.pk}", "/nonsense")]
    RequestLink.objects.update(revoked_at=None, expires_at=timezone.now())
    expired = [holder.get(path) for path in ("", f"/jobs/{job.pk}")]
    written = holder.post(f"/jobs/{job.pk}/question", {"form": "k" * 22, "text": "Hello?"})
    for answer in [*revoked, *expired, written]:
        assert answer.status_code == 410
        assert "we send you a new one" in text_of(answer)
        assert "Moving" not in answer.content.decode()
        assert "Ani" not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
    assert "taken back" in text_of(revoked[0])
    assert "too old" in text_of(expired[0])
    assert Message.objects.filter(kind=Kind.IN).count() == 1


def test_words_that_open_nothing_are_counted_by_address(holder: Holder, job: Job) -> None:
    client = Client(REMOTE_ADDR="198.51.100.77")
    limits.reset("requests:wrong:198.51.100.77")
    answers = [client.get(f"/requests/wrong-{n}/jobs/{job.pk}").status_code for n in range(62)]
    assert set(answers[:60]) == {404}
    assert answers[-1] == 429
    assert holder.get().status_code == 200


def test_forms_of_other_sites_are_not_taken(holder: Holder, job: Job) -> None:
    form = {"form": "k" * 22, "text": "Hello?"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "http://["}):
        assert holder.post(f"/jobs/{job.pk}/question", form, **headers).status_code == 403
    assert holder.post(f"/jobs/{job.pk}/question", form, Origin="null").status_code == 303
    assert holder.client.put(f"{holder.root}/jobs/{job.pk}").status_code == 405
    assert Message.objects.filter(kind=Kind.IN).count() == 2


def test_forms_of_one_link_have_an_end(holder: Holder, job: Job) -> None:
    answers = {holder.post(f"/jobs/{job.pk}/question", {"form": "k" * 22, "text": "x"}).status_code for _ in range(62)}
    assert answers == {303, 429}


def test_files_of_one_link_have_an_end(holder: Holder, job: Job) -> None:
    def send(number: int) -> int:
        files = [SimpleUploadedFile(f"{number}.png", PNG, "image/png") for _ in range(10)]
        form = {"form": f"{number:022}", "text": "Look", "files": files}
        return int(holder.post(f"/jobs/{job.pk}/question", form).status_code)

    assert [send(number) for number in range(7)] == [303] * 6 + [429]


# --- what is told -----------------------------------------------------------------------------------------------------


def test_only_what_the_template_shows_is_told(holder: Holder, teammate: Agent, job: Job) -> None:
    tell_wishes(job)
    before = text_of(holder.get(f"/jobs/{job.pk}"))
    assert "We tell you the price" in before, "a promise of ours"
    set_step(teammate, job, "price", "done", answers={"price": 9000, "margin": "300"}, reason="They pay anything")
    page = text_of(holder.get(f"/jobs/{job.pk}"))
    for shown in ("Agree to the price", "Look at the price.", "Price 9,000", "The price is there.", "It is your turn"):
        assert shown in page, shown
    for hidden in ("Margin", "300", "They pay anything", "Work out the price", "Secret bill", "Tamar", "desk.example"):
        assert hidden not in page, hidden


def test_a_later_date_is_told_with_its_reason_and_what_is_likely_in_plain_words(
    holder: Holder, teammate: Agent, job: Job
) -> None:
    to = timezone.now() + timedelta(days=9)
    actions.move_promise(agent=teammate, actor=actor_of(teammate), job=job, to=to, reason="The lorry broke down")
    page = text_of(holder.get(f"/jobs/{job.pk}"))
    assert "The lorry broke down" in page
    assert "New date:" in page
    assert "sorry" not in page
    Job.objects.filter(pk=job.pk).update(risk=Risk.AT_RISK, cause="price")
    assert "it will take longer than we promised. We are sorry." in text_of(holder.get(f"/jobs/{job.pk}"))
    Job.objects.filter(pk=job.pk).update(risk=Risk.LATE, cause="wishes")
    assert "It goes on as soon as we have your answer." in text_of(holder.get(f"/jobs/{job.pk}"))
    actions.cancel_job(agent=teammate, actor=actor_of(teammate), job=job, reason="No lorry at all")
    over = text_of(holder.get(f"/jobs/{job.pk}"))
    assert "Cancelled" in over
    assert "No lorry at all" in over
    assert "Ended" in text_of(holder.get())


def test_a_page_is_in_the_language_of_the_job_or_in_the_one_that_is_chosen(holder: Holder, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(language="hy")
    page = holder.get(f"/jobs/{job.pk}")
    assert page["Content-Language"] == "hy"
    assert "Տեղափոխում" in text_of(page)
    english = holder.get(f"/jobs/{job.pk}?language=en")
    assert english["Content-Language"] == "en"
    assert f"{holder.root}/jobs/{job.pk}/steps/wishes?language=en" in english.content.decode()
    assert holder.get("?language=xx").status_code == 200


def test_many_requests_are_read_with_as_few_queries_as_one(
    holder: Holder, teammate: Agent, job: Job, talk: Conversation
) -> None:
    holder.get()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert holder.get().status_code == 200
        return len(queries)

    before = asked()
    for _ in range(3):
        begin(teammate, talk, job.service)
    assert asked() == before
    assert before < 20


# --- what is done -----------------------------------------------------------------------------------------------------


def test_answers_are_taken_and_what_is_known_stands_in_the_form(
    holder: Holder, teammate: Agent, job: Job, talk: Conversation
) -> None:
    answer = holder.send(job, "wishes", "answer", **{"answer-address": "Abovyan 1", "answer-boxes": "12"})
    assert answer.status_code == 303
    assert "We have your answer" in text_of(holder.client.get(answer["Location"]))
    assert states(job)["wishes"] == "done"
    again = begin(teammate, talk, job.service)
    page = holder.get(f"/jobs/{again.pk}").content.decode()
    assert 'value="Abovyan 1"' in page
    assert "This is what we know already" in page


@pytest.mark.parametrize(
    ("step", "form", "wrong"),
    [
        ("wishes", {"do": "answer", "answer-address": " ", "answer-boxes": "1"}, "still to be answered"),
        ("wishes", {"do": "answer", "answer-address": "<b>", "answer-boxes": "many"}, "no answer to “Boxes”"),
        ("papers", {"do": "upload"}, "still to be answered"),
    ],
)
def test_what_can_not_be_taken_is_told_at_its_field(
    holder: Holder, job: Job, step: str, form: dict[str, str], wrong: str
) -> None:
    answer = holder.post(f"/jobs/{job.pk}/steps/{step}", {"form": "k" * 22, **form})
    assert answer.status_code == 422
    assert wrong in text_of(answer)
    assert 'role="alert"' in answer.content.decode()
    assert "<b>" not in answer.content.decode().replace("<b>We", "").replace("<b>You", "")
    assert states(job)[step] == "open"


def test_what_is_not_asked_now_says_kindly_how_it_stands(holder: Holder, job: Job) -> None:
    form = {"form": "k" * 22, "answer-address": "A", "answer-boxes": "1"}
    early = holder.post(f"/jobs/{job.pk}/steps/agree", {**form, "do": "approve"})
    assert early.status_code == 409
    assert "We do not ask for this yet" in text_of(early)
    tell_wishes(job)
    late = holder.post(f"/jobs/{job.pk}/steps/wishes", {**form, "do": "answer"})
    assert late.status_code == 409
    assert "done already" in text_of(late)
    for step, do in (("price", "answer"), ("nonsense", "answer"), ("wishes", "approve"), ("wishes", "nonsense")):
        assert holder.post(f"/jobs/{job.pk}/steps/{step}", {**form, "do": do}).status_code == 404
    assert holder.get(f"/jobs/{job.pk}/steps/wishes").status_code == 302


def test_they_agree_or_say_why_not(holder: Holder, teammate: Agent, job: Job, talk: Conversation) -> None:
    tell_wishes(job)
    set_step(teammate, job, "price", "done", answers={"price": 9000, "margin": "300"})
    empty = holder.send(job, "agree", "decline", reason="")
    assert empty.status_code == 422
    declined = holder.send(job, "agree", "decline", reason="Too dear")
    assert "will write to you" in text_of(holder.client.get(declined["Location"]))
    again = text_of(holder.get(f"/jobs/{job.pk}"))
    assert "Too dear" in again
    assert "If you agree after all, say so here." in again
    assert "Too dear" in talk.messages.latest("seq").text
    assert holder.send(job, "agree", "approve").status_code == 303
    assert states(job)["agree"] == "done"


def test_they_choose_a_time_another_one_and_take_it_to_their_calendar(
    holder: Holder, teammate: Agent, job: Job
) -> None:
    tell_wishes(job)
    set_step(teammate, job, "price", "done", answers={"price": 9000, "margin": "300"})
    actions.approve(sending=sending(job, "agree"))
    page = holder.get(f"/jobs/{job.pk}").content.decode()
    moments = re.findall(r'name="at" value="([^"]+)"', page)
    assert len(moments) > 20
    assert "Later days" in page
    nothing = holder.send(job, "day", "appointment")
    assert nothing.status_code == 422
    assert "Choose a time." in text_of(nothing)
    assert holder.send(job, "day", "appointment", at=moments[30]).status_code == 303
    chosen = JobStep.objects.get(job=job, key="move").not_before
    assert chosen is not None
    assert chosen.isoformat() == moments[30]
    page = holder.get(f"/jobs/{job.pk}").content.decode()
    assert "Your time" in page
    assert "Choose another time" in page
    file = holder.get(f"/jobs/{job.pk}/calendar.ics?step=day")
    assert file["Content-Type"].startswith("text/calendar")
    assert f"DTSTART:{chosen:%Y%m%dT%H%M%SZ}\r\n" in file.content.decode()
    assert f"DTEND:{chosen + timedelta(hours=2):%Y%m%dT%H%M%SZ}\r\n" in file.content.decode()
    promised = holder.get(f"/jobs/{job.pk}/calendar.ics").content.decode()
    assert "DTSTART;VALUE=DATE:" in promised
    assert all(len(line.encode()) <= 75 for line in promised.split("\r\n"))
    assert holder.get(f"/jobs/{job.pk}/calendar.ics?step=agree").status_code == 404
    assert holder.send(job, "day", "appointment", at=moments[31]).status_code == 303
    set_step(teammate, job, "move", "active")
    assert holder.send(job, "day", "appointment", at=moments[32]).status_code == 409


def test_they_send_files(holder: Holder, job: Job, talk: Conversation, teammate: Agent) -> None:
    bad = SimpleUploadedFile("lease.png", b"<script>alert(1)</script>", "image/png")
    refused = holder.send(job, "papers", "upload", **{"answer-lease": bad})
    assert refused.status_code == 422
    assert "Files of this kind are not taken: lease.png" in text_of(refused)
    good = SimpleUploadedFile("lease.png", PNG, "image/png")
    assert holder.send(job, "papers", "upload", **{"answer-lease": good, "answer-lift": "no"}).status_code == 303
    sent = talk.messages.latest("seq")
    assert sent.attachments.get().name == "lease.png"
    assert [hit.message.pk for hit in search(teammate, "lease.png").hits] == [sent.pk]
    assert states(job)["papers"] == "done"


def test_a_question_is_one_message_however_often_its_form_is_sent(holder: Holder, job: Job, talk: Conversation) -> None:
    assert holder.post(f"/jobs/{job.pk}/question", {"form": "k" * 22, "text": " "}).status_code == 422
    form = {"form": "k" * 22, "text": "When do you come?"}
    answers = [holder.post(f"/jobs/{job.pk}/question", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "We have your question" in text_of(holder.client.get(answers[0]["Location"]))
    assert talk.messages.filter(kind=Kind.IN).count() == 2
    assert JobAct.objects.filter(kind="asked").count() == 1
    job.customer.identities.all().delete()
    refused = holder.post(f"/jobs/{job.pk}/question", {"form": "m" * 22, "text": "And now?"})
    assert refused.status_code == 422
    assert "Below is how to reach us" in text_of(refused)


def test_files_may_come_by_a_link_and_not_by_one_that_is_over(holder: Holder, teammate: Agent) -> None:
    scope = {"path": f"{holder.root}/ask", "headers": []}
    assert senders.most_from(scope) == LARGEST_BODY
    actions.revoke_links(agent=teammate, actor=actor_of(teammate), customer=holder.made.row.customer)
    assert senders.most_from(scope) == senders.STRANGERS
