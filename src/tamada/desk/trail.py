"""The audit trail in the words of its reader."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.automation.models import Hours, Visibility
from tamada.automation.points import triggers
from tamada.conversations.models import Status
from tamada.core.language import labelled
from tamada.core.models import AuditEntry
from tamada.operations.models import HandoffStatus, JobStatus, State, StepStatus

from . import times

ACTIONS: Final[Mapping[str, Promise]] = {
    "absence.ended": gettext_lazy("Absence ended"),
    "absence.planned": gettext_lazy("Absence planned"),
    "agent.added": gettext_lazy("Colleague added"),
    "agent.confirmed": gettext_lazy("Confirmed who they are"),
    "agent.factor_added": gettext_lazy("Second step added"),
    "agent.factor_removed": gettext_lazy("Second step removed"),
    "agent.factors_reset": gettext_lazy("Second step of a colleague reset"),
    "agent.password_set": gettext_lazy("Password set"),
    "agent.profile_changed": gettext_lazy("Profile changed"),
    "agent.recovery_codes_made": gettext_lazy("Recovery codes made"),
    "agent.reset_offered": gettext_lazy("Link for a new password sent"),
    "agent.session_ended": gettext_lazy("Session ended"),
    "agent.sessions_ended": gettext_lazy("Sessions ended"),
    "agent.signed_in": gettext_lazy("Signed in"),
    "agent.signed_out": gettext_lazy("Signed out"),
    "agent.sso_linked": gettext_lazy("Linked with the sign-on provider"),
    "agent.sso_unlinked": gettext_lazy("Unlinked from the sign-on provider"),
    "agent.teams_changed": gettext_lazy("Teams of a colleague changed"),
    "agent.updated": gettext_lazy("Colleague changed"),
    "article.added": gettext_lazy("Article begun"),
    "article.deleted": gettext_lazy("Article deleted"),
    "article.draft_discarded": gettext_lazy("Draft of an article discarded"),
    "article.file_added": gettext_lazy("File of an article added"),
    "article.file_removed": gettext_lazy("File of an article removed"),
    "article.published": gettext_lazy("Article published"),
    "article.purged": gettext_lazy("Article removed for good"),
    "article.restored": gettext_lazy("Article brought back"),
    "article.settled": gettext_lazy("Place, owner or readers of an article changed"),
    "article.unpublished": gettext_lazy("Article withdrawn from readers"),
    "article.written": gettext_lazy("Draft of an article written"),
    "assistant.handed_over": gettext_lazy("Assistant handed over to people"),
    "assistant.judged": gettext_lazy("Answer of the assistant judged"),
    "assistant.learns": gettext_lazy("Assistant told to learn anew"),
    "assistant.settled": gettext_lazy("Settings of the assistant changed"),
    "assistant.thanked": gettext_lazy("Customer said that the assistant helped"),
    "category.deleted": gettext_lazy("Category of articles removed"),
    "category.moved": gettext_lazy("Category of articles moved"),
    "category.saved": gettext_lazy("Category of articles saved"),
    "commitment.broken": gettext_lazy("Promise broken"),
    "commitment.changed": gettext_lazy("Promise changed"),
    "commitment.kept": gettext_lazy("Promise kept"),
    "commitment.made": gettext_lazy("Promise recorded"),
    "handoff.accepted": gettext_lazy("Hand-off accepted"),
    "handoff.offered": gettext_lazy("Hand-off offered"),
    "handoff.returned": gettext_lazy("Hand-off returned"),
    "handoff.withdrawn": gettext_lazy("Hand-off withdrawn"),
    "job.asked": gettext_lazy("Customer asked about a job"),
    "job.declined": gettext_lazy("Customer did not agree in a job"),
    "job.assigned": gettext_lazy("Job given to somebody"),
    "job.begun": gettext_lazy("Planned job begun"),
    "job.cancelled": gettext_lazy("Job cancelled"),
    "job.handed_over": gettext_lazy("Job handed over for who is away"),
    "job.promise_moved": gettext_lazy("Date of a job moved"),
    "job.started": gettext_lazy("Job begun"),
    "job.step": gettext_lazy("Step of a job changed"),
    "request_link.made": gettext_lazy("Link to a customer's requests made"),
    "request_link.revoked": gettext_lazy("Link to a customer's requests taken back"),
    "job.version": gettext_lazy("Job goes on by a newer version of its service"),
    "notice.stopped": gettext_lazy("Customer not told of a step"),
    "service.added": gettext_lazy("Service added"),
    "service.moved": gettext_lazy("Jobs told to go on by the newest version of a service"),
    "service.settled": gettext_lazy("Service settled"),
    "service.version": gettext_lazy("New version of a service"),
    "commitment.reopened": gettext_lazy("Promise opened again"),
    "conversation.waits": gettext_lazy("Waiting since set"),
    "dead_end.dismissed": gettext_lazy("Search in vain dismissed"),
    "dead_end.taken_up": gettext_lazy("Article begun for a search in vain"),
    "help_centre.added": gettext_lazy("Help centre added"),
    "help_centre.deleted": gettext_lazy("Help centre removed"),
    "help_centre.logo_set": gettext_lazy("Logo of a help centre changed"),
    "help_centre.updated": gettext_lazy("Help centre changed"),
    "insights.gathered": gettext_lazy("Questions of a week gathered anew"),
    "insights.read": gettext_lazy("A day read anew"),
    "knowledge.exported": gettext_lazy("Articles exported"),
    "problem.reopened": gettext_lazy("Problem opened again"),
    "problem.solved": gettext_lazy("Problem solved"),
    "problem.taken": gettext_lazy("Problem given an owner"),
    "attribute.defined": gettext_lazy("Customer field saved"),
    "attribute.dropped": gettext_lazy("Customer field removed"),
    "audit.exported": gettext_lazy("Audit trail exported"),
    "calendar.added": gettext_lazy("Opening hours added"),
    "calendar.days_set": gettext_lazy("Closed days changed"),
    "calendar.deleted": gettext_lazy("Opening hours removed"),
    "calendar.hours_set": gettext_lazy("Hours of the week changed"),
    "calendar.updated": gettext_lazy("Opening hours changed"),
    "conversation.assigned": gettext_lazy("Conversation assigned"),
    "conversation.change_undone": gettext_lazy("Change undone"),
    "conversation.followed": gettext_lazy("Conversation followed"),
    "conversation.deleted": gettext_lazy("Conversation deleted"),
    "conversation.merged": gettext_lazy("Conversation merged into another"),
    "consent.given": gettext_lazy("Consent given"),
    "consent.withdrawn": gettext_lazy("Consent taken back"),
    "conversation.not_spam": gettext_lazy("Marked as not spam"),
    "conversation.parted": gettext_lazy("Merge undone"),
    "conversation.removed": gettext_lazy("Conversation removed for good"),
    "conversation.restored": gettext_lazy("Conversation restored"),
    "conversation.spam": gettext_lazy("Marked as spam"),
    "conversation.split": gettext_lazy("Conversation split"),
    "conversation.started": gettext_lazy("Conversation started"),
    "conversation.took_in": gettext_lazy("Others merged into the conversation"),
    "conversation.unfollowed": gettext_lazy("Conversation no longer followed"),
    "conversation.updated": gettext_lazy("Conversation changed"),
    "customer.created": gettext_lazy("Customer added"),
    "customer.identity_added": gettext_lazy("Address of a customer added"),
    "customer.identity_paused": gettext_lazy("Address of a customer paused"),
    "customer.identity_removed": gettext_lazy("Address of a customer removed"),
    "customer.identity_resumed": gettext_lazy("Address of a customer used again"),
    "customer.identity_verified": gettext_lazy("Address of a customer verified"),
    "customer.merged": gettext_lazy("Customer merged into another"),
    "customer.parted": gettext_lazy("Merge of customers undone"),
    "customer.exported": gettext_lazy("Data of a customer downloaded"),
    "customer.erased": gettext_lazy("Customer erased"),
    "erasure.began": gettext_lazy("Erasure of a customer begun"),
    "customer.updated": gettext_lazy("Customer changed"),
    "export.downloaded": gettext_lazy("Export downloaded"),
    "export.expired": gettext_lazy("Export expired"),
    "export.ready": gettext_lazy("Export made"),
    "export.removed": gettext_lazy("Export removed"),
    "export.started": gettext_lazy("Export asked for"),
    "export.written": gettext_lazy("Everything exported at the command line"),
    "import.ended": gettext_lazy("Import ended"),
    "import.removed": gettext_lazy("Import removed"),
    "import.settled": gettext_lazy("Import settled"),
    "import.started": gettext_lazy("Import started"),
    "import.uploaded": gettext_lazy("File uploaded to be imported"),
    "inbox.created": gettext_lazy("Inbox added"),
    "inbox.updated": gettext_lazy("Inbox changed"),
    "input.discarded": gettext_lazy("Mail in quarantine discarded"),
    "input.retried": gettext_lazy("Mail in quarantine read again"),
    "invitation.accepted": gettext_lazy("Invitation accepted"),
    "invitation.sent": gettext_lazy("Invitation sent"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "macro.added": gettext_lazy("Macro added"),
    "macro.deleted": gettext_lazy("Macro removed"),
    "macro.updated": gettext_lazy("Macro changed"),
    "mail_account.confirmed": gettext_lazy("Sending limit lifted"),
    "mail_account.connected": gettext_lazy("Mailbox connected"),
    "mail_account.updated": gettext_lazy("Mail servers changed"),
    "mail_account.webhook_key": gettext_lazy("Webhook key made"),
    "message.forwarded": gettext_lazy("Message forwarded"),
    "message.send_again": gettext_lazy("Message sent again"),
    "message.sent": gettext_lazy("Message sent"),
    "message.withdrawn": gettext_lazy("Message withdrawn"),
    "note.added": gettext_lazy("Note added"),
    "organisation.created": gettext_lazy("Company added"),
    "organisation.updated": gettext_lazy("Company changed"),
    "retention.dropped": gettext_lazy("What was kept long enough removed"),
    "retention.set": gettext_lazy("Terms of keeping changed"),
    "routing.agent_set": gettext_lazy("What a colleague takes changed"),
    "routing.team_set": gettext_lazy("Routing of a team changed"),
    "rule.added": gettext_lazy("Rule added"),
    "rule.deleted": gettext_lazy("Rule removed"),
    "rule.switched_off": gettext_lazy("Rule switched off by itself"),
    "rule.tried": gettext_lazy("Rule tried on past conversations"),
    "rule.updated": gettext_lazy("Rule changed"),
    "push.subscribed": gettext_lazy("Browser notifications turned on"),
    "push.unsubscribed": gettext_lazy("Browser notifications turned off"),
    "purpose.saved": gettext_lazy("Purpose of consent saved"),
    "sender.blocked": gettext_lazy("Sender blocked"),
    "sender.unblocked": gettext_lazy("Sender let in again"),
    "setting.changed": gettext_lazy("Setting changed"),
    "sla.policy_added": gettext_lazy("Deadline policy added"),
    "sla.policy_deleted": gettext_lazy("Deadline policy removed"),
    "sla.policy_updated": gettext_lazy("Deadline policy changed"),
    "tag.updated": gettext_lazy("Tag changed"),
    "task.replayed": gettext_lazy("Task run again"),
    "team.added": gettext_lazy("Team added"),
    "team.members_changed": gettext_lazy("Members of a team changed"),
    "team.removed": gettext_lazy("Team removed"),
    "team.updated": gettext_lazy("Team changed"),
    "telegram_bot.updated": gettext_lazy("Telegram bot changed"),
    "telegram_link.made": gettext_lazy("Telegram link for a customer made"),
    "token.added": gettext_lazy("API token made"),
    "token.revoked": gettext_lazy("API token revoked"),
    "view.added": gettext_lazy("View added"),
    "view.deleted": gettext_lazy("View removed"),
    "view.updated": gettext_lazy("View changed"),
    "webhook.added": gettext_lazy("Webhook added"),
    "webhook.disabled": gettext_lazy("Webhook switched off"),
    "webhook.removed": gettext_lazy("Webhook removed"),
    "webhook.replayed": gettext_lazy("Webhook deliveries replayed"),
    "webhook.secret_rotated": gettext_lazy("New secret of a webhook"),
    "webhook.tested": gettext_lazy("Webhook tested"),
    "webhook.updated": gettext_lazy("Webhook changed"),
}
OBJECTS: Final[Mapping[str, Promise]] = {
    "accounts.agent": gettext_lazy("Colleague"),
    "accounts.apitoken": gettext_lazy("API token"),
    "accounts.invitation": gettext_lazy("Invitation"),
    "accounts.team": gettext_lazy("Team"),
    "automation.macro": gettext_lazy("Macro"),
    "automation.rule": gettext_lazy("Rule"),
    "automation.view": gettext_lazy("View"),
    "calendars.calendar": gettext_lazy("Opening hours"),
    "automation.policy": gettext_lazy("Deadline policy"),
    "conversations.conversation": gettext_lazy("Conversation"),
    "conversations.inbox": gettext_lazy("Inbox"),
    "conversations.message": gettext_lazy("Message"),
    "customers.customer": gettext_lazy("Customer"),
    "customers.organisation": gettext_lazy("Company"),
    "customers.tag": gettext_lazy("Tag"),
    "transfer.import": gettext_lazy("Import"),
    "transfer.export": gettext_lazy("Export"),
    "webhooks.endpoint": gettext_lazy("Webhook"),
    "privacy.erasure": gettext_lazy("Erasure"),
    "privacy.purpose": gettext_lazy("Purpose of consent"),
    "operations.commitment": gettext_lazy("Promise"),
    "operations.job": gettext_lazy("Job"),
    "operations.service": gettext_lazy("Service"),
    "operations.requestlink": gettext_lazy("Link for the customer"),
    "knowledge.article": gettext_lazy("Article"),
    "knowledge.category": gettext_lazy("Category"),
    "knowledge.helpcentre": gettext_lazy("Help centre"),
    "automation.absence": gettext_lazy("Absence"),
    "accounts.passkey": gettext_lazy("Passkey"),
    "conversations.draft": gettext_lazy("Draft"),
    "conversations.merge": gettext_lazy("Merge"),
    "privacy.consent": gettext_lazy("Consent"),
    "assistant.businessaction": gettext_lazy("Program"),
}
FIELDS: Final[Mapping[str, Promise]] = {
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "theme": gettext_lazy("Theme"),
    "signature": gettext_lazy("Signature"),
    "signatures": gettext_lazy("Signatures by language"),
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
    "by": gettext_lazy("By"),
    "program": gettext_lazy("Program"),
    "conversation": gettext_lazy("Conversation"),
    "conversations": gettext_lazy("Conversations"),
    "customer": gettext_lazy("Customer"),
    "agent": gettext_lazy("Colleague"),
    "teams": gettext_lazy("Teams"),
    "members": gettext_lazy("Members"),
    "messages": gettext_lazy("Messages"),
    "days": gettext_lazy("Days"),
    "reason": gettext_lazy("Reason"),
    "skills": gettext_lazy("Skills"),
    "kind": gettext_lazy("Kind"),
    "visibility": gettext_lazy("Who may use it"),
    "trigger": gettext_lazy("When"),
    "into": gettext_lazy("Into"),
    "browser": gettext_lazy("Browser"),
    "active": gettext_lazy("Switched on"),
    "total": gettext_lazy("How many"),
    "count": gettext_lazy("How many"),
    "source": gettext_lazy("Source"),
    "host": gettext_lazy("Server"),
    "minutes": gettext_lazy("Minutes"),
    "first": gettext_lazy("First answer"),
    "next": gettext_lazy("Next answer"),
    "resolution": gettext_lazy("Solution"),
    "hours": gettext_lazy("Counts by"),
}
CHOICES: Final[Mapping[str, type[TextChoices]]] = {"visibility": Visibility, "hours": Hours}
_COLLEAGUES: Final = frozenset({"owner", "assignee", "agent", "was_owner", "giver"})
_STATES: Final[tuple[type[TextChoices], ...]] = (Status, JobStatus, StepStatus, State, HandoffStatus)
"""What a status may be of; the same word means the same in each."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?\+\d\d:\d\d")
# What somebody proved themselves with.
PROOFS: Final[Mapping[str, Promise]] = {
    "password": gettext_lazy("Password"),
    "totp": gettext_lazy("Authenticator app"),
    "code": gettext_lazy("Code"),
    "recovery": gettext_lazy("Recovery code"),
    "passkey": gettext_lazy("Passkey"),
    "sso": gettext_lazy("Single sign-on"),
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


def details(entry: AuditEntry, colleagues: Mapping[int, str]) -> str:
    """The changes as `field: before → after`, separated by dots; `colleagues` are names by id."""
    return " · ".join(labelled(_field(key), _value(value, key, colleagues)) for key, value in entry.changes.items())


def _in_words(name: str, value: Any, colleagues: Mapping[int, str]) -> Any:
    if name == "by":
        return PROOFS.get(value, value)
    if name in _COLLEAGUES and isinstance(value, int):
        return colleagues.get(value, value)
    if (choices := CHOICES.get(name)) and value in choices.values:
        return choices(value).label
    if name == "status":
        return next((kind(value).label for kind in _STATES if value in kind.values), value)
    if name == "trigger" and value in triggers:
        return triggers.get(value).label
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return times.with_day(datetime.fromisoformat(value))
    return value


def _field(name: str) -> str:
    return str(FIELDS.get(name, name.replace("_", " ")))


def _value(value: Any, name: str, colleagues: Mapping[int, str]) -> str:
    if isinstance(value, list):
        parts = [_value(part, name, colleagues) for part in value]
        if len(value) == 2 and not all(isinstance(v, str) and v in FIELDS for v in value):
            return " → ".join(parts)
        return ", ".join(_field(v) if isinstance(v, str) else part for v, part in zip(value, parts, strict=True))
    if isinstance(value, dict):
        return ", ".join(f"{_field(key)} {_value(part, key, colleagues)}" for key, part in value.items())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "—" if value in (None, "") else str(_in_words(name, value, colleagues))
