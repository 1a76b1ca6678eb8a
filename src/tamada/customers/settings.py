"""What an installation may set about its customers."""

from collections.abc import Sequence

from tamada.core import settings_store

from .identities import DEFAULT_REGIONS

settings_store.declare("customers.phone_regions", list, default=list(DEFAULT_REGIONS))


def phone_regions() -> Sequence[str]:
    """The countries (ISO 3166) in which a phone number without a country code is read, in turn."""
    return [str(region) for region in settings_store.get("customers.phone_regions")]
