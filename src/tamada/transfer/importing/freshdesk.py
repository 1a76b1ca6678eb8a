"""Freshdesk: the account's export in XML or JSON, and what its API v2 gives.

Published shapes: `helpdesk-tickets`/`helpdesk-ticket` with `helpdesk-notes` (in JSON `{"helpdesk_ticket": {…, "notes":
[…]}}`), `users`/`user` with `helpdesk-agent`, `customers`/`customer`; in API v2 tickets with `conversations`, contacts,
companies and agents. Statuses are 2 open, 3 pending, 4 resolved, 5 closed; priorities 1 low to 4 urgent.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .desks import Desk, dicts, first_text, instant_of
from .reading import Item
from .records import Matter, Person, Record, Said, key, text

STATUSES: Final[Mapping[str, str]] = {"2": "open", "3": "pending", "4": "closed", "5": "closed", "6": "pending"}
PRIORITIES: Final[Mapping[str, str]] = {"1": "low", "2": "normal", "3": "high", "4": "urgent"}
_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("helpdesk_ticket", "helpdesk_tickets", "ticket", "tickets"), "ticket"),
    **dict.fromkeys(("user", "users", "contact", "contacts", "agent", "agents"), "user"),
    **dict.fromkeys(("customer", "customers", "company", "companies"), "company"),
}


class Freshdesk(Desk):
    """Companies, then people, then tickets with what was said."""

    phases = ("company", "user", "ticket")

    def kind_of(self, item: Item) -> str:
        """By its name; else by what it has."""
        if item.group in _NAMES:
            return _NAMES[item.group]
        has = item.value.keys()
        if has & {"requester_id", "requester"} and has & {"subject", "description", "display_id"}:
            return "ticket"
        if "domains" in has and "email" not in has:
            return "company"
        return "user" if has & {"email", "mobile", "contact"} else ""

    def read(self, kind: str, value: Mapping[str, Any]) -> Iterator[Record]:
        if kind == "company":
            self.organisations[text(value.get("id"))] = text(value.get("name"))
        elif kind == "user":
            yield from self._user(value)
        else:
            yield self._ticket(value)

    def _user(self, value: Mapping[str, Any]) -> Iterator[Record]:
        inner = value.get("contact")  # An agent of API v2 tells who they are inside.
        if isinstance(inner, dict):
            self.note_staff({"id": value.get("id"), **{n: inner.get(n) for n in ("name", "email")}})
        elif value.get("helpdesk_agent") in (True, "true"):
            self.note_staff(value)
        else:
            yield self._person(value)

    def _person(self, value: Mapping[str, Any]) -> Person:
        company = text(value.get("customer_id")) or text(value.get("company_id"))
        return Person(
            key=key("user", value.get("id")) if value.get("id") is not None else "",
            name=text(value.get("name")),
            addresses=self.addresses(value, email=("email",), phone=("phone", "mobile")),
            organisation=self.organisations.get(company, ""),
            language=text(value.get("language"))[:2].lower(),
            note=text(value.get("description")),
            tags=[text(tag) for tag in value.get("tags") or () if not isinstance(tag, dict)],
            created_at=instant_of(value, "created_at"),
        )

    def _ticket(self, value: Mapping[str, Any]) -> Matter:
        number = first_text(value, "display_id", "id")
        person = self._requester(value)
        notes = dicts(value.get("helpdesk_notes")) or dicts(value.get("notes")) or dicts(value.get("conversations"))
        html = self._html(value)
        first = Said(
            key=key("ticket", number, "description"),
            kind="in",
            at=instant_of(value, "created_at") or self.now,
            text=first_text(value, "description_text") or ("" if html else first_text(value, "description")),
            html=html,
            author_name=person.name,
            author_email=next((a for kind, a in person.addresses if kind == "email"), ""),
            files=[first_text(file, "name", "content_file_name") for file in dicts(value.get("attachments"))],
        )
        return Matter(
            key=key("ticket", number),
            customer=person,
            subject=text(value.get("subject")),
            status=STATUSES.get(text(value.get("status")), "closed"),
            priority=PRIORITIES.get(text(value.get("priority")), "normal"),
            tags=_tags(value.get("tags")),
            assignee_email=self.email_of(value.get("responder"), value.get("responder_id")),
            created_at=instant_of(value, "created_at"),
            closed_at=instant_of(value, "closed_at", "resolved_at", "updated_at"),
            said=[first, *(self._said(number, note, person) for note in notes)],
        )

    def _html(self, value: Mapping[str, Any]) -> str:
        """The account's export names it; in API v2 the description itself is HTML beside its text."""
        named = first_text(value, "description_html", "body_html")
        return named or (first_text(value, "description") if "description_text" in value else "")

    def _requester(self, value: Mapping[str, Any]) -> Person:
        inner = value.get("requester")
        if isinstance(inner, dict):
            return self._person({"id": value.get("requester_id"), **inner})
        email = first_text(value, "requester_email", "email")
        name = first_text(value, "requester_name", "name")
        return self._person({"id": value.get("requester_id"), "name": name, "email": email})

    def _said(self, number: str, value: Mapping[str, Any], person: Person) -> Said:
        is_theirs = value.get("incoming") in (True, "true")
        kind: Any = "note" if value.get("private") in (True, "true") else "in" if is_theirs else "out"
        who = self.people.get(text(value.get("user_id")), {})
        email = next((a for k, a in person.addresses if k == "email"), "") if is_theirs else text(who.get("email"))
        html = first_text(value, "body_html") or (first_text(value, "body") if "body_text" in value else "")
        return Said(
            key=key("note", value.get("id"))
            if value.get("id") is not None
            else key("ticket", number, value.get("created_at")),
            kind=kind,
            at=instant_of(value, "created_at") or self.now,
            text=first_text(value, "body_text") or ("" if html else first_text(value, "body")),
            html=html,
            author_name=person.name if is_theirs else text(who.get("name")),
            author_email=email,
            files=[first_text(file, "name", "content_file_name") for file in dicts(value.get("attachments"))],
        )


def _tags(value: Any) -> list[str]:
    """Words, or objects with a name."""
    if not isinstance(value, list):
        return []
    return [text(tag.get("name")) if isinstance(tag, dict) else text(tag) for tag in value]
