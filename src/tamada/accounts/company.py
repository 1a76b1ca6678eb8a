"""What the company is called, speaks, and is reached by: settings that stand in one place and are used in many."""

from django.utils.translation import gettext as _

from tamada.core import settings_store

settings_store.declare("company.name", str, default="")
settings_store.declare("company.language", str, default="en")
settings_store.declare("company.time_zone", str, default="")
DETAILS = ("address", "phone", "email", "website", "legal_name")
for _detail in DETAILS:
    settings_store.declare(f"company.{_detail}", str, default="")
settings_store.declare("audit.keep_years", int, default=0)
settings_store.declare("company.first_steps_over", bool, default=False)

AUDIT_YEARS = (0, 1, 2, 3, 5, 10)


def name() -> str:
    """The company's name, or "Tamada" until somebody says it."""
    return given_name() or "Tamada"


def given_name() -> str:
    """What somebody said that the company is called; "" until then."""
    return str(settings_store.get("company.name"))


def details() -> dict[str, str]:
    """What placeholders say of the company, by their names; empty where nobody said it."""
    return {f"company.{name}": str(settings_store.get(f"company.{name}")) for name in ("name", *DETAILS)}


def details_in_words() -> dict[str, str]:
    """What these placeholders stand for."""
    return {
        "company.name": _("Name of our company"),
        "company.legal_name": _("Registered name of our company"),
        "company.address": _("Postal address of our company"),
        "company.phone": _("Phone number of our company"),
        "company.email": _("E-mail address of our company"),
        "company.website": _("Website of our company"),
    }


def language() -> str:
    """The language of people who chose none."""
    return str(settings_store.get("company.language"))


def time_zone() -> str:
    """The time zone of people who have none of their own; "" until somebody sets it."""
    return str(settings_store.get("company.time_zone"))


def audit_years() -> int:
    """How many years entries of the audit trail are kept; 0 is for ever."""
    return int(settings_store.get("audit.keep_years"))


def first_steps_are_over() -> bool:
    """Whether an admin put away the list of what a new installation needs."""
    return bool(settings_store.get("company.first_steps_over"))
