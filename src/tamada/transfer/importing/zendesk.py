"""Zendesk: the account's JSON export (one ticket a line, with its comments), and what its API gives (lists in a box).

Published shapes: users `{id, name, email, phone, role, organization_id, …}`, organizations `{id, name, domain_names}`,
tickets `{id, subject, description, status, priority, requester_id or requester, assignee, tags, comments, …}`,
comments `{id, ticket_id, author_id, body, html_body, public, created_at, attachments}`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .desks import Desk, dicts, first_text, instant_of
from .reading import Item
from .records import Matter, Person, Record, Said, key, text

STATUSES: Final[Mapping[str, str]] = {
    "new": "open",
    "open": "open",
    "pending": "pending",
    "hold": "pending",
    "solved": "closed",
    "closed": "closed",
}
PRIORITIES: Final = frozenset({"low", "normal", "high", "urgent"})
STAFF: Final = frozenset({"agent", "admin"})


class Zendesk(Desk):
    """Users and organisations first, then tickets, then comments that stand by themselves."""

    phases = ("organization", "user", "ticket", "comment")

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, tuple[str, Any]] = {}
        """Of tickets without comments inside: when they began, and who asked."""

    def kind_of(self, item: Item) -> str:
        """By the list it stands in; else by what it has."""
        named = item.group.removesuffix("s")
        if named in self.phases:
            return named
        has = item.value.keys()
        if {"ticket_id"} <= has and has & {"body", "html_body"}:
            return "comment"
        if has & {"requester_id", "requester"} and has & {"subject", "raw_subject", "description", "comments"}:
            return "ticket"
        if "domain_names" in has:
            return "organization"
        return "user" if has & {"email", "role"} and "name" in has else ""

    def read(self, kind: str, value: Mapping[str, Any]) -> Iterator[Record]:
        if kind == "organization":
            self.organisations[text(value.get("id"))] = text(value.get("name"))
        elif kind == "user":
            yield from self._user(value)
        elif kind == "ticket":
            yield self._ticket(value)
        else:
            yield from self._comment(value)

    def _user(self, value: Mapping[str, Any]) -> Iterator[Record]:
        if text(value.get("role")) in STAFF:
            self.note_staff(value)
        else:
            yield self._person(value)

    def _person(self, value: Mapping[str, Any]) -> Person:
        organisation = value.get("organization")
        named = text(organisation.get("name")) if isinstance(organisation, dict) else ""
        return Person(
            key=key("user", value.get("id")) if value.get("id") is not None else "",
            name=text(value.get("name")),
            addresses=self.addresses(value, email=("email",), phone=("phone",)),
            organisation=named or self.organisations.get(text(value.get("organization_id")), ""),
            language=text(value.get("locale"))[:2].lower(),
            note="\n".join(filter(None, (text(value.get("notes")), text(value.get("details"))))),
            tags=[text(tag) for tag in value.get("tags") or ()],
            created_at=instant_of(value, "created_at"),
        )

    def _ticket(self, value: Mapping[str, Any]) -> Matter:
        requester = value.get("requester")
        person = requester if isinstance(requester, dict) else {"id": value.get("requester_id")}
        self._meet(value)
        number = text(value.get("id"))
        if not value.get("comments"):
            self.tickets[number] = (text(value.get("created_at")), person.get("id"))
        comments = [self._said(number, comment, person) for comment in dicts(value.get("comments"))]
        return Matter(
            key=key("ticket", number),
            customer=self._person(person),
            subject=first_text(value, "subject", "raw_subject"),
            status=STATUSES.get(text(value.get("status")), "closed"),
            priority=p if (p := text(value.get("priority"))) in PRIORITIES else "normal",
            tags=[text(tag) for tag in value.get("tags") or ()],
            assignee_email=self.email_of(value.get("assignee"), value.get("assignee_id")),
            created_at=instant_of(value, "created_at"),
            closed_at=instant_of(value, "updated_at"),
            said=comments or [self._description(number, value, person)],
        )

    def _meet(self, value: Mapping[str, Any]) -> None:
        """Agents that stand inside a ticket."""
        for name in ("assignee", "submitter"):
            inner = value.get(name)
            if isinstance(inner, dict) and (name == "assignee" or text(inner.get("role")) in STAFF):
                self.note_staff(inner)

    def _description(self, number: str, value: Mapping[str, Any], person: Mapping[str, Any]) -> Said:
        return Said(
            key=key("ticket", number, "description"),
            kind="in",
            at=instant_of(value, "created_at") or self.now,
            text=first_text(value, "description", "subject", "raw_subject"),
            author_name=text(person.get("name")),
            author_email=text(person.get("email")),
        )

    def _said(self, number: str, value: Mapping[str, Any], person: Mapping[str, Any]) -> Said:
        author = value.get("author")
        who = author if isinstance(author, dict) else self.people.get(text(value.get("author_id")), {})
        is_theirs = text(value.get("author_id")) == text(person.get("id")) and person.get("id") is not None
        public = value.get("public", True)
        staff = self.is_staff(value.get("author_id")) or text(who.get("role")) in STAFF
        kind: Any = "note" if public is False else "in" if is_theirs or (who and not staff) else "out"
        if is_theirs:
            who = {**who, **{name: person[name] for name in ("name", "email") if person.get(name)}}
        return Said(
            key=key("comment", value.get("id"))
            if value.get("id") is not None
            else key("ticket", number, "c", id_of(value)),
            kind=kind,
            at=instant_of(value, "created_at") or self.now,
            text=first_text(value, "plain_body", "body"),
            html=text(value.get("html_body")),
            author_name=text(who.get("name")),
            author_email=text(who.get("email")),
            files=[text(file.get("file_name")) for file in dicts(value.get("attachments"))],
        )

    def _comment(self, value: Mapping[str, Any]) -> Iterator[Record]:
        """Of a ticket that came before; its first comment is the ticket's description again."""
        number = text(value.get("ticket_id"))
        began, requester = self.tickets.get(number, ("", None))
        if began and text(value.get("created_at")) == began:
            return
        said = self._said(number, value, {"id": requester})
        yield Matter(key=key("ticket", number), customer=Person(), said=[said])


def id_of(value: Mapping[str, Any]) -> str:
    """A stand-in for the id of something that has none."""
    return text(value.get("created_at"))
