"""An export of everything has everything: every table, what is gone from the lists, the bytes of files, and no key."""

import hashlib
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.automation.models import AgentRouting, Macro, Rule, TeamRouting, View
from tamada.channels.email.models import MailAccount
from tamada.conversations.models import Attachment, Conversation, Inbox
from tamada.core import secrets, storage
from tamada.customers.actions import block_sender
from tamada.knowledge import actions as knowledge
from tamada.knowledge.actions import Settled
from tamada.privacy.actions import record_consent, save_purpose
from tamada.transfer import exporting
from tamada.transfer.exporting.datasets import everything
from tamada.webhooks.models import Endpoint
from tests.cast import PASSWORD
from tests.conversations.conftest import Receive, receive

__all__ = ["receive"]

_INSIDE: Final = "stands inside other rows"
_PLACE: Final = "where one's own screen stands"
_WORK: Final = "work of the house itself, or its log"
_DOOR: Final = "opens a door"
_COUNTED: Final = "is worked out from the rest"

NOT_BY_THEMSELVES: Final = {
    "accounts.ApiToken": _DOOR,
    "accounts.Invitation": _DOOR,
    "accounts.Membership": _INSIDE,
    "accounts.OpenSession": _DOOR,
    "accounts.Passkey": _DOOR,
    "accounts.RecoveryCode": _DOOR,
    "accounts.SignInAttempt": _WORK,
    "accounts.SsoIdentity": _DOOR,
    "accounts.TotpKey": _DOOR,
    "api.StoredResponse": _WORK,
    "assistant.Dialogue": "where a conversation stands; what was collected is in its notes",
    "assistant.Learned": _COUNTED,
    "auth.Group": "unused",
    "auth.Permission": "unused",
    "automation.AgentRouting": _INSIDE,
    "automation.Deadline": _COUNTED,
    "automation.DryRun": _WORK,
    "automation.HandedOn": _WORK,
    "automation.RuleBook": _WORK,
    "automation.RuleTrace": _WORK,
    "automation.TeamRouting": _INSIDE,
    "automation.UnownedAlert": _WORK,
    "automation.ViewPlace": _PLACE,
    "calendars.OpenHours": _INSIDE,
    "calendars.SpecialDay": _INSIDE,
    "channels.RawInput": "mails as they came: in a backup",
    "chat.Line": "which messages a visitor may see",
    "chat.Thread": "how far a visitor has read",
    "chat.Upload": "not said yet",
    "knowledge.TermCounts": _COUNTED,
    "insights.Asked": _COUNTED,
    "insights.Drafted": _COUNTED,
    "insights.Judged": _COUNTED,
    "insights.Mailed": _WORK,
    "insights.Period": _COUNTED,
    "insights.Reading": _COUNTED,
    "insights.Topic": _COUNTED,
    "insights.Trouble": _COUNTED,
    "contenttypes.ContentType": "Django's own names",
    "conversations.Access": _PLACE,
    "conversations.ChangeRecord": "what undo needs",
    "conversations.ConversationCount": _COUNTED,
    "conversations.Delivery": _WORK,
    "conversations.DeliveryAttempt": _WORK,
    "conversations.Draft": "not said yet",
    "conversations.Mention": _PLACE,
    "conversations.Merge": "what undo needs",
    "conversations.MovedMessage": "what undo needs",
    "conversations.ReadMark": _PLACE,
    "conversations.SpamWord": _COUNTED,
    "core.CronRow": _WORK,
    "core.QueuedTask": _WORK,
    "core.StoredEvent": _WORK,
    "core.StoredLease": _WORK,
    "core.StoredSetting": "settings and keys of the installation: in a backup",
    "customers.CustomerMerge": "what undo needs",
    "customers.ErasedAddress": "digests under this installation's key",
    "customers.Identity": _INSIDE,
    "email.AutoReply": _WORK,
    "email.ImapFolder": _WORK,
    "email.MailAccount": "its addresses stand inside inboxes; its servers and passwords open doors",
    "email.Tombstone": "digests under this installation's key",
    "llm.Circuit": _WORK,
    "operations.Pace": _COUNTED,
    "notifications.Notification": _PLACE,
    "notifications.PushSubscription": _DOOR,
    "privacy.Erasure": "the receipt can be downloaded by itself",
    "privacy.Look": _WORK,
    "sessions.Session": _DOOR,
    "transfer.Export": _WORK,
    "transfer.Import": _WORK,
    "transfer.ImportedThing": _WORK,
    "webhooks.Attempt": _WORK,
    "webhooks.Delivery": _WORK,
}


def written(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_table_is_exported_or_says_why_not() -> None:
    exported = {dataset.query().model._meta.label for dataset in everything()}
    tables = {model._meta.label for model in apps.get_models() if model._meta.managed}
    tables -= {label for label in tables if label.startswith("search.")}
    assert tables - exported == NOT_BY_THEMSELVES.keys()


def test_messages_name_no_conversation_that_is_in_no_file(owner: Agent, receive: Receive, tmp_path: Path) -> None:
    stays, deleted, merged = (receive(sender=f"{name}@mail.am").conversation for name in ("ani", "boris", "gor"))
    Conversation.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at, deleted_by=owner)
    Conversation.objects.filter(pk=merged.pk).update(merged_into=stays)
    exporting.write(tmp_path / "out")
    rows = {row["id"]: row for row in written(tmp_path / "out", "conversations")}
    assert {row["conversation"] for row in written(tmp_path / "out", "messages")} <= rows.keys()
    assert rows[str(stays.pk)]["deleted_at"] is rows[str(stays.pk)]["merged_into"] is None
    assert rows[str(deleted.pk)]["deleted_at"]
    assert rows[str(merged.pk)]["merged_into"] == str(stays.pk)
    customers = {row["id"] for row in written(tmp_path / "out", "customers")}
    assert {row["customer"] for row in rows.values()} <= customers


@pytest.mark.parametrize("packed", [True, False])
def test_the_bytes_of_files_are_in_it_once(packed: bool, receive: Receive, tmp_path: Path) -> None:
    message = receive()
    content = b"a picture" * 1000
    key = storage.put(content)
    for name, blob in (("a.png", key), ("b.png", key), ("gone.png", "0" * 64)):
        Attachment.objects.create(message=message, name=name, type="image/png", size=9000, blob=blob)
    Attachment.objects.create(name="unsent.png", type="image/png", size=1, blob=storage.put(b"x"))
    target = tmp_path / ("out.zip" if packed else "out")
    assert exporting.write(target).counts["files"] == 1
    folder = tmp_path / "out"
    if packed:
        with zipfile.ZipFile(target) as archive:
            archive.extractall(folder)
    [file] = [path for path in (folder / "files").rglob("*") if path.is_file()]
    assert file.relative_to(folder).as_posix() == f"files/{key[:2]}/{key}"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name == written(folder, "attachments")[0]["sha256"]
    assert (folder / "missing.txt").read_text() == "0" * 64 + "\n"


def test_memory_does_not_grow_with_the_size_of_files(receive: Receive, tmp_path: Path) -> None:
    message = receive()

    def peak(name: str, size: int) -> int:
        blob = storage.put(size.to_bytes(8, "big") * (size // 8))
        Attachment.objects.create(message=message, name=name, type="image/png", size=size, blob=blob)
        tracemalloc.start()
        exporting.write(tmp_path / f"{name}.zip")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak("warm", 800)
    small, large = peak("small", 8_000), peak("large", 16_000_000)
    assert large < small + 4_000_000


@pytest.fixture
def house(owner: Agent, teammate: Agent, team: Team, inbox: Inbox, receive: Receive) -> None:
    """Some of what admins settle."""
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    MailAccount.objects.create(
        inbox=inbox, address=inbox.address, aliases=["info@help.example"], smtp_url=secrets.encrypt("smtp://u:s3cret@h")
    )
    Endpoint.objects.create(url="https://u:t0ken@crm.example/hook?key=s3cret", secret=secrets.encrypt("whsec_s3cret"))
    TeamRouting.objects.create(team=team, method="turn", cap=5)
    AgentRouting.objects.create(agent=teammate, languages=["hy"])
    Macro.objects.create(name="Thanks", visibility="me", owner=teammate, bodies={"": "<p>Thank you</p>"})
    Rule.objects.create(name="Urgent", trigger="message.received", steps=[{"do": "priority", "value": "urgent"}])
    View.objects.create(name="Mine", visibility="me", owner=teammate, every=[{"ask": "status"}])
    block_sender(**by, value="@spam.example")
    purpose = save_purpose(**by, name="News", texts={"en": "May we write?"})
    customer = receive().conversation.customer
    record_consent(**by, customer=customer, purpose=purpose, given=True, source="phone", language="en", note="")


def test_what_was_settled_is_in_it(house: None, teammate: Agent, tmp_path: Path) -> None:
    exporting.write(tmp_path / "out")

    def one(name: str) -> dict[str, Any]:
        return written(tmp_path / "out", name)[-1]

    tamar = next(row for row in written(tmp_path / "out", "agents") if row["name"] == "Tamar")
    assert (tamar["email"], tamar["role"], tamar["teams"]) == (teammate.email, "agent", [teammate.teams.get().name])
    assert tamar["routing"]["languages"] == ["hy"]
    assert (one("teams")["default"], one("teams")["routing"]["cap"]) == (True, 5)
    assert (one("inboxes")["address"], one("inboxes")["aliases"]) == ("support@help.example", ["info@help.example"])
    assert (one("macros")["owner"], one("macros")["bodies"]) == (teammate.email, {"": "<p>Thank you</p>"})
    assert (one("rules")["trigger"], one("views")["every"]) == ("message.received", [{"ask": "status"}])
    assert one("blocked_senders")["value"] == "@spam.example"
    assert (one("consents")["purpose"], one("consents")["given"]) == ("News", True)
    assert one("webhooks")["url"] == "https://crm.example/hook"


def test_nothing_in_it_opens_a_door(house: None, owner: Agent, inbox: Inbox, tmp_path: Path) -> None:
    exporting.write(tmp_path / "out")
    whole = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "out").rglob("*") if file.is_file())
    secret = MailAccount.objects.get().smtp_url, Endpoint.objects.get().secret, owner.password, inbox.secret, inbox.key
    for word in (*secret, PASSWORD, "s3cret", "t0ken", "pbkdf2", "argon2"):
        assert word not in whole


def test_pictures_of_articles_go_along_once(owner: Agent, tmp_path: Path) -> None:
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    article = knowledge.create_article(**by, settled=Settled())
    files = [knowledge.add_file(**by, article=article, name=name, content=b"words") for name in ("a.txt", "b.txt")]
    Attachment.objects.create(name="c.txt", type="text/plain", size=5, blob=files[0].blob)
    exporting.write(tmp_path / "out")
    assert (tmp_path / "out" / "files" / files[0].blob[:2] / files[0].blob).read_bytes() == b"words"
    assert [row["sha256"] for row in written(tmp_path / "out", "article_files")] == [files[0].blob] * 2
