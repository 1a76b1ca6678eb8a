"""Webhooks: endpoints, what they were sent, and how it went."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from tamada.kit.numbers import row_number
from tamada.webhooks import actions, queries
from tamada.webhooks.errors import Invalid
from tamada.webhooks.models import Delivery, Endpoint, State
from tamada.webhooks.offered import OFFERED
from tamada.webhooks.sender import deliver_now

from .. import once
from ..access import actor_of, agent_of
from ..keyset import page_of
from ..proven import proven
from .settings import needs, shown


class WebhookForm(forms.Form):
    """An endpoint: where to, what for, which events."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hooks/tamada", "autocomplete": "off"}),
        help_text=gettext_lazy("Where each event is sent with POST. It must answer within 15 seconds."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What listens there, for your colleagues."),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(event.type, words) for event, words in OFFERED.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none to be told of all of them. Events hold ids, no words of customers."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Switched on"),
        required=False,
        initial=True,
        help_text=gettext_lazy("While it is off, nothing is sent, and what happens then is not sent later either."),
    )

    @classmethod
    def of(cls, row: Endpoint) -> "WebhookForm":
        """The form as it stands."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})


def _endpoint(request: HttpRequest, pk: int) -> Endpoint:
    return get_object_or_404(queries.visible_to(agent_of(request)), pk=pk)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


@needs("webhook.settings")
@require_GET
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every endpoint and how it does."""
    return shown(request, "webhooks", {"webhooks": queries.visible_to(agent_of(request))})


@needs("webhook.settings")
@proven
def new(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is shown once, on its page."""
    form = WebhookForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            row, secret = actions.add_endpoint(**_by(request), **form.cleaned_data)
            return _once(request, row, secret)
        except Invalid as refused:
            form.add_error(refused.field or None, refused.message)
    return shown(request, "webhook_new", {"form": form}, status=422 if form.is_bound else 200)


@needs("webhook.settings")
@proven
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint: its settings, its secret, its deliveries."""
    row = _endpoint(request, pk)
    form = WebhookForm(request.POST) if request.method == "POST" else WebhookForm.of(row)
    if form.is_bound and form.is_valid():
        try:
            actions.update_endpoint(**_by(request), endpoint=row, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_webhook", pk)
        except Invalid as refused:
            form.add_error(refused.field or None, refused.message)
    return _page(request, row, form)


def _once(request: HttpRequest, row: Endpoint, secret: str) -> HttpResponse:
    """Its page, with the secret this once: who loads that anew sends no form again."""
    once.keep(request, f"webhook:{row.pk}", secret)
    return redirect("desk:settings_webhook", row.pk)


def _page(request: HttpRequest, row: Endpoint, form: WebhookForm) -> HttpResponse:
    state = request.GET.get("state", "")
    page = page_of(request, queries.deliveries_of(row, state))
    context = {
        "webhook": row,
        "form": form,
        "secret": "" if form.is_bound else once.take(request, f"webhook:{row.pk}"),
        "page": page,
        "state": state if state in State.values else "",
        "states": State.choices,
        "has_failed": row.is_active and queries.has_failed(row),
    }
    return shown(request, "webhook", context, status=422 if form.is_bound else 200)


@require_POST
@needs("webhook.settings")
@proven
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an endpoint and its log."""
    actions.remove_endpoint(**_by(request), endpoint=_endpoint(request, pk))
    messages.success(request, _("Removed."))
    return redirect("desk:settings_webhooks")


@require_POST
@needs("webhook.settings")
@proven
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once, on its page."""
    row = _endpoint(request, pk)
    return _once(request, row, actions.rotate_secret(**_by(request), endpoint=row))


@require_POST
@needs("webhook.settings")
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test event now, or the same one again (`delivery`), and say how it went."""
    row = _endpoint(request, pk)
    try:
        sent = deliver_now(_test_of(request, row), row)
    except Invalid as refused:
        messages.error(request, refused.message)
        return redirect("desk:settings_webhook", pk)
    last = sent.attempts.last()
    if sent.state == State.DELIVERED:
        messages.success(request, _("The receiver took the test event."))
    else:
        text = _("The test event was not taken: %(reason)s.")
        messages.error(request, text % {"reason": last.get_outcome_display() if last else ""})
    return redirect("desk:webhook_delivery", pk, sent.pk)


def _test_of(request: HttpRequest, row: Endpoint) -> Delivery:
    if chosen := request.POST.get("delivery", ""):
        return actions.replay_test(**_by(request), delivery=_delivery(request, row.pk, row_number(chosen)))
    return actions.send_test(**_by(request), endpoint=row)


def _delivery(request: HttpRequest, pk: int, delivery: int) -> Delivery:
    return get_object_or_404(queries.deliveries_of(_endpoint(request, pk)).select_related("endpoint"), pk=delivery)


@needs("webhook.settings")
@require_GET
def delivery(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """What was sent, and every try."""
    row = _delivery(request, pk, delivery)
    body = json.dumps(json.loads(row.body), indent=2)
    return shown(request, "webhook_delivery", {"webhook": row.endpoint, "delivery": row, "body": body})


@require_POST
@needs("webhook.settings")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one delivery again (`delivery`), or all that failed."""
    row, chosen = _endpoint(request, pk), request.POST.get("delivery", "")
    try:
        if chosen:
            actions.replay(**_by(request), delivery=_delivery(request, pk, row_number(chosen)))
            total = 1
        else:
            total = actions.replay_failed(**_by(request), endpoint=row)
        text = ngettext(
            "%(count)d delivery is on its way again.", "%(count)d deliveries are on their way again.", total
        )
        messages.success(request, text % {"count": total})
    except Invalid as refused:
        messages.error(request, refused.message)
    return redirect("desk:settings_webhook", pk)
