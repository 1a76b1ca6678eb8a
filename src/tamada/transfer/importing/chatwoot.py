"""Chatwoot: conversations and contacts as its API and its exports give them, in JSON.

Published shapes: contacts `{id, name, email, phone_number, identifier, …}`; conversations `{id, status, labels,
messages: […], meta: {sender, assignee}, created_at, …}`; messages `{id, content, message_type: 0 in, 1 out, 2 activity,
3 template, private, created_at, sender, conversation_id, attachments}`. Its contacts in CSV are read as a table.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .desks import Desk, dicts, first_text, instant_of
from .reading import Item
from .records import Matter, Person, Record, Said, key, text

STATUSES: Final[Mapping[str, str]] = {
    "open": "open",
    "resolved": "closed",
    "pending": "pending",
    "snoozed": "pending",
    "0": "open",
    "1": "closed",
    "2": "pending",
    "3": "pending",
}
PRIORITIES: Final = frozenset({"low", "high", "urgent"})
_IN: Final = frozenset({"0", "incoming"})
_OUT: Final = frozenset({"1", "outgoing", "3", "template"})


class Chatwoot(Desk):
    """Contacts, then conversations with their messages, then messages that stand by themselves."""

    phases = ("contact", "conversation", "message")

    def kind_of(self, item: Item) -> str:
        """By what it has: most lists are called `payload`."""
        has = item.value.keys()
        if "message_type" in has:
            return "message"
        if "messages" in has or {"status", "inbox_id"} <= has:
            return "conversation"
        return "contact" if has & {"phone_number", "identifier", "email"} else ""

    def read(self, kind: str, value: Mapping[str, Any]) -> Iterator[Record]:
        if kind == "contact":
            yield self._person(value)
        elif kind == "conversation":
            yield self._conversation(value)
        else:
            yield from self._alone(value)

    def _person(self, value: Mapping[str, Any]) -> Person:
        more = value.get("additional_attributes")
        more = more if isinstance(more, dict) else {}
        return Person(
            key=key("contact", value.get("id")) if value.get("id") is not None else "",
            name=text(value.get("name")),
            addresses=self.addresses(value, email=("email",), phone=("phone_number",)),
            organisation=text(more.get("company_name")),
            city=text(more.get("city")),
            note=text(more.get("description")),
            created_at=instant_of(value, "created_at"),
        )

    def _conversation(self, value: Mapping[str, Any]) -> Matter:
        meta = value.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        sender = meta.get("sender") or value.get("contact")
        sender = sender if isinstance(sender, dict) else {"id": value.get("contact_id")}
        assignee = meta.get("assignee")
        number = first_text(value, "id", "display_id")
        more = value.get("additional_attributes")
        subject = text(more.get("mail_subject")) if isinstance(more, dict) else ""
        said = [self._said(message, sender) for message in dicts(value.get("messages"))]
        return Matter(
            key=key("conversation", number),
            customer=self._person(sender),
            subject=subject,
            status=STATUSES.get(text(value.get("status")), "closed"),
            priority=p if (p := text(value.get("priority"))) in PRIORITIES else "normal",
            tags=[text(label) for label in value.get("labels") or ()],
            assignee_email=text(assignee.get("email")) if isinstance(assignee, dict) else "",
            created_at=instant_of(value, "created_at"),
            closed_at=instant_of(value, "last_activity_at", "updated_at"),
            said=[message for message in said if message is not None],
        )

    def _alone(self, value: Mapping[str, Any]) -> Iterator[Matter]:
        sender = value.get("sender")
        is_contact = isinstance(sender, dict) and text(sender.get("type")).lower() == "contact"
        person = self._person(sender) if is_contact and isinstance(sender, dict) else Person()
        said = self._said(value, sender if is_contact and isinstance(sender, dict) else {})
        if said is not None and value.get("conversation_id") is not None:
            yield Matter(key=key("conversation", value["conversation_id"]), customer=person, said=[said])

    def _said(self, value: Mapping[str, Any], person: Mapping[str, Any]) -> Said | None:
        """A message; None for what only tells that somebody did something."""
        way = text(value.get("message_type"))
        if way not in _IN | _OUT:
            return None
        sender = value.get("sender")
        who = sender if isinstance(sender, dict) else (person if way in _IN else {})
        files = [first_text(f, "file_name", "fallback_title", "file_type") for f in dicts(value.get("attachments"))]
        content = text(value.get("content"))
        if not content and not files:
            return None
        kind: Any = "note" if value.get("private") is True else "in" if way in _IN else "out"
        return Said(
            key=key("message", value.get("id")),
            kind=kind,
            at=instant_of(value, "created_at") or self.now,
            text=content,
            author_name=text(who.get("name")) or text(person.get("name") if way in _IN else ""),
            author_email=text(who.get("email")) or text(person.get("email") if way in _IN else ""),
            files=files,
        )
