"""What a column of a table may be, and what its heading usually says, in our languages and those of other desks."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tamada.customers.models import AttributeDefinition

ATTRIBUTE: Final = "attribute:"

_PERSON: Final[Mapping[str, Promise]] = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
}
CUSTOMERS: Final[Mapping[str, Promise]] = {
    **_PERSON,
    "telegram": _("Telegram"),
    "whatsapp": _("WhatsApp"),
    "viber": _("Viber"),
    "instagram": _("Instagram"),
    "identities": _("Addresses, each with its type"),
    "organisation": _("Company"),
    "language": _("Language"),
    "city": _("City"),
    "note": _("About them"),
    "tags": _("Tags"),
    "created_at": _("Known since"),
    "key": _("Id in the other system"),
}
CONVERSATIONS: Final[Mapping[str, Promise]] = {
    "key": _("Id of the conversation"),
    "subject": _("Subject"),
    "text": _("Text of the message"),
    "at": _("Time of the message"),
    "kind": _("Direction: in, out or note"),
    "author_name": _("Author's name"),
    "author_email": _("Author's e-mail"),
    "message_key": _("Id of the message"),
    "name": _("Customer's name"),
    "email": _("Customer's e-mail"),
    "phone": _("Customer's phone"),
    "status": _("Status"),
    "priority": _("Priority"),
    "tags": _("Tags"),
    "assignee": _("Owner's e-mail"),
}
FIELDS: Final[Mapping[str, Mapping[str, Promise]]] = {"customers": CUSTOMERS, "conversations": CONVERSATIONS}

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "customer", "customer name", "contact name", "имя", "фио", "անուն", "სახელი"),
    "email": (
        "email",
        "e-mail",
        "mail",
        "email address",
        "customer email",
        "почта",
        "эл. почта",
        "էլ. փոստ",
        "ელფოსტა",
    ),
    "phone": (
        *("phone", "phone number", "phone_number", "mobile", "tel", "telephone", "телефон", "հեռախոս", "ტელეფონი"),
    ),
    "organisation": ("organisation", "organization", "company", "компания", "организация", "ընկերություն", "კომპანია"),
    "language": ("language", "locale", "язык", "լեզու", "ენა"),
    "city": ("city", "town", "город", "քաղաք", "ქალაქი"),
    "note": ("note", "notes", "comment", "заметка", "примечание", "նշում", "შენიშვნა"),
    "tags": ("tags", "labels", "метки", "теги", "պիտակներ", "ჭდეები"),
    "created_at": ("created_at", "created at", "created", "created time", "создан"),
    "key": ("id", "external_id", "external id", "ticket id", "conversation", "conversation id", "ticket", "номер"),
    "subject": ("subject", "title", "тема", "թեմա", "თემა"),
    "text": ("text", "body", "message", "description", "content", "текст", "сообщение", "տեքստ", "ტექსტი"),
    "at": ("at", "date", "time", "created_at", "created at", "created", "sent at", "дата", "ամսաթիվ", "თარიღი"),
    "kind": ("kind", "direction", "type", "направление"),
    "author_name": ("author", "author name", "from", "автор"),
    "author_email": ("author email", "author e-mail", "from email", "sender"),
    "message_key": ("message id", "message_id", "comment id"),
    "status": ("status", "статус", "կարգավիճակ", "სტატუსი"),
    "priority": ("priority", "приоритет"),
    "assignee": ("assignee", "agent", "owner", "assigned to", "исполнитель"),
    "telegram": ("telegram",),
    "whatsapp": ("whatsapp",),
    "viber": ("viber",),
    "instagram": ("instagram",),
    "identities": ("identities",),
}


def offered(what: str) -> dict[str, str | Promise]:
    """What a column may be: our fields, and for customers their custom ones."""
    found: dict[str, str | Promise] = dict(FIELDS[what])
    if what == "customers":
        rows = AttributeDefinition.objects.values_list("key", "label")
        found |= {f"{ATTRIBUTE}{key}": label for key, label in rows}
    return found


def guess(headings: Sequence[str], what: str) -> list[str]:
    """What each column probably is, by its heading; empty for one that says nothing to us. No field twice."""
    possible = offered(what)
    taken: set[str] = set()
    found = []
    for heading in headings:
        word = " ".join(heading.casefold().replace("\ufeff", "").split())
        names = [name for name in possible if _is_called(name, word, str(possible[name]))]
        field = next((name for name in names if name not in taken), "")
        taken.add(field)
        found.append(field)
    return found


def _is_called(name: str, word: str, label: str) -> bool:
    return word in (name, name.removeprefix(ATTRIBUTE), label.casefold()) or word in _USUAL.get(name, ())
