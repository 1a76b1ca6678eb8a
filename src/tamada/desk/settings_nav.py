"""The menu beside every settings page: one table, so that each page knows its neighbours."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: `name` is its address in the desk, `permission` what an agent needs to see it (empty: nothing)."""

    name: str
    label: str | Promise
    icon: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    label: str | Promise
    icon: str
    href: str
    is_current: bool


GROUPS: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (
        _("You"),
        (
            Entry("profile", _("Profile"), "user"),
            Entry("profile_password", _("Password and sessions"), "lock"),
            Entry("profile_factors", _("Second step"), "shield"),
            Entry("profile_notifications", _("Notifications"), "bell"),
            Entry("absence", _("Absence"), "user-off"),
            Entry("views", pgettext_lazy("saved lists", "Views"), "filter"),
            Entry("profile_tokens", _("API tokens"), "key"),
        ),
    ),
    (
        _("Company"),
        (
            Entry("settings_company", _("Company"), "building", "company.settings"),
            Entry("people", _("People"), "users"),
            Entry("teams", _("Teams"), "layers"),
            Entry("settings_sign_in", _("Sign-in"), "shield", "company.settings"),
            Entry("settings_hours", _("Opening hours"), "clock", "company.settings"),
            Entry("settings_services", _("Services"), "board", "service.settings"),
            Entry("settings_macros", _("Macros"), "bolt", "macro.own"),
            Entry("settings_rules", _("Rules"), "robot", "rule.settings"),
            Entry("settings_assistant", _("Assistant"), "chat", "inbox.settings"),
            Entry("settings_language_model", _("Language model"), "edit", "company.settings"),
            Entry("settings_assistant_review", _("Assistant's answers"), "checks", "assistant.review"),
            Entry("settings_routing", _("Routing"), "split", "routing.settings"),
            Entry("settings_sla", _("Deadlines"), "flag", "sla.settings"),
            Entry("settings_inboxes", _("Inboxes"), "inbox", "inbox.settings"),
            Entry("settings_evening", _("Evening reading"), "chart", "insights.settings"),
            Entry("settings_centres", _("Help centre"), "book", "knowledge.publish"),
            Entry("settings_tags", _("Tags"), "tag", "tag.create"),
            Entry("settings_attributes", _("Customer fields"), "list", "attribute.settings"),
            Entry("settings_purposes", _("Consent"), "circle-check", "privacy.settings"),
            Entry("settings_retention", _("Retention"), "calendar", "privacy.settings"),
            Entry("settings_erasures", _("Erasures"), "user-off", "privacy.erase"),
            Entry("settings_blocked", _("Blocked senders"), "block", "sender.block"),
            Entry("settings_webhooks", _("Webhooks"), "plug", "webhook.settings"),
            Entry("settings_import", _("Import"), "upload", "data.import"),
            Entry("settings_export", _("Export"), "download", "data.export"),
            Entry("settings_quarantine", _("Quarantine"), "alert", "quarantine.read"),
            Entry("settings_tasks", _("Failed tasks"), "refresh", "task.replay"),
            Entry("settings_audit", _("Audit trail"), "history", "audit.read"),
        ),
    ),
)


def groups(agent: Agent, current: str) -> list[tuple[str | Promise, list[Link]]]:
    """What this agent may open; a page that isn't there yet is left out."""
    shown = []
    for title, entries in GROUPS:
        links = [link for entry in entries if (link := _link(agent, entry, current)) is not None]
        if links:
            shown.append((title, links))
    return shown


def _link(agent: Agent, entry: Entry, current: str) -> Link | None:
    if entry.permission and not allowed(agent, entry.permission):
        return None
    try:
        href = reverse(f"desk:{entry.name}")
    except NoReverseMatch:
        return None
    return Link(entry.label, entry.icon, href, entry.name == current)
