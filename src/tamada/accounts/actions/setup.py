"""The first start: a one-time link leads to the page that makes the first admin and names the company."""

import secrets

from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import StoredSetting

from .. import company
from ..errors import LinkGone
from ..links import digest
from ..models import Agent, Role, Team, default_preferences
from ..passwords import check_rules, hash_password
from ..queries import has_admin
from .installation import clean_company_name
from .people import clean_email, clean_name, insert_agent

settings_store.declare("setup.digest", str, default="", secret=True)


def fresh_setup_token() -> str | None:
    """A new token for `/setup/TOKEN`; the one before dies. None once an admin works here: the set-up is complete."""
    if has_admin():
        return None
    token = secrets.token_urlsafe(32)
    settings_store.set("setup.digest", digest(token), SYSTEM)
    return token


def check_setup_token(token: str) -> None:
    """Raise `LinkGone` unless this is the link of the last start and nobody administers yet."""
    settings_store.forget()
    stored = settings_store.get("setup.digest")
    if not stored or not constant_time_compare(digest(token), stored) or has_admin():
        raise LinkGone


def complete_setup(*, token: str, company_name: str, language: str, name: str, email: str, password: str) -> Agent:
    """Make the first admin, name the company, close the link. Raises `LinkGone`, or `Invalid` naming a field."""
    check_setup_token(token)
    company_name = clean_company_name(company_name, "company_name")
    email, name = clean_email(email), clean_name(name)
    check_rules(password, name=name, email=email, company_name=company_name)
    admin = Agent(email=email, name=name, role=Role.ADMIN, language=language, preferences=default_preferences())
    admin.password = hash_password(password)
    with transaction.atomic():
        # Once more, one at a time: two who hold the link can't both become the first.
        list(StoredSetting.objects.select_for_update().filter(key="setup.digest"))
        check_setup_token(token)
        insert_agent(admin, actor=SYSTEM, teams=None)
        settings_store.set("setup.digest", "", SYSTEM)
        settings_store.set("company.name", company_name, SYSTEM)
        settings_store.set("company.language", language or company.language(), SYSTEM)
        _name_default_team(language or company.language())
    return admin


def _name_default_team(language: str) -> None:
    """The migration named it in English; the company reads it in its own language."""
    with translation.override(language):
        Team.objects.filter(is_default=True, name="Everybody").update(name=_("Everybody"))
