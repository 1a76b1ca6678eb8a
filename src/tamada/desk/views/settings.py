"""The company's settings, each page a plain form; and what an admin looks after: quarantine, failed tasks."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, TypeVar

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from tamada.accounts import actions as people
from tamada.accounts import company as company_settings
from tamada.accounts.permissions import allowed, require
from tamada.channels.actions import discard_input, retry_input
from tamada.channels.models import RawInput
from tamada.channels.queries import original, quarantined, refused
from tamada.core import queue
from tamada.core.models import QueuedTask
from tamada.customers import actions
from tamada.customers.errors import CustomerError
from tamada.customers.models import AttributeDefinition, AttributeType, BlockedSender, Tag
from tamada.kit.numbers import row_number

from ..access import actor_of, agent_of
from ..forms.zones import zones
from ..keyset import page_of
from ..proven import proven
from .inbox import rail_context

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def needs(permission: str) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[..., R]]:
    """Let only those in who have the permission; others get 403."""

    def wrap(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[..., R]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(agent_of(request), permission)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def shown(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A settings page with the rail around it."""
    return render(request, f"desk/settings/{template}.html", context | rail_context(request, "settings"), status=status)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The settings begin with the inboxes; who may not see those sees their own profile."""
    return redirect("desk:settings_inboxes" if allowed(agent_of(request), "inbox.settings") else "desk:profile")


class CompanyForm(forms.Form):
    """What the company is called and reached by, and the language and time zone of people who chose none."""

    name = forms.CharField(
        label=gettext_lazy("Company name"),
        max_length=80,
        help_text=gettext_lazy("Customers read it in the mails you send."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=django_settings.LANGUAGES,
        help_text=gettext_lazy(
            "For colleagues who haven't chosen their own, and for customers whose language is unknown."
        ),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [("", "UTC"), *zones()],
        required=False,
        help_text=gettext_lazy("For colleagues who have none of their own."),
    )
    legal_name = forms.CharField(
        label=gettext_lazy("Registered name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("This and what follows stands in signatures and macros, by placeholders."),
    )
    address = forms.CharField(label=gettext_lazy("Postal address"), required=False, max_length=300)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=60)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")


@needs("company.settings")
def company(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, and how customers reach the company."""
    details = {name: company_settings.details()[f"company.{name}"] for name in company_settings.DETAILS}
    initial = details | {
        "name": company_settings.name(),
        "language": company_settings.language(),
        "time_zone": company_settings.time_zone(),
    }
    form = CompanyForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        people.update_company(agent=agent_of(request), actor=actor_of(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:settings_company")
    return shown(request, "company", {"form": form}, status=422 if form.is_bound else 200)


@needs("tag.create")
def tags(request: HttpRequest) -> HttpResponse:
    """Rename and recolour tags."""
    if request.method == "POST":
        tag = get_object_or_404(Tag, pk=row_number(request.POST.get("tag")))
        _try(
            request,
            lambda: actions.update_tag(
                agent=agent_of(request), actor=actor_of(request), tag=tag, name=request.POST.get("name")
            ),
        )
        return redirect("desk:settings_tags")
    return shown(request, "tags", {"tags": Tag.objects.all()})


class AttributeForm(forms.Form):
    """A new custom field of customers."""

    key = forms.SlugField(
        label=gettext_lazy("Key"), max_length=40, help_text=gettext_lazy("Small Latin letters; programs use it.")
    )
    label = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    type = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AttributeType.choices)
    choices = forms.CharField(
        label=gettext_lazy("Choices"), required=False, help_text=gettext_lazy("Only for a choice: separated by commas.")
    )


@needs("attribute.settings")
@proven
def attributes(request: HttpRequest) -> HttpResponse:
    """Custom fields of customers."""
    form = AttributeForm(request.POST if request.method == "POST" and "drop" not in request.POST else None)
    agent, actor = agent_of(request), actor_of(request)
    if "drop" in request.POST:
        definition = get_object_or_404(AttributeDefinition, pk=row_number(request.POST["drop"]))
        actions.drop_attribute(agent=agent, actor=actor, definition=definition)
        return redirect("desk:settings_attributes")
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        data["choices"] = data["choices"].split(",")
        if _try(request, lambda: actions.define_attribute(agent=agent, actor=actor, **data)):
            return redirect("desk:settings_attributes")
    context = {"form": form, "attributes": AttributeDefinition.objects.all()}
    return shown(request, "attributes", context, status=422 if form.is_bound else 200)


@needs("sender.block")
def blocked(request: HttpRequest) -> HttpResponse:
    """Senders refused by name."""
    agent, actor = agent_of(request), actor_of(request)
    if request.method == "POST":
        if "lift" in request.POST:
            sender = get_object_or_404(BlockedSender, pk=row_number(request.POST["lift"]))
            actions.unblock_sender(agent=agent, actor=actor, sender=sender)
        else:
            value, reason = request.POST.get("value", ""), request.POST.get("reason", "")
            _try(request, lambda: actions.block_sender(agent=agent, actor=actor, value=value, reason=reason))
        return redirect("desk:settings_blocked")
    return shown(request, "blocked", {"senders": BlockedSender.objects.all()[:500]})


@needs("quarantine.read")
def quarantine(request: HttpRequest) -> HttpResponse:
    """What could not be read, or was refused (`?show=blocked`): look at it, try again, or put it aside."""
    agent, actor = agent_of(request), actor_of(request)
    if request.method == "POST":
        raw = get_object_or_404(RawInput, pk=row_number(request.POST.get("raw")))
        act = discard_input if request.POST.get("then") == "discard" else retry_input
        try:
            act(agent=agent, actor=actor, raw=raw)
            messages.success(request, _("Done."))
        except FileNotFoundError:
            messages.error(request, _("The message itself is no longer there."))
        return redirect(request.get_full_path())
    refused_ones = request.GET.get("show") == "blocked"
    rows = refused(agent) if refused_ones else quarantined(agent)
    return shown(request, "quarantine", {"page": page_of(request, rows), "is_blocked": refused_ones})


@require_GET
@needs("quarantine.read")
def quarantine_raw(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they came, to be saved and looked at."""
    try:
        content = original(agent_of(request), get_object_or_404(RawInput, pk=pk))
    except FileNotFoundError:
        raise Http404 from None
    name = f"quarantine-{pk}.eml"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type="message/rfc822")


@needs("task.replay")
def tasks(request: HttpRequest) -> HttpResponse:
    """Work that was given up after all its attempts: see why, and run it again."""
    if request.method == "POST":
        task = row_number(request.POST.get("task"))
        if people.replay_task(agent=agent_of(request), actor=actor_of(request), task_id=task):
            messages.success(request, _("It runs again."))
        return redirect("desk:settings_tasks")
    waiting = QueuedTask.objects.filter(state=QueuedTask.State.READY).count()
    return shown(request, "tasks", {"tasks": queue.dead_letters(), "waiting": waiting})


def _try(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Run an action of the customers' room and tell how it went."""
    try:
        act()
    except CustomerError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("Saved."))
    return True
