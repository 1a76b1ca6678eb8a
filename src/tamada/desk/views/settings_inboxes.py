"""Inboxes: their names, teams, servers, and whether they work."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed, require
from tamada.channels.base import troubles_of
from tamada.channels.chat.actions import update_chat_inbox
from tamada.channels.chat.actions.inboxes import BadChatSetting
from tamada.channels.chat.settings import settings_of
from tamada.channels.email import accounts
from tamada.channels.email.imap import try_fetching
from tamada.channels.email.models import MailAccount
from tamada.channels.reasons import in_words
from tamada.channels.telegram.actions import BadBot, Health, check_bot, open_telegram_inbox, update_bot
from tamada.channels.telegram.models import Bot
from tamada.conversations.actions import create_inbox, update_inbox
from tamada.conversations.errors import BadSignature
from tamada.conversations.models import Channel, Inbox
from tamada.conversations.queries import inboxes_visible_to, mail_inbox_for
from tamada.conversations.signatures import as_sent_by, unknown_in

from ..access import actor_of, agent_of, inbox_or_404
from ..forms.chat import FIELD_OF, ChatForm
from ..forms.inboxes import COMMON, LONGEST_SIGNATURE, SIGNATURES, InboxForm, MailForm, NewInboxForm
from ..forms.telegram import TelegramForm
from ..proven import proven
from .settings import needs, shown

# Parts of the page, by their ids.
_SENDING, _FETCHING = "outgoing", "incoming"
_FORMS = {Channel.CHAT: ChatForm, Channel.TELEGRAM: TelegramForm}
_TRIED = "tried_server"


@needs("inbox.settings")
def inboxes(request: HttpRequest) -> HttpResponse:
    """All inboxes of the agent's teams, with whether they work."""
    found = inboxes_visible_to(agent_of(request))
    rows = [{"inbox": i, "troubles": troubles_of(i)} for i in found]
    return shown(request, "inboxes", {"rows": rows, "may_create": allowed(agent_of(request), "inbox.create")})


def _open(request: HttpRequest, form: NewInboxForm) -> Inbox:
    agent, actor, given = agent_of(request), actor_of(request), form.cleaned_data
    if given["channel"] == Channel.CHAT:
        return create_inbox(agent=agent, actor=actor, name=given["name"], channel=Channel.CHAT)
    if given["channel"] == Channel.TELEGRAM:
        return open_telegram_inbox(agent=agent, actor=actor, name=given["name"], token=given["token"]).inbox
    named = {"name": given["name"], "address": given["address"]}
    return accounts.open_mail_inbox(agent=agent, actor=actor, **named).inbox


@needs("inbox.create")
@proven
def new(request: HttpRequest) -> HttpResponse:
    """Open an inbox."""
    form = NewInboxForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = _open(request, form)
        except (accounts.BadAccountError, BadBot) as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if made.channel == Channel.EMAIL:
                return _to_part(made.pk, _SENDING)  # it can't send before its server is given
            return redirect("desk:settings_inbox", pk=made.pk)
    return shown(request, "inbox_new", {"form": form}, status=422 if form.is_bound else 200)


@needs("inbox.settings")
@proven
def inbox(request: HttpRequest, pk: int) -> HttpResponse:
    """One inbox's settings. A form sent off with `try` is saved, and the server then tried."""
    found = inbox_or_404(request, pk)
    account = MailAccount.objects.select_related("inbox").filter(inbox=found).first()
    form = _form_of(request.POST or None, agent_of(request), found, account)
    if form.is_bound and form.is_valid() and _save(request, found, account, form):
        if account and "try" in form.data:
            return _tried(request, account, form.data["try"])
        messages.success(request, _("Saved."))
        return redirect("desk:settings_inbox", pk=pk)
    return _page(request, found, account, form)


def _page(
    request: HttpRequest, found: Inbox, account: MailAccount | None, form: InboxForm, health: Health | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "groups": _groups(form, _last_try(request, found.pk)),
        "inbox": found,
        "account": account,
        "bot": Bot.objects.filter(inbox=found).first(),
        "health": health,
        "health_trouble": in_words(health.trouble) if health else "",
        "troubles": troubles_of(found),
        "unread_trouble": _unread_trouble(found),
        "spoken_wrong": any(form[name].errors for name in form.fields if form.part_of(name) == "spoken"),
        "fetches": account is not None and bool(accounts.credentials_of(account).imap_url),
        "site": settings.TAMADA.base_url.rstrip("/"),
        "folders": list(account.folders.order_by("pk")) if account else [],
    }
    return shown(request, "inbox", context, status=422 if form.is_bound else 200)


def _unread_trouble(found: Inbox) -> str:
    """Why an answer that a visitor does not read could not go out to them by mail; "" where it can."""
    if found.channel != Channel.CHAT:
        return ""
    sender = mail_inbox_for(found, settings_of(found).mail_inbox)
    if sender is None:
        return _("An answer that is not read goes out by mail, and there is no mail inbox that could send it.")
    if not (trouble := troubles_of(sender).sending):
        return ""
    return _("An answer that is not read goes out from “%(inbox)s”, which can't send now: %(reason)s") % {
        "inbox": sender.name,
        "reason": trouble,
    }


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask Telegram how a bot is, and show what it says."""
    require(agent_of(request), "inbox.settings")
    found = inbox_or_404(request, pk)
    bot = Bot.objects.select_related("inbox").filter(inbox=found).first()
    if bot is None:
        raise Http404
    health = check_bot(agent=agent_of(request), bot=bot)
    return _page(request, found, None, _form_of(None, agent_of(request), found, None), health)


def _form_of(data: Any, agent: Agent, found: Inbox, account: MailAccount | None) -> InboxForm:
    if account:
        return MailForm(data, agent=agent, account=account)
    return _FORMS.get(Channel(found.channel), InboxForm)(data, agent=agent, inbox=found)


def _groups(form: InboxForm, tried: dict[str, dict[str, str]]) -> list[tuple[Any, ...]]:
    """The parts of the form, each with its heading, fields, and how the last try of its server went."""
    return [(part, title, fields, tried.get(part)) for part, title, fields in form.groups()]


def _save(request: HttpRequest, found: Inbox, account: MailAccount | None, form: InboxForm) -> bool:
    """Change what was changed, and nothing else: the trail names it."""
    agent, actor, changes = agent_of(request), actor_of(request), form.changes()
    common = {name: changes.pop(name) for name in COMMON if name in changes}
    try:
        if changes and (bot := Bot.objects.select_related("inbox").filter(inbox=found).first()):
            update_bot(agent=agent, actor=actor, bot=bot, **changes)  # asks Telegram, and so stands in no transaction
            found.refresh_from_db()
        with transaction.atomic():
            if changes and found.channel == Channel.CHAT:
                update_chat_inbox(agent=agent, actor=actor, inbox=found, **changes)
            if account and changes:
                accounts.update_mail_account(agent=agent, actor=actor, account=account, **changes)
                found.refresh_from_db()
            if common:
                update_inbox(agent=agent, actor=actor, inbox=found, **common)
    except (accounts.BadAccountError, BadBot) as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    except BadChatSetting as error:
        form.add_error(FIELD_OF.get(error.field, error.field), list(error.reasons))
        return False
    except BadSignature as error:
        field = f"signature_{error.language}" if error.language else "signature"
        form.add_error(field, _("A signature has no such placeholder: %(piece)s") % {"piece": error.piece})
        return False
    return True


@require_POST
def try_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Connect to the outgoing server, or to the mailbox (`what=fetching`), and sign in; sends and fetches nothing."""
    require(agent_of(request), "inbox.settings")
    account = MailAccount.objects.filter(inbox=inbox_or_404(request, pk)).first()
    if account is None:
        raise Http404
    return _tried(request, account, request.POST.get("what", ""))


def _tried(request: HttpRequest, account: MailAccount, what: str) -> HttpResponse:
    """Try a server; how it went is shown once, beside its fields."""
    account.refresh_from_db()
    part = _FETCHING if what == "fetching" else _SENDING
    trouble = try_fetching(account) if part == _FETCHING else accounts.try_sending(account)
    request.session[_TRIED] = [account.inbox_id, part, trouble]
    return _to_part(account.inbox_id, part)


def _to_part(pk: int, part: str) -> HttpResponse:
    return redirect(f"{reverse('desk:settings_inbox', args=[pk])}#{part}")


def _last_try(request: HttpRequest, pk: int) -> dict[str, dict[str, str]]:
    """How the last try of this inbox's servers went, by the part of the page it belongs to."""
    inbox, part, trouble = request.session.pop(_TRIED, None) or (None, "", "")
    if inbox != pk:
        return {}
    if trouble:
        return {part: {"kind": "late", "text": _("It does not work: %(reason)s") % {"reason": in_words(trouble)}}}
    well = {
        _SENDING: _("The server for outgoing mail answers and let us in."),
        _FETCHING: _("The mailbox answers and let us in."),
    }
    return {part: {"kind": "kept", "text": well[part]}}


@require_POST
def signatures(request: HttpRequest, pk: int) -> HttpResponse:
    """What the form's signatures become below a message of whoever looks, saved or not."""
    require(agent_of(request), "inbox.settings")
    found, rows = inbox_or_404(request, pk), []
    for name in SIGNATURES:
        if text := request.POST.get(name, "").strip()[:LONGEST_SIGNATURE]:
            wrong = unknown_in(text)
            filled = "" if wrong else as_sent_by(agent_of(request), found, text)
            rows.append({"label": InboxForm.base_fields[name].label, "wrong": wrong, "text": filled})
    return render(request, "desk/settings/signatures.html", {"rows": rows})


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift the hourly limit of a new inbox."""
    account = MailAccount.objects.filter(inbox=inbox_or_404(request, pk)).first()
    if account is None:
        raise Http404
    accounts.confirm_cap(agent=agent_of(request), actor=actor_of(request), account=account)
    return redirect("desk:settings_inbox", pk=pk)
