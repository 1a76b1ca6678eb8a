"""Connecting an inbox with a provider: a mailbox at Google or Microsoft, or an address to which mail is posted."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tamada.channels.email import accounts, oauth, webhooks
from tamada.channels.email.models import ImapAuth, MailAccount
from tamada.channels.email.reasons import in_words

from ..access import actor_of, agent_of, inbox_or_404
from ..proven import proven
from .settings import needs, shown


class ConnectForm(forms.Form):
    """Which provider; and, from an admin, what it calls this installation."""

    provider = forms.TypedChoiceField(
        coerce=ImapAuth,
        label=gettext_lazy("Provider"),
        choices=[(ImapAuth.GOOGLE, "Google"), (ImapAuth.MICROSOFT, "Microsoft 365")],
    )
    client_id = forms.CharField(
        label=gettext_lazy("Client ID"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("From the application you registered with the provider; empty keeps what is stored."),
    )
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


def back_url() -> str:
    """What the application must name as its redirect address."""
    return settings.TAMADA.base_url + reverse("desk:mailbox_connected")


@needs("inbox.settings")
@proven
def connect(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the provider and go there."""
    account = _account(request, pk)
    form = ConnectForm(request.POST or None)
    if form.is_bound and form.is_valid():
        agent, data = agent_of(request), form.cleaned_data
        accounts.choose_provider(agent=agent, actor=actor_of(request), account=account, **data)
        try:
            return redirect(oauth.authorize_url(account, agent=agent, redirect_uri=back_url()))
        except oauth.OAuthError as error:
            form.add_error("client_id", in_words(error.reason))
    context = {"form": form, "inbox": account.inbox, "back_url": back_url()}
    return shown(request, "inbox_connect", context, status=422 if form.is_bound else 200)


@needs("inbox.settings")
@require_GET
def connected(request: HttpRequest) -> HttpResponse:
    """Back from the provider."""
    try:
        account = oauth.finish(
            agent=agent_of(request),
            actor=actor_of(request),
            code=request.GET.get("code", ""),
            state=request.GET.get("state", ""),
            redirect_uri=back_url(),
            refusal=request.GET.get("error", ""),
        )
    except oauth.OAuthError as error:
        messages.error(request, _("The mailbox is not connected: %(reason)s") % {"reason": in_words(error.reason)})
        return redirect("desk:settings_inboxes")
    messages.success(request, _("The mailbox is connected."))
    return redirect("desk:settings_inbox", pk=account.inbox_id)


@require_POST
@needs("inbox.settings")
@proven
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the address to which a provider posts this inbox's mail; shown once, for it holds the secret."""
    account = _account(request, pk)
    key = accounts.new_webhook_key(agent=agent_of(request), actor=actor_of(request), account=account)
    scheme, _sep, host = settings.TAMADA.base_url.partition("://")
    path = reverse("mail-webhook", kwargs={"provider": "PROVIDER", "inbox_id": account.inbox_id})
    told = _("Give this address to the provider, with its name in place of PROVIDER (%(providers)s): %(url)s")
    facts = {"providers": ", ".join(webhooks.PROVIDERS), "url": f"{scheme}://{webhooks.USER}:{key}@{host}{path}"}
    messages.success(request, told % facts)
    return redirect("desk:settings_inbox", pk=pk)


def _account(request: HttpRequest, pk: int) -> MailAccount:
    account = MailAccount.objects.select_related("inbox").filter(inbox=inbox_or_404(request, pk)).first()
    if account is None:
        raise Http404
    return account
