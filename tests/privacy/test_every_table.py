"""Every table that can hold a word says how a person's words leave it, or why there are none: no room can forget."""

from typing import Final

import pytest
from django.apps import apps
from django.db import connection, models

from tamada.core import personal

_COLLEAGUES = "Our own people, who are not customers"
_SETTINGS = "What admins settle about the house, not about a customer"
_KNOWLEDGE = "What the company writes for all its customers, about none of them"
_NUMBERS = "Numbers, times and codes of ours"

NOTHING: Final = {
    "accounts.Agent": _COLLEAGUES,
    "accounts.ApiToken": _COLLEAGUES,
    "accounts.Invitation": _COLLEAGUES,
    "accounts.OpenSession": _COLLEAGUES,
    "accounts.Passkey": _COLLEAGUES,
    "accounts.RecoveryCode": _COLLEAGUES,
    "accounts.SignInAttempt": "What was typed at our own door, forgotten after minutes",
    "accounts.SsoIdentity": _COLLEAGUES,
    "accounts.Team": _SETTINGS,
    "accounts.TotpKey": _COLLEAGUES,
    "assistant.BusinessAction": _SETTINGS,
    "assistant.InboxAssistant": _SETTINGS,
    "assistant.Learned": "Numbers; its file is learned anew, and the old one goes, when an example is erased",
    "auth.Group": "Unused",
    "auth.Permission": "Django's own names",
    "automation.Absence": _COLLEAGUES,
    "automation.Deadline": _NUMBERS,
    "automation.DryRun": _NUMBERS,
    "automation.AgentRouting": _COLLEAGUES,
    "automation.TeamRouting": _SETTINGS,
    "automation.Policy": _SETTINGS,
    "automation.RuleBook": _NUMBERS,
    "calendars.Calendar": _SETTINGS,
    "calendars.SpecialDay": _SETTINGS,
    "contenttypes.ContentType": "Django's own names",
    "conversations.ChangeRecord": "Ids and states, no words of anybody",
    "conversations.ConversationCount": _NUMBERS,
    "conversations.Inbox": _SETTINGS,
    "conversations.Merge": "Ids and states, no words of anybody",
    "core.CronRow": _NUMBERS,
    "core.StoredEvent": "Ids, never text",
    "core.StoredLease": _NUMBERS,
    "core.StoredSetting": _SETTINGS,
    "customers.AttributeDefinition": _SETTINGS,
    "customers.ErasedAddress": "Keyed digests: what keeps the erased away",
    "customers.Tag": "Words that many share",
    "email.ImapFolder": _NUMBERS,
    "email.MailAccount": _SETTINGS,
    "email.Tombstone": "Digests of mails that were removed",
    "telegram.Bot": _SETTINGS,
    "operations.Notice": "Ids, states and times; its words are the service's",
    "llm.Circuit": "Why a server did not answer, nothing of what was asked",
    "insights.Period": _NUMBERS,
    "insights.Topic": _NUMBERS,
    "knowledge.Article": _KNOWLEDGE,
    "knowledge.ArticleFile": _KNOWLEDGE,
    "knowledge.Category": _KNOWLEDGE,
    "knowledge.HelpCentre": _SETTINGS,
    "knowledge.Link": _KNOWLEDGE,
    "knowledge.OldSlug": _KNOWLEDGE,
    "knowledge.SourcePath": _KNOWLEDGE,
    "knowledge.Translation": _KNOWLEDGE,
    "knowledge.Version": _KNOWLEDGE,
    "operations.Pace": "How long steps take, of no customer",
    "operations.Service": _SETTINGS,
    "operations.ServiceVersion": _SETTINGS,
    "notifications.Notification": "Kinds and ids, no words of customers",
    "notifications.PushSubscription": _COLLEAGUES,
    "privacy.Erasure": "The receipt: whom it is about is encrypted until it is done, then gone",
    "privacy.Purpose": _SETTINGS,
    "privacy.Term": _SETTINGS,
    "sessions.Session": _COLLEAGUES,
    "webhooks.Delivery": "Events as numbers, no text",
    "webhooks.Endpoint": _SETTINGS,
}
INDEX: Final = {"search_article", "search_customer", "search_message", "search_term", "search_gram"}
"""Tables without a model: the index, which `customers` and `conversations` clear with their rows."""

_WORDY = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)


def wordy() -> set[str]:
    found = apps.get_models(include_auto_created=True)
    return {m._meta.label for m in found if any(isinstance(f, _WORDY) for f in m._meta.concrete_fields)}


def covered() -> set[str]:
    return {label for eraser in personal.erasers for label in eraser.covers}


def test_every_table_with_words_has_its_eraser_or_its_reason() -> None:
    missing = wordy() - covered() - NOTHING.keys()
    assert not missing, f"Say in an eraser of the room, or here, what becomes of a person's words in {sorted(missing)}."


def test_nothing_is_excused_that_is_covered_or_gone() -> None:
    labels = {m._meta.label for m in apps.get_models(include_auto_created=True)}
    assert not NOTHING.keys() - labels
    assert not covered() - labels
    assert not covered() & NOTHING.keys()
    assert all(NOTHING.values())


def test_everything_an_eraser_keeps_has_a_reason() -> None:
    assert all(str(eraser.why) for eraser in personal.erasers if eraser.kept)


@pytest.mark.django_db
def test_there_is_no_table_beside_those() -> None:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    ours = {m._meta.db_table for m in apps.get_models(include_auto_created=True)}
    index = {name for name in there if any(name == one or name.startswith(f"{one}_") for one in INDEX)}
    assert there - ours - index == {"django_migrations"}
