"""What the installation is called and speaks: settings that the set-up asks for."""

from tamada.core import settings_store

settings_store.declare("company.name", str, default="")
settings_store.declare("company.language", str, default="en")
settings_store.declare("company.time_zone", str, default="")
settings_store.declare("audit.keep_years", int, default=0)
settings_store.declare("company.first_steps_over", bool, default=False)

AUDIT_YEARS = (0, 1, 2, 3, 5, 10)


def name() -> str:
    """The company's name, or "Tamada" until somebody says it."""
    return given_name() or "Tamada"


def given_name() -> str:
    """What somebody said that the company is called; "" until then."""
    return str(settings_store.get("company.name"))


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
