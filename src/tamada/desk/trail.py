"""The audit trail in the words of its reader."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.core.models import AuditEntry

ACTIONS: Final[Mapping[str, Promise]] = {
    "agent.added": gettext_lazy("Colleague added"),
    "agent.password_set": gettext_lazy("Password set"),
    "agent.profile_changed": gettext_lazy("Profile changed"),
    "agent.reset_offered": gettext_lazy("Link for a new password sent"),
    "agent.sessions_ended": gettext_lazy("Sessions ended"),
    "agent.signed_in": gettext_lazy("Signed in"),
    "agent.signed_out": gettext_lazy("Signed out"),
    "agent.teams_changed": gettext_lazy("Teams of a colleague changed"),
    "agent.updated": gettext_lazy("Colleague changed"),
    "attribute.defined": gettext_lazy("Customer field saved"),
    "attribute.dropped": gettext_lazy("Customer field removed"),
    "consent.given": gettext_lazy("Consent given"),
    "consent.withdrawn": gettext_lazy("Consent taken back"),
    "conversation.not_spam": gettext_lazy("Marked as not spam"),
    "conversation.spam": gettext_lazy("Marked as spam"),
    "conversation.started": gettext_lazy("Conversation started"),
    "conversation.updated": gettext_lazy("Conversation changed"),
    "customer.created": gettext_lazy("Customer added"),
    "customer.exported": gettext_lazy("Data of a customer downloaded"),
    "customer.updated": gettext_lazy("Customer changed"),
    "input.discarded": gettext_lazy("Mail in quarantine discarded"),
    "input.retried": gettext_lazy("Mail in quarantine read again"),
    "invitation.accepted": gettext_lazy("Invitation accepted"),
    "invitation.sent": gettext_lazy("Invitation sent"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "mail_account.confirmed": gettext_lazy("Sending limit lifted"),
    "mail_account.updated": gettext_lazy("Mail servers changed"),
    "mail_account.webhook_key": gettext_lazy("Webhook key made"),
    "message.send_again": gettext_lazy("Message sent again"),
    "message.sent": gettext_lazy("Message sent"),
    "message.withdrawn": gettext_lazy("Message withdrawn"),
    "note.added": gettext_lazy("Note added"),
    "organisation.created": gettext_lazy("Company added"),
    "organisation.updated": gettext_lazy("Company changed"),
    "purpose.saved": gettext_lazy("Purpose of consent saved"),
    "sender.blocked": gettext_lazy("Sender blocked"),
    "sender.unblocked": gettext_lazy("Sender let in again"),
    "setting.changed": gettext_lazy("Setting changed"),
    "tag.updated": gettext_lazy("Tag changed"),
    "task.replayed": gettext_lazy("Task run again"),
    "team.added": gettext_lazy("Team added"),
    "team.members_changed": gettext_lazy("Members of a team changed"),
    "team.removed": gettext_lazy("Team removed"),
    "team.updated": gettext_lazy("Team changed"),
    "token.added": gettext_lazy("API token made"),
    "token.revoked": gettext_lazy("API token revoked"),
}
OBJECTS: Final[Mapping[str, Promise]] = {
    "accounts.agent": gettext_lazy("Colleague"),
    "accounts.team": gettext_lazy("Team"),
    "conversations.conversation": gettext_lazy("Conversation"),
    "conversations.inbox": gettext_lazy("Inbox"),
    "conversations.message": gettext_lazy("Message"),
    "customers.customer": gettext_lazy("Customer"),
    "customers.organisation": gettext_lazy("Company"),
    "customers.tag": gettext_lazy("Tag"),
    "privacy.purpose": gettext_lazy("Purpose of consent"),
}
FIELDS: Final[Mapping[str, Promise]] = {
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "theme": gettext_lazy("Theme"),
    "signature": gettext_lazy("Signature"),
    "role": gettext_lazy("Role"),
    "status": gettext_lazy("Status"),
    "assignee": gettext_lazy("Owner"),
    "team": gettext_lazy("Team"),
    "priority": gettext_lazy("Priority"),
    "tags": gettext_lazy("Tags"),
    "organisation": gettext_lazy("Company"),
    "city": gettext_lazy("City"),
    "note": gettext_lazy("About them"),
    "snoozed_until": gettext_lazy("Snoozed until"),
    "fields": gettext_lazy("Changed"),
}


def action(entry: AuditEntry) -> str:
    """What was done; the code itself for an action this version has no words for."""
    return str(ACTIONS.get(entry.action, entry.action))


def thing(entry: AuditEntry) -> str:
    """What it was done to, by kind and number."""
    if not entry.object_id:
        return ""
    kind = OBJECTS.get(entry.object_type) or entry.object_type.rpartition(".")[2]
    return f"{kind} #{entry.object_id}"


def details(entry: AuditEntry) -> str:
    """The changes as `field: before → after`, separated by dots."""
    return " · ".join(f"{_field(key)}: {_value(value)}" for key, value in entry.changes.items())


def _field(name: str) -> str:
    return str(FIELDS.get(name, name.replace("_", " ")))


def _value(value: Any) -> str:
    if isinstance(value, list):
        if len(value) == 2 and not all(isinstance(v, str) and v in FIELDS for v in value):
            return f"{_value(value[0])} → {_value(value[1])}"
        return ", ".join(_field(v) if isinstance(v, str) else _value(v) for v in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "—" if value in (None, "") else str(value)
