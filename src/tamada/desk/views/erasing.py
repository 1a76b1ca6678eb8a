"""Erasing a person: what it would do, asking for it, how far it is, and the receipts."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tamada.accounts import company
from tamada.accounts.permissions import require
from tamada.core.realtime import instant
from tamada.privacy import actions, queries
from tamada.privacy.actions.erasure import confirmation
from tamada.privacy.errors import Invalid
from tamada.privacy.models import Erasure

from ..access import actor_of, agent_of, customer_or_404
from ..forms.privacy import EraseForm
from ..proven import proven
from .inbox import rail_context
from .settings import needs, shown

_MOST = 200


@require_http_methods(["GET", "POST"])
@proven
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """What would go and what would stay; a POST with the name typed begins it."""
    agent, found = agent_of(request), customer_or_404(request, pk)
    require(agent, "privacy.erase")
    form = EraseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            row = actions.begin_erasure(agent=agent, actor=actor_of(request), customer=found, **form.cleaned_data)
        except Invalid as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The erasure has begun. You may leave this page."))
            return redirect("desk:erasure", pk=row.pk)
    context = {
        "customer": found,
        "shares": queries.preview(agent, found),
        "typed": confirmation(found),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/customers/erase.html", context | rail_context(request, "customers"), status=status)


@require_GET
@needs("privacy.erase")
def erasures(request: HttpRequest) -> HttpResponse:
    """Who was erased, by number: the receipts."""
    return shown(request, "erasures", {"erasures": queries.erasures(agent_of(request))[:_MOST]})


@require_GET
@needs("privacy.erase")
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one is, and its receipt once it is done."""
    row = get_object_or_404(queries.erasures(agent_of(request)), pk=pk)
    return shown(request, "erasure", {"erasure": row, "shares": queries.shares(row)})


@require_GET
@needs("privacy.erase")
def receipt(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The receipt as a file: a page to be printed, or JSON."""
    done = queries.erasures(agent_of(request)).exclude(ended_at=None)
    row = get_object_or_404(done, pk=pk)
    if form == "json":
        response = HttpResponse(_as_json(row), content_type="application/json")
    elif form == "html":
        context = {"erasure": row, "shares": queries.shares(row), "company": company.name()}
        page = render_to_string("desk/settings/receipt.html", context, request)
        response = HttpResponse(page, content_type="text/html; charset=utf-8")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="receipt-{row}.{form}"'
    return response


def _as_json(row: Erasure) -> str:
    whole = {
        "receipt": str(row),
        "company": company.name(),
        "customer": str(row.customer_id),
        "reason": row.reason,
        "asked_by": row.asked_name,
        "began_at": instant(row.began_at),
        "ended_at": instant(row.ended_at) if row.ended_at else None,
        "erased": row.counts,
        "kept_without_name": row.kept,
        "left": row.left,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
