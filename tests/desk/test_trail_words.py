"""Whatever the code can write into the audit trail has words, in every room."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Final

import pytest
from django.utils.translation import override

from tamada.accounts.actions.people import _PROFILE
from tamada.assistant.fields import FIELDS as ASKED
from tamada.automation.actions.routing import RoutingTerms
from tamada.automation.models import Target
from tamada.channels.email.accounts import _PLAIN as MAIL_PLAIN
from tamada.channels.email.accounts import _SECRET as MAIL_SECRET
from tamada.conversations.actions.inboxes import _CHANGEABLE
from tamada.conversations.actions.state import FIELDS as UNDONE
from tamada.conversations.actions.update import _APPLY
from tamada.core import personal
from tamada.customers.actions.people import _PLAIN as CUSTOMER
from tamada.desk.trail import NAMING, field_name, part_name
from tamada.desk.trail_words import ACTIONS, FIELDS, OBJECTS
from tamada.knowledge.actions import Face, Settled
from tamada.operations.actions.services import _SETTLED
from tamada.operations.models import HandoffStatus
from tamada.transfer.importing.run import Summary
from tamada.webhooks.actions.endpoints import _SHOWN
from tests.helpers.audit_source import Reader

MADE_OF: Final[Mapping[str, Iterable[str]]] = {
    "accounts.actions.people._apply": {"name", "role", "is_active"},
    "accounts.actions.people.update_profile": _PROFILE,
    "assistant.actions.business._tell": ASKED,
    "automation.actions.routing.set_team_routing": [one.name for one in fields(RoutingTerms)],
    "channels.email.accounts.update_mail_account": MAIL_PLAIN | MAIL_SECRET,
    "conversations.actions.changes._undo": (*UNDONE, "tags"),
    "conversations.actions.inboxes.update_inbox": _CHANGEABLE,
    "conversations.actions.update.change": _APPLY,
    "customers.actions.people._finish": (*CUSTOMER, "tags", "identities"),
    "knowledge.actions.articles.update_article": (*Settled().fields(), "review_told_at"),
    "knowledge.actions.centres.update_centre": Face(slug="help").fields(),
    "operations.actions.services.settle_service": _SETTLED,
    "transfer.actions.imports._finish": Summary().as_dict(),
    "webhooks.actions.endpoints.update_endpoint": _SHOWN,
}
KINDS: Final[Mapping[str, str]] = {
    "accounts.actions.sessions.end_old_sessions": "accounts.agent",
    "assistant.actions.handing.hand_over": "conversations.conversation",
    "assistant.actions.judging.judge": "assistant.said",
    "assistant.actions.responding._thank": "conversations.conversation",
    "conversations.actions.forward.forward_message": "conversations.message",
    "conversations.actions.reply.send_reply": "conversations.message",
    "operations.actions.keeping.finish": "operations.job",
    "operations.actions.links.revoke_links": "operations.requestlink",
}
DONE: Final[Mapping[str, Iterable[str]]] = {
    "operations.actions.answering.answer": [
        f"handoff.{status}" for status in HandoffStatus if status != HandoffStatus.WAITING
    ]
}


@pytest.fixture(scope="module")
def written() -> Reader:
    reader = Reader(NAMING, MADE_OF, KINDS, DONE)
    reader.read()
    return reader


def test_every_place_that_writes_is_understood(written: Reader) -> None:
    for room in ("calendars", "channels", "cli.export", "core.settings_store", "notifications", "privacy.export"):
        assert any(place.startswith(f"{room}.") for place in written.places), room
    assert len(written.places) > 140
    assert written.lost == set()
    assert {*MADE_OF, *KINDS, *DONE} - written.asked == set()


def test_every_action_has_words(written: Reader) -> None:
    assert {code: place for code, place in written.actions.items() if code not in ACTIONS} == {}


def test_every_kind_of_thing_has_words(written: Reader) -> None:
    assert {kind: place for kind, place in written.objects.items() if kind not in OBJECTS} == {}


def test_every_field_has_words(written: Reader) -> None:
    wordless = {name: place for name, place in written.fields.items() if name not in FIELDS}
    assert {name: place for name, place in wordless.items() if field_name(name) not in FIELDS.values()} == {}


def test_every_part_of_a_field_has_words() -> None:
    """Deadlines by what they are of, erased things and terms by their kind."""
    assert {str(target) for target in Target} - FIELDS.keys() == set()
    erased = {key: str(one.title) for key, one in personal.erasers.all().items()}
    kept = {key: str(one.title) for key, one in personal.expiries.all().items()}
    for name, titles in {"counts": erased, "left": erased, "days": kept}.items():
        assert {key: part_name(name, key) for key in titles} == titles


@pytest.mark.parametrize("language", ["hy", "ka", "ru"])
def test_the_words_are_in_every_language(language: str) -> None:
    with override(language):
        told = {key: str(words) for table in (ACTIONS, OBJECTS, FIELDS) for key, words in table.items()}
    alike = {key for key, words in told.items() if words.isascii()}
    assert alike - {"webhooks.endpoint", "webhook"} == set()
