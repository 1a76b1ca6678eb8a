"""Every operation of the API by role and by whose the thing is: one's own, the team's, another team's.

Each answer, of what is really there, is as the document says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from django.db import transaction
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role
from tamada.api import openapi
from tamada.api.urls import api
from tamada.automation.actions import create_view
from tamada.automation.actions.views import ViewTerms
from tamada.channels.journal import default_journal
from tamada.conversations import actions
from tamada.conversations.models import Attachment, Conversation, Inbox
from tamada.customers import actions as customers
from tamada.customers.models import Organisation
from tamada.kit.text import analyse
from tamada.knowledge import actions as knowledge
from tamada.knowledge.actions import Settled
from tamada.operations.actions import make_commitment, offer_handoff
from tamada.operations.models import Service
from tamada.webhooks import actions as webhooks
from tamada.webhooks.models import Delivery, State
from tests.api.conftest import ROOT, Api
from tests.cast import make_agent
from tests.desk.test_access import everything, received
from tests.helpers.writes import watched
from tests.operations.jobs import begin

ROLES = ("owner", "lead", "teammate", "observer")
PLACES = ("own", "team", "foreign")
Answers = tuple[int, int, int, int]


@dataclass(frozen=True)
class Case:
    """One operation, and what each of ROLES is answered at each of PLACES; `words` are other ids than the usual."""

    operation: str
    own: Answers
    team: Answers
    foreign: Answers
    body: dict[str, Any] | None = None
    words: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.operation, *map(str, (*self.words.values(), self.body or "", self.query or ""))])


def seen(operation: str, **more: Any) -> Case:
    """Who sees the conversation reads it; an admin sees all."""
    return Case(operation, (200, 200, 200, 200), (200, 200, 200, 200), (200, 404, 404, 404), **more)


def done(operation: str, ok: int = 200, **more: Any) -> Case:
    """Who sees it does it, but an observer, who is told so before anything is looked up."""
    return Case(operation, (ok, ok, ok, 403), (ok, ok, ok, 403), (ok, 404, 404, 403), **more)


def common(operation: str, answers: Answers, **more: Any) -> Case:
    """What belongs to the whole company is answered alike, whoever asks from where."""
    return Case(operation, answers, answers, answers, **more)


ALL: Answers = (200, 200, 200, 200)
ADMIN: Answers = (200, 403, 403, 403)
HIDDEN: Answers = (200, 404, 404, 404)
KEPT_BY_ADMINS: Answers = (200, 404, 404, 403)
OPEN = {"ask": "status", "is": "is", "value": "open"}
TINY = """service: tiny
name: Tiny
stages:
  - stage: all
    name: All
    steps:
      - step: call
        name: Call
        by: customer
        takes: 1h
"""
HOOK = {"url": "https://shop.example/hooks", "active": True}

# Words in braces are filled with the ids of the place.
CASES = (
    # conversations
    common("GET /conversations", ALL),
    common("GET /conversations", ALL, query={"status": "open", "inbox": "{inbox}"}),
    Case(
        "POST /conversations",
        *((201, 201, 201, 403), (201, 201, 201, 403), (201, 422, 422, 403)),  # the field is what is wrong
        body={"inbox": "{inbox}", "to": "a@b.example", "text": "Hi"},
    ),
    seen("GET /conversations/{id}"),
    done("PATCH /conversations/{id}", body={"priority": "high"}),
    done("PATCH /conversations/{id}", body={"assignee": "me", "status": "closed"}),
    done("DELETE /conversations/{id}", 204),
    done("POST /conversations/{id}/read", body={"message": "{message}"}),
    done("POST /conversations/{id}/spam", body={"spam": True, "block": True}),
    common("GET /counts", ALL),
    # merges, splits, what was deleted
    done("POST /conversations/{id}/merge", 201, body={"into": "{second}"}),
    seen("GET /merges/{id}"),
    done("POST /merges/{id}/undo"),
    done("POST /conversations/{id}/split", 201, body={"messages": ["{note}"]}),
    Case(
        "POST /conversations/{id}/restore",
        (200, 200, 403, 403),
        (200, 200, 403, 403),
        (200, 404, 404, 403),
        words={"id": "{deleted}"},
    ),
    # messages
    seen("GET /conversations/{id}/messages"),
    done("POST /conversations/{id}/messages", 201, body={"kind": "note", "text": "Look"}),
    done("POST /conversations/{id}/messages", 201, body={"text": "We come"}),
    seen("GET /conversations/{id}/messages/{message_id}"),
    seen("GET /conversations/{id}/messages/{message_id}/raw"),
    common("GET /search", ALL, query={"q": "modem"}),
    # customers
    common("GET /customers", ALL),
    common("POST /customers", (201, 201, 201, 403), body={"name": "Nare"}),
    seen("GET /customers/{id}"),
    done("PATCH /customers/{id}", body={"name": "Somebody else"}),
    seen("GET /customers/{id}/timeline"),
    seen("GET /customers/{id}/identities"),
    done("POST /customers/{id}/identities", 201, body={"type": "email", "value": "more@mail.example"}),
    done("PATCH /customers/{id}/identities/{identity_id}", body={"verified": True}),
    done("DELETE /customers/{id}/identities/{identity_id}", 204),
    done("POST /customers/{id}/merge", 201, body={"into": "{second_customer}"}),
    done("POST /customer-merges/{id}/undo"),
    # files
    common("POST /attachments", (201, 201, 201, 403), body={"file": "a.png"}),
    seen("GET /attachments/{id}"),
    Case("GET /attachments/{id}", (*ALL[:3], 404), (404,) * 4, (404,) * 4, words={"id": "{upload}"}),
    # the house
    common("GET /me", ALL),
    common("GET /agents", ALL),
    common("GET /teams", ALL),
    common("GET /inboxes", ALL),
    common("GET /tags", ALL),
    common("GET /attributes", ALL),
    common("GET /organisations", ALL),
    common("POST /organisations", (201, 201, 201, 403), body={"name": "Ararat Bank"}),
    common("GET /organisations/{id}", ALL),
    common("PATCH /organisations/{id}", (200, 200, 200, 403), body={"note": "VIP"}),
    common("GET /blocked-senders", ALL),
    common("POST /blocked-senders", (201, 201, 201, 403), body={"value": "spam@evil.example"}),
    common("DELETE /blocked-senders/{id}", (204, 204, 204, 403)),
    # views: a team's are kept by its leads, one's own by oneself
    common("GET /views", ALL),
    common("POST /views", (201, 201, 201, 403), body={"name": "Mine", "every": [OPEN]}),
    seen("GET /views/{id}"),
    seen("GET /views/{id}/conversations"),
    Case("PATCH /views/{id}", (200, 200, 403, 403), (200, 200, 403, 403), (200, 404, 404, 403), body={"name": "Ours"}),
    Case("DELETE /views/{id}", (204, 204, 403, 403), (204, 204, 403, 403), (204, 404, 404, 403)),
    Case("GET /views/{id}", (*ALL[:3], 404), (404,) * 4, (404,) * 4, words={"id": "{own_view}"}),
    Case(
        "PATCH /views/{id}",
        *((200, 200, 200, 403), (404, 404, 404, 403), (404, 404, 404, 403)),
        body={"name": "Ours"},
        words={"id": "{own_view}"},
    ),
    # promises are seen with their conversation
    common("GET /commitments", ALL),
    done("POST /commitments", 201, body={"customer": "{customer}", "text": "Call", "due_at": "2030-01-31T09:30:00Z"}),
    seen("GET /commitments/{id}"),
    done("PATCH /commitments/{id}", body={"status": "kept"}),
    done("PATCH /commitments/{id}", 409, body={"status": "broken"}),
    # services are no secret, and admins settle them
    common("GET /services", ALL),
    common("POST /services", (201, 403, 403, 403), body={"yaml": TINY}),
    common("GET /services/{id}", ALL),
    common("PATCH /services/{id}", (200, 403, 403, 403), body={"active": True}),
    # jobs are seen with their customer
    common("GET /jobs", ALL),
    done("POST /jobs", 201, body={"service": "repair", "customer": "{customer}"}),
    seen("GET /jobs/{id}"),
    done("PATCH /jobs/{id}", body={"status": "cancelled", "reason": "They moved"}),
    done("PATCH /jobs/{id}", 409, body={"status": "cancelled"}),
    seen("GET /jobs/{id}/steps"),
    done("PATCH /jobs/{id}/steps/{step}", body={"status": "active"}),
    # hand-offs are seen with their job or conversation; who they are for answers them
    common("GET /handoffs", ALL),
    done("POST /handoffs", 201, body={"conversation": "{conversation}", "to": {"agent": "{receiver}"}}),
    common("POST /handoffs", (422, 422, 422, 403), body={"conversation": "{conversation}", "to": {}}),
    done("POST /handoffs", 409, body={"job": "{job}", "to": {"agent": "{receiver}"}}),
    seen("GET /handoffs/{id}"),
    Case(
        "PATCH /handoffs/{id}",
        *((200, 200, 403, 403), (200, 200, 403, 403), (200, 404, 404, 403)),  # its giver, and who leads
        body={"status": "withdrawn"},
    ),
    Case(
        "PATCH /handoffs/{id}",
        *((403, 403, 403, 403), (403, 403, 403, 403), (403, 404, 404, 403)),  # it is for somebody else
        body={"status": "accepted"},
    ),
    # articles are for everybody who works here
    common("GET /articles", ALL),
    common("GET /articles/{id}", ALL),
    common("GET /article-files/{id}", ALL),
    # webhooks hear of everything: admins alone
    common("GET /webhooks", ADMIN),
    common("POST /webhooks", (201, 403, 403, 403), body=HOOK),
    common("GET /webhooks/{id}", HIDDEN),
    common("PATCH /webhooks/{id}", KEPT_BY_ADMINS, body={"active": False}),
    common("DELETE /webhooks/{id}", (204, 404, 404, 403)),
    common("POST /webhooks/{id}/secret", KEPT_BY_ADMINS),
    common("POST /webhooks/{id}/replay", KEPT_BY_ADMINS),
    common("GET /webhooks/{id}/deliveries", HIDDEN),
    common("GET /webhooks/{id}/deliveries/{delivery_id}", HIDDEN),
    common("POST /webhooks/{id}/deliveries/{delivery_id}/replay", KEPT_BY_ADMINS),
)
USUAL = {"step": "step", "message_id": "message", "identity_id": "identity", "delivery_id": "delivery"}
OF_PATH = {
    "conversations": "conversation", "merges": "merge", "customers": "customer", "customer-merges": "customer_merge",
    "commitments": "commitment", "jobs": "job", "services": "service",
    "handoffs": "handoff",
    "articles": "article", "article-files": "article_file",
    "attachments": "attachment", "organisations": "organisation", "views": "view",
    "blocked-senders": "blocked", "webhooks": "webhook",
}  # fmt: skip


def routes() -> Iterator[str]:
    """What the table of routes answers, as `METHOD /path`."""
    for _prefix, router in api()._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield from (f"{method} {path}" for method in operation.methods)


def test_every_operation_has_a_case() -> None:
    assert sorted(set(routes())) == sorted({case.operation for case in CASES})


class Place:
    """Conversations and what hangs on them in one inbox; whoever `asks` owns them all where they are given."""

    def __init__(self, inbox: Inbox, admin: Agent, number: int, asks: Agent | None) -> None:
        self.inbox, self.admin, self.actor, self.number = inbox, admin, actor_of(admin), number
        by: dict[str, Any] = {"agent": admin, "actor": self.actor}
        main, second, source, target, deleted = (self._come(n, asks) for n in range(5))
        file = actions.attach(agent=admin, draft=None, name="note.txt", content=b"note")
        note = actions.add_note(**by, conversation=main, text="Another matter", attachments=[file])
        merge = actions.merge_conversations(**by, sources=[source], target=target)
        actions.delete_conversations(**by, conversations=[deleted])
        known = customers.create_customer(**by, name="Ani P.")
        customer_merge = customers.merge_customers(**by, source=known, target=target.customer)
        writer = admin if asks is None or asks.role == Role.OBSERVER else asks
        upload = actions.attach(agent=writer, draft=None, name="draft.txt", content=b"draft")
        shared = ViewTerms(name=f"Team's {number}", visibility="team", team=inbox.team, every=[OPEN])
        view = create_view(**by, terms=shared)
        private = ViewTerms(name=f"Own {number}", every=[OPEN])
        own_view = create_view(agent=writer, actor=actor_of(writer), terms=private)
        first = main.messages.order_by("seq")[0]
        promise = make_commitment(
            **by, customer=main.customer, conversation=main, text="Call", due_at=timezone.now() + timedelta(days=1)
        )
        job = begin(admin, main, Service.objects.get(key="repair"))
        receiver = make_agent(f"Raffi{number}", Role.AGENT, inbox.team)
        handoff = offer_handoff(**by, job=job, to=receiver, note="They will ask")
        rows = {
            "receiver": receiver, "handoff": handoff,
            "inbox": inbox, "conversation": main, "second": second, "merge": merge, "deleted": deleted, "note": note,
            "commitment": promise, "job": job, "message": first, "attachment": Attachment.objects.get(message=first),
            "upload": upload,
            "customer": main.customer, "identity": main.customer.identities.get(),
            "view": view, "own_view": own_view, "second_customer": second.customer, "customer_merge": customer_merge,
        }  # fmt: skip
        self.ids = {word: str(row.pk) for word, row in rows.items()} | {"step": "receive"}

    def _come(self, which: int, owner: Agent | None) -> Conversation:
        number = self.number * 10 + which
        raw = default_journal().keep(b"From: a@mail.example\r\n\r\nHello %d" % number, {"inboxes": [self.inbox.pk]})
        terms = " ".join(analyse(f"Modem {number}"))
        envelope = received(self.inbox, number, sender=f"a{number}@mail.example", raw=raw, lemmas=terms)
        (result,) = actions.receive_messages(envelopes=[envelope])
        Conversation.objects.filter(pk=result.conversation_id or 0).update(assignee=owner)
        return Conversation.objects.get(pk=result.conversation_id or 0)


@pytest.fixture
def house(owner: Agent) -> dict[str, str]:
    """What the company has once, by name."""
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    blocked = customers.block_sender(**by, value="old@evil.example")
    webhook, _secret = webhooks.add_endpoint(**by, url="https://127.0.0.1.invalid/hooks")
    sent = webhooks.send_test(**by, endpoint=webhook)
    Delivery.objects.filter(pk=sent.pk).update(state=State.FAILED, type="note.added")
    article = knowledge.create_article(**by, settled=Settled())
    rows = {
        "article": article,
        "service": Service.objects.get(key="repair"),
        "article_file": knowledge.add_file(**by, article=article, name="a.txt", content=b"a"),
        "blocked": blocked,
        "webhook": webhook,
        "delivery": sent,
        "organisation": Organisation.objects.create(name="A"),
    }
    return {word: str(row.pk) for word, row in rows.items()}


def ask(caller: Api, case: Case, ids: dict[str, str]) -> Any:
    """Send it, and return the answer, a file read to its end."""
    method, path = case.operation.split()
    segment = path.split("/")[1]
    for word in re.findall(r"{(\w+)}", path):
        usual = OF_PATH.get(segment, "") if word == "id" else USUAL[word]
        path = path.replace(f"{{{word}}}", case.words.get(word, f"{{{usual}}}").format(**ids))
    if case.operation == "POST /attachments":
        return caller.upload(b"hello")
    answer = caller.call(method, path, filled(case.body, ids), **filled(case.query, ids))
    if answer.streaming:
        b"".join(answer.streaming_content)
        for close in answer._resource_closers:
            close()
    return answer


@cache
def document() -> dict[str, Any]:
    return openapi.build()


@cache
def validator(operation: str, status: int, media: str) -> Any:
    """What the document says of such an answer; None where it says nothing of its body, KeyError of the answer."""
    method, path = operation.split()
    content = document()["paths"][f"{ROOT}{path}"][method.lower()]["responses"][str(status)].get("content")
    if content is None or "*/*" in content:
        return None
    return jsonschema_rs.validator_for({**content[media]["schema"], "components": document()["components"]})


def not_as_documented(operation: str, answer: Any) -> list[str]:
    """How an answer differs from what the document says."""
    try:
        said = validator(operation, answer.status_code, answer.get("Content-Type", "").partition(";")[0])
    except KeyError as error:
        return [f"{answer.status_code} {error} is not documented"]
    if said is None or answer.streaming:
        return []
    return [
        f"{answer.status_code} {error.instance_path} {error.message[:200]}" for error in said.iter_errors(answer.json())
    ]


def filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**ids)
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    return {name: filled(one, ids) for name, one in value.items()} if isinstance(value, dict) else value


@pytest.mark.sqlite  # The doors are the same above any database; what a room shows whom is tried there on both.
@pytest.mark.parametrize("who", ROLES)
def test_each_is_answered_as_role_and_place_allow_and_a_refusal_changes_nothing(
    who: str, request: pytest.FixtureRequest, owner: Agent, teammate: Agent, outsider: Agent,
    inbox: Inbox, other_inbox: Inbox, house: dict[str, str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asks: Agent = request.getfixturevalue(who)
    colleague = owner if asks == teammate else teammate
    places = {
        "own": Place(inbox, owner, 1, asks),
        "team": Place(inbox, owner, 2, colleague),
        "foreign": Place(other_inbox, owner, 3, outsider),
    }
    caller = Api(asks)
    monkeypatch.setattr("tamada.accounts.queries.TOUCH_EVERY", timedelta(days=1))
    caller.get("/me")  # Notes that the token was used, once for all that follows.
    before = everything()
    wrong, changed, odd = {}, [], {}
    for case in CASES:
        for name, place in places.items():
            with transaction.atomic():
                with watched() as writes:
                    answer = ask(caller, case, place.ids | house)
                status, expected = answer.status_code, getattr(case, name)[ROLES.index(who)]
                if status != expected:
                    wrong[f"{name}: {case}"] = (status, expected)
                if status >= 400 and writes and everything() != before:
                    changed.append(f"{name}: {case}")
                if told := not_as_documented(case.operation, answer):
                    odd[f"{name}: {case}"] = told
                transaction.set_rollback(True)
    assert wrong == {}, wrong
    assert changed == []
    assert odd == {}


LISTS = ("/conversations", "/customers", "/search?q=modem", "/inboxes")


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_nothing_of_other_teams(
    path: str, owner: Agent, teammate: Agent, lead: Agent, observer: Agent, inbox: Inbox, other_inbox: Inbox
) -> None:
    mine, foreign = Place(inbox, owner, 1, teammate), Place(other_inbox, owner, 3, None)
    word = {"/customers": "customer", "/inboxes": "inbox"}.get(path, "conversation")
    for agent, sees_all in ((owner, True), (lead, False), (teammate, False), (observer, False)):
        found = {item["id"] for item in Api(agent).get(path).json()["items"]}
        assert mine.ids[word] in found
        assert (foreign.ids[word] in found) == sees_all
