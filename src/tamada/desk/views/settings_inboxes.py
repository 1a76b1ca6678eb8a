"""Inboxes: their names, teams, servers, and whether they work."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tamada.accounts.models import Team
from tamada.accounts.permissions import allowed, require
from tamada.channels.email import accounts
from tamada.channels.email.models import MailAccount
from tamada.channels.email.reasons import in_words
from tamada.conversations.actions import update_inbox
from tamada.conversations.models import Inbox
from tamada.conversations.queries import inboxes_visible_to

from ..access import actor_of, agent_of, inbox_or_404
from .settings import needs, shown

_LANGUAGES = [("", "—"), ("hy", "Հայերեն"), ("ka", "ქართული"), ("ru", "Русский"), ("en", "English")]


class InboxForm(forms.Form):
    """What every inbox has."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.all(),
        help_text=gettext_lazy("Its people see and answer what comes in here."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=_LANGUAGES,
        required=False,
        help_text=gettext_lazy("For mails to customers whose own language is unknown."),
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands under every message that leaves from here."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)


class MailForm(InboxForm):
    """A mail inbox has servers too. A server's URL is never shown again: an empty field leaves it as it is."""

    from_name = forms.CharField(
        label=gettext_lazy("Sender's name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("What customers see as the sender; the company's name when empty."),
    )
    aliases = forms.CharField(
        label=gettext_lazy("Further addresses"),
        required=False,
        help_text=gettext_lazy("Mail to these comes in here too. Separated by commas."),
    )
    smtp_url = forms.CharField(
        label=gettext_lazy("Server for outgoing mail"),
        required=False,
        help_text=gettext_lazy("smtp://user:password@host:587 or smtps://…; empty keeps what is set."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    imap_url = forms.CharField(
        label=gettext_lazy("Mailbox to fetch from (IMAP)"),
        required=False,
        help_text=gettext_lazy("imaps://user:password@host; not needed when mail is delivered here directly."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    reply_domain = forms.CharField(
        label=gettext_lazy("Domain for reply addresses"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "Only if all mail of this domain reaches Tamada: replies then always find their conversation."
        ),
    )
    follow_sent = forms.BooleanField(
        label=gettext_lazy("Follow the Sent folder"),
        required=False,
        help_text=gettext_lazy("Mail you send from other programs then appears in its conversation."),
    )


class NewInboxForm(forms.Form):
    """A new inbox needs a name and, for mail, an address."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    address = forms.EmailField(label=gettext_lazy("E-mail address"))


@needs("inbox.settings")
def inboxes(request: HttpRequest) -> HttpResponse:
    """All inboxes of the agent's teams, with whether they work."""
    found = inboxes_visible_to(agent_of(request))
    rows = [{"inbox": i, "contact": accounts.last_contact(i)} for i in found]
    return shown(request, "inboxes", {"rows": rows, "may_create": allowed(agent_of(request), "inbox.create")})


@needs("inbox.create")
def new(request: HttpRequest) -> HttpResponse:
    """Open a mail inbox."""
    form = NewInboxForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            account = accounts.open_mail_inbox(agent=agent_of(request), actor=actor_of(request), **form.cleaned_data)
        except accounts.BadAccountError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("desk:settings_inbox", pk=account.inbox_id)
    return shown(request, "inbox_new", {"form": form}, status=422 if form.is_bound else 200)


@needs("inbox.settings")
def inbox(request: HttpRequest, pk: int) -> HttpResponse:
    """One inbox's settings."""
    found = inbox_or_404(request, pk)
    account = MailAccount.objects.filter(inbox=found).first()
    kind = MailForm if account else InboxForm
    form = kind(request.POST or None, initial=_initial(found, account))
    if form.is_bound and form.is_valid() and _save(request, found, account, form):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_inbox", pk=pk)
    context = {"form": form, "inbox": found, "account": account, "contact": accounts.last_contact(found)}
    return shown(request, "inbox", context, status=422 if form.is_bound else 200)


def _initial(found: Inbox, account: MailAccount | None) -> dict[str, Any]:
    initial = {name: getattr(found, name) for name in ("name", "team", "language", "signature", "is_active")}
    if account:
        initial |= {name: getattr(account, name) for name in ("from_name", "reply_domain", "follow_sent")}
        initial["aliases"] = ", ".join(account.aliases)
    return initial


def _save(request: HttpRequest, found: Inbox, account: MailAccount | None, form: forms.Form) -> bool:
    data, agent, actor = dict(form.cleaned_data), agent_of(request), actor_of(request)
    common = {name: data.pop(name) for name in ("name", "team", "language", "signature", "is_active")}
    if account:
        data["aliases"] = [a.strip() for a in data["aliases"].split(",") if a.strip()]
        for secret in ("smtp_url", "imap_url"):
            if not data[secret]:
                del data[secret]
        try:
            accounts.update_mail_account(agent=agent, actor=actor, account=account, **data)
        except accounts.BadAccountError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return False
        found.refresh_from_db()
    update_inbox(agent=agent, actor=actor, inbox=found, **common)
    return True


@require_POST
def try_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Connect to the outgoing server and sign in; sends nothing."""
    require(agent_of(request), "inbox.settings")
    account = MailAccount.objects.filter(inbox=inbox_or_404(request, pk)).first()
    if account is None:
        raise Http404
    trouble = accounts.try_sending(account)
    if trouble:
        messages.error(request, _("It does not work: %(reason)s") % {"reason": in_words(trouble)})
    else:
        messages.success(request, _("The server for outgoing mail answers and let us in."))
    return redirect("desk:settings_inbox", pk=pk)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift the hourly limit of a new inbox."""
    account = MailAccount.objects.filter(inbox=inbox_or_404(request, pk)).first()
    if account is None:
        raise Http404
    accounts.confirm_cap(agent=agent_of(request), actor=actor_of(request), account=account)
    return redirect("desk:settings_inbox", pk=pk)
