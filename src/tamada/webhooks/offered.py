"""The events that an endpoint may hear. Deny by default: what concerns one person's own screens is not among them."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tamada.accounts import events as accounts
from tamada.calendars import events as calendars
from tamada.conversations import events as conversations
from tamada.core.events import Event
from tamada.customers import events as customers
from tamada.operations import events as operations

TEST: Final = "webhook.test"
"""What the test button sends; every endpoint hears it."""

OFFERED: Final[Mapping[type[Event], Promise]] = {
    conversations.ConversationStarted: _("A conversation began"),
    conversations.ConversationUpdated: _("Status, owner, team, priority, tags or snooze of a conversation changed"),
    conversations.ConversationAssigned: _("A conversation was given to somebody"),
    conversations.MessageReceived: _("A customer wrote"),
    conversations.MessageRevised: _("A customer edited a message, or more of it came"),
    conversations.MessageSent: _("One of us wrote to a customer"),
    conversations.MessageWithdrawn: _("A message was taken back before it left"),
    conversations.NoteAdded: _("A note was left"),
    conversations.DeliveryChanged: _("A message was sent, delivered, read, or failed"),
    conversations.RecipientRefused: _("One of several recipients was refused"),
    conversations.ConversationsImported: _("An archive was imported"),
    conversations.InboxChanged: _("An inbox was made or changed"),
    customers.CustomerCreated: _("A customer is new"),
    customers.CustomerUpdated: _("A customer changed"),
    customers.CustomerErased: _("A customer was erased"),
    customers.OrganisationChanged: _("A company was made or changed"),
    customers.TagChanged: _("A tag was changed"),
    customers.SenderBlocked: _("A sender was blocked"),
    customers.SenderUnblocked: _("A sender was let in again"),
    accounts.AgentAdded: _("A colleague is new"),
    accounts.AgentUpdated: _("A colleague changed"),
    accounts.AgentLeft: _("A colleague left"),
    accounts.TeamChanged: _("A team was made, changed or removed"),
    operations.CommitmentMade: _("Something was promised to a customer"),
    operations.CommitmentChanged: _("A promise was kept, broken, put off or opened again"),
    operations.CommitmentDue: _("A promise is due soon, or late"),
    operations.ServiceChanged: _("A service has a new version, or is offered no more"),
    operations.JobStarted: _("A job was begun or planned"),
    operations.JobChanged: _("A job changed: its status, stage, owner or risk"),
    operations.JobStepChanged: _("A step of a job changed"),
    operations.JobPromiseMoved: _("The date of a job was moved"),
    operations.JobEndangered: _("A job is at risk, or late"),
    operations.HandoffOffered: _("Something is to be taken over, perhaps by this system"),
    operations.HandoffAccepted: _("A hand-off was accepted"),
    operations.HandoffReturned: _("A hand-off was returned"),
    operations.HandoffWithdrawn: _("A hand-off was withdrawn"),
    operations.HandoffLate: _("Nobody has answered a hand-off in time"),
    calendars.CalendarChanged: _("Opening hours changed"),
}

TYPES: Final = tuple(event.type for event in OFFERED)
