"""Rules in the settings: built from plain fields, read as sentences, tried on the past, and asked why."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.automation import actions
from tamada.automation.actions.rules import PERMISSION, RuleTerms
from tamada.automation.errors import Invalid
from tamada.automation.models import Rule
from tamada.automation.points import Condition, Step, triggers
from tamada.automation.queries.rules import rules as all_rules
from tamada.automation.queries.rules import sentences, told_by
from tamada.conversations.models import Conversation
from tamada.conversations.queries import visible_to

from ..access import actor_of, agent_of
from ..conditions import condition, conditions, read_conditions
from ..forms.rules import RuleForm, initial_of
from ..proven import proven
from ..steps import read_steps, rows
from .settings import needs, shown

_TRIAL: Final = "try"
_NEW: Final = {"match": "all", "position": 10, "is_active": True}


@require_GET
@needs(PERMISSION)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule as a sentence, in the order in which they are asked."""
    listed = [
        {
            "rule": rule,
            "when": triggers.get(rule.trigger).label if rule.trigger in triggers else rule.trigger,
            "conditions": sentences(rule.conditions, Condition),
            "steps": sentences(rule.steps, Step),
        }
        for rule in all_rules()
    ]
    return shown(request, "rules", {"rules": listed})


@needs(PERMISSION)
@proven
def new(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    return _answer(request, None)


@needs(PERMISSION)
@proven
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule."""
    return _answer(request, get_object_or_404(Rule, pk=pk))


def _answer(request: HttpRequest, found: Rule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, initial=initial_of(found) if found else _NEW)
    asked: list[dict[str, str]] = found.conditions if found else []
    steps: list[dict[str, str]] = found.steps if found else [{"do": "add_tags", "value": ""}]
    if form.is_bound:
        asked, steps = read_conditions(request.POST), read_steps(request.POST)
        if form.is_valid() and (saved := _save(request, form, found, _terms(request, form.terms(asked, steps)))):
            if _TRIAL in request.POST:
                actions.start_dry_run(agent=agent_of(request), actor=actor_of(request), rule=saved)
                messages.success(request, _("Saved, and not in use yet: what it would have done stands below."))
            else:
                messages.success(request, _("Saved."))
            return redirect("desk:edit_rule", pk=saved.pk)
    context: dict[str, Any] = {
        "form": form,
        "rule": found,
        "conditions": conditions(asked),
        "rows": rows(steps, by_hand=False),
    }
    if found is not None:
        context |= _tried(request, found)
    return shown(request, "rule_edit", context, status=422 if form.is_bound else 200)


def _tried(request: HttpRequest, rule: Rule) -> dict[str, Any]:
    """What the latest trial of this rule found, of what the reader may see."""
    latest = rule.dry_runs.first()
    examples: list[Conversation] = []
    if latest is not None:
        examples = list(visible_to(agent_of(request)).filter(pk__in=latest.examples).order_by("-pk"))
    return {"rule": rule, "dry_run": latest, "examples": examples}


def _terms(request: HttpRequest, terms: RuleTerms) -> RuleTerms:
    """What is to be tried first is not in use yet."""
    return replace(terms, is_active=False) if _TRIAL in request.POST else terms


def _save(request: HttpRequest, form: RuleForm, found: Rule | None, terms: RuleTerms) -> Rule | None:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request), "terms": terms}
    try:
        return actions.create_rule(**common) if found is None else actions.update_rule(**common, rule=found)
    except Invalid as error:
        field = "hours" if error.field == "minutes" else error.field
        form.add_error(field if field in form.fields else None, error.message)
        return None


@require_POST
@needs(PERMISSION)
@proven
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule."""
    actions.delete_rule(agent=agent_of(request), actor=actor_of(request), rule=get_object_or_404(Rule, pk=pk))
    messages.success(request, _("Removed."))
    return redirect("desk:settings_rules")


@require_GET
@needs(PERMISSION)
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it fired or not, the last times it was asked."""
    found = get_object_or_404(Rule, pk=pk)
    return shown(request, "rule_log", {"rule": found, "told": told_by(found)})


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def dry_run(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: ask the rule about past conversations, in the background, as the form holds it, saved or not. GET: how far
    that is, and what it found.
    """
    found = get_object_or_404(Rule, pk=pk)
    trouble = ""
    if request.method == "POST":
        asked = (request.POST["match"], read_conditions(request.POST)) if "match" in request.POST else None
        try:
            actions.start_dry_run(agent=agent_of(request), actor=actor_of(request), rule=found, asked=asked)
        except Invalid as error:
            trouble = error.message
        if request.headers.get("HX-Request") != "true":
            return redirect("desk:edit_rule", pk=pk)
    return render(request, "desk/settings/dry_run.html", {**_tried(request, found), "trouble": trouble})


@require_GET
@needs(PERMISSION)
def condition_row(request: HttpRequest) -> HttpResponse:
    """One row of conditions, for what was chosen in it (`condition_ask`)."""
    made = condition(request.GET.get("condition_ask", ""))
    return render(request, "desk/settings/condition_row.html", {"row": made})
