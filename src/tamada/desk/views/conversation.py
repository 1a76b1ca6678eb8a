"""One conversation: thread, header, customer, and everything that changes it but writing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import allowed
from tamada.automation.queries import deadlines_of
from tamada.calendars.queries import schedule
from tamada.channels.chat.actions import tell_we_type
from tamada.channels.chat.queries import last_there, visitor_in
from tamada.conversations import access, actions
from tamada.conversations.actions import change_conversations, follow, mark_read, mark_unread
from tamada.conversations.errors import PastTime, TooLate, WrongOwner
from tamada.conversations.models import Access, ChangeRecord, Channel, Conversation, Message, Priority, Status
from tamada.conversations.queries import messages_of, read_seqs, visible_to
from tamada.core import realtime
from tamada.core.presence import type_kind
from tamada.customers.errors import CustomerError
from tamada.customers.models import Tag
from tamada.kit.numbers import NO_ROW, row_number
from tamada.kit.spoken import read_time
from tamada.operations.handoff_queries import waiting_in
from tamada.operations.job_queries import of_seen_conversation as jobs_of
from tamada.operations.queries import of_seen_conversation, proposals
from tamada.privacy.actions import note_look

from .. import countdown, snooze, times
from ..access import actor_of, agent_of, conversation_or_404
from ..addresses import numbered
from ..drafts import composer_context
from ..forms.customers import attributes_of
from ..handoff_words import shown_handoffs
from ..job_words import service_name
from ..owners import owners_for
from ..rows import people_in
from ..shown import shown
from ..toasts import refused, told
from ..whereabouts import state_of, whereabouts
from .choices import selected
from .inbox import last_box, list_context, rail_context
from .removing import delete_chosen, merge_chosen

SHOWN = 50
NEARBY = 6
PROMISED = 20


@require_GET
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The pane for htmx, its talk or about part alone for a refetch, or the whole page with the list beside it."""
    found = conversation_or_404(request, pk)
    if found.pk != pk:
        query = request.GET.urlencode()
        return redirect(f"{numbered('conversation', found.pk)}{'?' + query if query else ''}")
    note_look(agent_of(request), found.customer_id)
    fragment = request.GET.get("fragment")
    if fragment == "talk":
        return render(request, "desk/conversation/talk.html", talk_context(request, found))
    if fragment == "about":
        return render(request, "desk/conversation/about.html", about_context(request, found))
    context = talk_context(request, found) | about_context(request, found)
    if request.headers.get("HX-Target") == "pane":
        return render(request, "desk/conversation/pane.html", context)
    box = last_box(request)
    around = list_context(request, box, current=pk) | rail_context(request, box.slug)
    return render(request, "desk/conversation/page.html", around | context)


@require_GET
def earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """The messages before `?before=` (a sequence number)."""
    found = conversation_or_404(request, pk)
    before = row_number(request.GET.get("before"))
    if before == NO_ROW:
        return HttpResponseBadRequest()
    messages = messages_of(found, before_seq=before, limit=SHOWN)
    return render(request, "desk/conversation/messages.html", _thread(request, found, messages))


def talk_context(request: HttpRequest, found: Conversation) -> dict[str, Any]:
    """The thread, what can be done with it, and the composer."""
    agent = agent_of(request)
    messages = messages_of(found, limit=SHOWN)
    composer = composer_context(request, found, messages)
    return (
        _thread(request, found, messages)
        | {
            "read_seq": read_seqs(agent, [found.pk]).get(found.pk, 0),
            "statuses": Status.choices,
            "priorities": Priority.choices,
            "owners": owners_for([found]),
            "teams": Team.objects.all(),
            "tags": Tag.objects.all()[:100],
            "tag_names": [t.name for t in found.tags.all()],
            "follows": Access.objects.filter(agent=agent, conversation=found, follows=True).exists(),
            "deadlines": [countdown.shown(one) for one in deadlines_of(found.pk)],
            "present": people_in(agent, [found.pk]).get(found.pk, []),
            "box": last_box(request),
            "proposals": list(proposals(agent, found.pk)),
        }
        | composer
        # Who only reads isn't told when it changes: <tamada-presence>, which asks, says too who may be writing.
        | (whereabouts(found, messages, by_chat=composer["by_chat"]) if allowed(agent, "conversation.reply") else {})
    )


def about_context(request: HttpRequest, found: Conversation) -> dict[str, Any]:
    """The customer of a conversation, and what else they wrote."""
    identities = list(found.customer.identities.all())
    chats = found.channel == Channel.CHAT or any(one.type in ("chat", "external") for one in identities)
    visitor = visitor_in(found) if chats else None
    where = state_of(visitor) if allowed(agent_of(request), "conversation.reply") else ""
    return {
        "conversation": found,
        "identities": identities,
        "customer_attributes": attributes_of(found.customer),
        "earlier_conversations": _others(agent_of(request), found),
        "visitor": visitor,
        "visitor_where": where,
        "visitor_left_at": last_there(visitor) if visitor and where == "left" else None,
        "promises": list(of_seen_conversation(found.pk)[:PROMISED]),
        "jobs": [(service_name(job), job) for job in jobs_of(found.pk)],
        "handoffs": shown_handoffs(agent_of(request), waiting_in(found.pk)),
        "may_promise": allowed(agent_of(request), "commitment.update"),
        "may_link": found.customer.erased_at is None and allowed(agent_of(request), "job.update"),
    }


def _thread(request: HttpRequest, found: Conversation, messages: list[Message]) -> dict[str, Any]:
    return {
        "conversation": found,
        "items": shown(request, messages),
        "earlier_before": messages[0].seq if len(messages) == SHOWN else None,
        "may_write": allowed(agent_of(request), "conversation.reply"),
        "begin_url": numbered("begin", found.pk),
        "split_url": numbered("split", found.pk),
    }


def _others(agent: Agent, found: Conversation) -> list[Conversation]:
    theirs = visible_to(agent).filter(customer=found.customer_id).exclude(pk=found.pk)
    return list(theirs.order_by("-last_activity_at")[:NEARBY])


# --- changes ----------------------------------------------------------------------------------------------------


@require_POST
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the form names: `status`, `assignee`, `team`, `priority`, `tags`, `snooze`, `spam`."""
    found = conversation_or_404(request, pk)
    try:
        record = _change(request, [found])
    except PastTime:
        return refused(_("This time has passed."))
    except snooze.NotUnderstood:
        return refused(_("This time was not understood. Say it for example like this: Thursday at 10."))
    except (ValueError, WrongOwner, CustomerError):
        return HttpResponseBadRequest()
    return _done(request, found, record)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The same for every selected conversation the agent may see: all of them, or none when one can't be.

    `merge` makes them one, `delete` deletes them.
    """
    chosen = selected(request, request.POST.getlist("selected"))
    if "merge" in request.POST:
        return merge_chosen(request, chosen)
    if "delete" in request.POST:
        return delete_chosen(request, chosen)
    try:
        record = _change(request, chosen)
    except PastTime:
        return refused(_("This time has passed."))
    except snooze.NotUnderstood:
        return refused(_("This time was not understood. Say it for example like this: Thursday at 10."))
    except (ValueError, WrongOwner, CustomerError):
        return HttpResponseBadRequest()
    text = ngettext("%(count)d conversation changed.", "%(count)d conversations changed.", len(chosen))
    return _toast(text % {"count": len(chosen)}, record)


def _change(request: HttpRequest, chosen: list[Conversation]) -> ChangeRecord | None:
    """What the form names, of each of them; a snooze goes by the opening hours of the conversation's own inbox."""
    given = request.POST
    changes: dict[str, Any] = {name: given[name] for name in ("status", "priority") if name in given}
    if "assignee" in given:
        changes["assignee"] = _agent(request, given["assignee"])
    if "team" in given:
        changes["team"] = get_object_or_404(Team, pk=row_number(given["team"]))
    if "tags" in given or "tags_form" in given:
        changes["tags"] = [name for value in given.getlist("tags") for name in value.split(",") if name.strip()]
    return change_conversations(
        agent=agent_of(request),
        actor=actor_of(request),
        conversations=chosen,
        changes=lambda found: changes | _snoozed(given, found) | _tagged(given, found),
        spam=given["spam"] == "1" if "spam" in given else None,
        block=given.get("block") == "1",
    )


@require_GET
def said_time(request: HttpRequest) -> HttpResponse:
    """The moment that words mean, for who is typing them."""
    text = request.GET.get("until", "").strip()
    found = read_time(text, timezone.localtime(), morning=snooze.MORNING)
    told = times.upcoming(found) if found else _("Not understood yet.") if text else ""
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


def _snoozed(given: QueryDict, found: Conversation) -> dict[str, Any]:
    choice = given.get("snooze", "")
    if "snooze" not in given:
        return {}
    until = snooze.moment(choice, given.get("until", ""), hours=schedule(found.inbox.calendar))
    return {"status": Status.SNOOZED, "snoozed_until": until}


def _tagged(given: QueryDict, found: Conversation) -> dict[str, Any]:
    """One tag more or less: each conversation keeps its others."""
    if "tag" not in given and "untag" not in given:
        return {}
    return {"tags": [t.name for t in found.tags.all() if t.name != given.get("untag")] + given.getlist("tag")}


@require_POST
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what one's own last change altered, and say what was left alone."""
    record = get_object_or_404(ChangeRecord, pk=pk, agent=agent_of(request))
    try:
        undone = actions.undo_change(agent=agent_of(request), actor=actor_of(request), record=record)
    except TooLate:
        return JsonResponse({"toast": _("It is too late to undo this.")}, status=409)
    left = undone.left_alone
    text = ngettext(
        "%(count)d conversation was changed since and stays as it is.",
        "%(count)d conversations were changed since and stay as they are.",
        left,
    )
    return JsonResponse({"toast": text % {"count": left} if left else _("Undone.")})


def _agent(request: HttpRequest, value: str) -> Agent | None:
    if value == "me":
        return agent_of(request)
    return get_object_or_404(Agent, pk=row_number(value)) if value else None


def _done(request: HttpRequest, found: Conversation, record: ChangeRecord | None) -> HttpResponse:
    given = request.POST
    if given.get("status") == Status.CLOSED:
        return _toast(_("Closed #%(number)s.") % {"number": found.pk}, record)
    if "snooze" in given:
        return _toast(_snoozed_words(found), record)
    if given.get("spam") == "1":
        return _toast(_("#%(number)s is spam now. The filter learned from it.") % {"number": found.pk}, record)
    return HttpResponse(status=204)


def _toast(text: str, record: ChangeRecord | None) -> HttpResponse:
    return told(text, reverse("desk:undo_change", args=[record.pk]) if record else "")


def _snoozed_words(found: Conversation) -> str:
    found.refresh_from_db(fields=["snoozed_until"])
    if found.snoozed_until is None:
        return _("Snoozed #%(number)s until they reply.") % {"number": found.pk}
    told = {"number": found.pk, "time": times.with_clock(found.snoozed_until)}
    return _("Snoozed #%(number)s until %(time)s.") % told


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The agent has seen the end of the thread (`last`, a message's id), or wants it unread again (`unread`)."""
    found = conversation_or_404(request, pk)
    agent, actor = agent_of(request), actor_of(request)
    if request.POST.get("unread"):
        mark_unread(agent=agent, actor=actor, conversation=found)
        return HttpResponse(status=204)
    last = row_number(request.POST.get("last"))
    seq = Message.objects.filter(conversation=found, pk=last).values_list("seq", flat=True).first()
    if seq is None:
        raise Http404
    mark_read(agent=agent, actor=actor, conversation=found, seq=seq)
    return HttpResponse(status=204)


@require_POST
def following(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow, or no longer (`follows=0`)."""
    found = conversation_or_404(request, pk)
    follows = request.POST.get("follows", "1") == "1"
    follow(agent=agent_of(request), actor=actor_of(request), conversation=found, follows=follows)
    return HttpResponse(status=204)


_STATES: dict[str, type_kind] = {"viewing": "viewing", "typing": "typing", "left": "left"}


@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """The agent is `viewing`, `typing`, or has `left`. Who views a chat, or a mail that went on in one, is told
    whether its visitor is there: no event says that somebody has left.
    """
    found = conversation_or_404(request, pk)
    state = _STATES.get(request.POST.get("state", ""))
    if state is None:
        return HttpResponseBadRequest()
    realtime.touch(agent_of(request).pk, found.pk, state, keys=access.audience(found))
    if found.channel == Channel.CHAT and allowed(agent_of(request), "conversation.reply"):
        tell_we_type(conversation=found, name=agent_of(request).name, typing=state == "typing")
    if state == "viewing" and (where := state_of(visitor_in(found))):
        return JsonResponse({"visitor": where})
    return HttpResponse(status=204)
