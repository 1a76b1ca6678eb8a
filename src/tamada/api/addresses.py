"""Addresses in requests: one or several, as text or as objects."""

from email.utils import getaddresses

from tamada.conversations.envelopes import Address

from .schemas import AddressIn

type_people = str | AddressIn | list[str | AddressIn] | None


def read_people(given: type_people) -> list[Address] | None:
    """A list of addresses; None stays None, for it means something. Whether each can be one, the action checks."""
    if given is None:
        return None
    items = given if isinstance(given, list) else [given]
    return [address for item in items for address in _read(item)]


def _read(item: str | AddressIn) -> list[Address]:
    if isinstance(item, AddressIn):
        return [Address(name=item.name, email=item.email)]
    if not item.strip():
        return []
    pairs = [(name, email) for name, email in getaddresses([item.replace("\n", " ")]) if email]
    if not pairs or any("@" not in email for _name, email in pairs):
        return [Address(name="", email=item)]
    return [Address(name=name, email=email) for name, email in pairs]
