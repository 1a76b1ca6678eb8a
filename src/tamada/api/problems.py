"""Errors as RFC 9457 tells them: `application/problem+json` with type, title, status, detail, and what each adds."""

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from tamada.automation.errors import Invalid as InvalidRoutine
from tamada.conversations.errors import (
    BadMerge,
    BadRecipient,
    BadSplit,
    ConversationError,
    EmptyMessage,
    MergedAway,
    MergeStays,
    NoRecipient,
    PastTime,
    StaleReply,
    TooLate,
    WrongOwner,
)
from tamada.core.storage import StoreAway
from tamada.customers.errors import IdentityTaken, Invalid, InvalidIdentity
from tamada.customers.errors import MergedAway as CustomerMergedAway
from tamada.customers.errors import MergeStays as CustomerMergeStays
from tamada.kit.cursors import BadCursor
from tamada.kit.services.problems import Problems
from tamada.operations.errors import AlreadyOffered, NotReady, Over, ReasonOwed, Settled, Taken
from tamada.operations.errors import Invalid as InvalidPromise
from tamada.webhooks.errors import Invalid as InvalidWebhook

from .answers import answer

log = logging.getLogger("tamada.api")

PROBLEM: Final = "application/problem+json"


class Problem(Exception):
    """Ends a request with an error. `more` holds extension members, `headers` further header fields."""

    def __init__(self, status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


def not_found() -> Problem:
    """The same answer whether a thing is hidden or absent."""
    return Problem(404, _("There is nothing here that you may see."))


def invalid(detail: str, *loc: str | int) -> Problem:
    """422, pointing at the part of the request that is wrong."""
    return Problem(422, detail, errors=[{"loc": list(loc), "detail": detail}])


def respond(problem: Problem) -> HttpResponse:
    """The problem as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
    }
    if problem.detail:
        body["detail"] = problem.detail
    response = answer(body | problem.more, problem.status, content_type=PROBLEM)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def problem_of(request: HttpRequest, error: Exception) -> Problem:
    """What an exception means to the caller. What nobody foresaw is logged and becomes 500, without its text."""
    if (known := meaning_of(error)) is not None:
        return known
    got_request_exception.send(sender=None, request=request)
    log.error("%s %s failed", request.method, request.path_info, exc_info=error)
    return Problem(500, _("Something went wrong on our side. It has been written down."))


def meaning_of(error: Exception) -> Problem | None:
    """What a foreseen exception means; None for any other."""
    if isinstance(error, Problem):
        return error
    return next((make(error) for kind, make in _MEANINGS.items() if isinstance(error, kind)), None)


def _validation(error: Any) -> Problem:
    errors = [{"loc": _place(item["loc"]), "detail": item["msg"]} for item in error.errors]
    first = errors[0] if errors else {"loc": [], "detail": ""}
    where = ".".join(str(part) for part in first["loc"])
    return Problem(422, f"{where}: {first['detail']}", errors=errors)


def _place(loc: Sequence[str | int]) -> list[str | int]:
    """Where in the request: the framework names its own parameter after the source, which means nothing outside."""
    source, *rest = loc
    return [source, *(rest[1:] if rest and rest[0] in ("body", "query") else rest)]


def _stale(error: Any) -> Problem:
    from .shapes import message_item

    detail = _("Somebody wrote after the last message you have seen. Read what is new, then send again.")
    return Problem(409, detail, unseen=[message_item(message) for message in error.unseen])


def _taken(error: Any) -> Problem:
    """Without naming the owner: the view adds them where the caller may see them."""
    return Problem(409, _("This address belongs to another customer."), identity={"type": error.identity.type})


def _bad_merge(error: Any) -> Problem:
    reasons = {
        "itself": _("A conversation can't be merged into itself."),
        "spam": _("The conversation that is to take it in is spam."),
    }
    return invalid(reasons.get(error.reason, error.reason), "body", "into")


def _bad_split(reason: str) -> str:
    if reason == "all":
        return _("Nothing would be left in the conversation.")
    return _("None of these is a message of this conversation.")


def _merge_stays(error: Any) -> Problem:
    if error.later is None:
        return Problem(409, _("This merge was undone before."))
    return Problem(409, _("Another merge must be undone first."), later=str(error.later))


def _merged_away(error: Any) -> Problem:
    detail = _("This conversation was merged into #%(number)s.") % {"number": error.into}
    return Problem(409, detail, merged_into=str(error.into))


def _customer_merged_away(error: Any) -> Problem:
    return Problem(409, _("This customer was merged into another one."), merged_into=str(error.into))


def _not_ready(error: Any) -> Problem:
    if error.missing:
        return Problem(409, _("Some questions of this step have no answer yet."), missing=list(error.missing))
    return Problem(409, _("This step waits for others that come before it."), blocked_by=list(error.blocked))


def _taken_over(error: Any) -> Problem:
    if error.owner is None:
        return Problem(409, _("This hand-off has ended already."))
    detail = _("%(name)s has answered this hand-off already.") % {"name": error.owner.name}
    return Problem(409, detail, answered_by=str(error.owner.pk))


def _bad_service(error: Any) -> Problem:
    wrong = [one for one in error.problems if not one.is_warning]
    errors = [{"loc": ["body", "yaml", one.line], "detail": one.says(_)} for one in wrong]
    return Problem(422, _("This is no sound template of a service."), errors=errors)


_MEANINGS: Final[Mapping[type[Exception], Callable[[Any], Problem]]] = {
    ValidationError: _validation,
    StaleReply: _stale,
    IdentityTaken: _taken,
    Invalid: lambda e: invalid(e.message, "body", *e.field.split(".")),
    InvalidRoutine: lambda e: invalid(e.message, "body", *([e.field] if e.field else [])),
    InvalidWebhook: lambda e: invalid(e.message, "body", *([e.field] if e.field else [])),
    InvalidPromise: lambda e: invalid(e.message, "body", *([e.field] if e.field else [])),
    ReasonOwed: lambda e: Problem(409, _("Say why: this is not done without a reason.")),
    NotReady: _not_ready,
    Over: lambda e: Problem(409, _("This job is done or cancelled; it does not change any more.")),
    Problems: _bad_service,
    AlreadyOffered: lambda e: Problem(
        409, _("It waits to be taken over already: answer or withdraw that hand-off first.")
    ),
    Taken: _taken_over,
    Settled: lambda e: Problem(409, _("This promise is settled already. Open it again to change it.")),
    InvalidIdentity: lambda e: invalid(str(e), "body", "value"),
    BadRecipient: lambda e: invalid(
        _("“%(address)s” is not an e-mail address.") % {"address": e.address}, "body", "to"
    ),
    NoRecipient: lambda e: invalid(_("There is nobody to send this to."), "body", "to"),
    EmptyMessage: lambda e: invalid(_("A message needs a text, HTML or an attachment."), "body", "text"),
    PastTime: lambda e: invalid(_("This time has passed."), "body", "snoozed_until"),
    WrongOwner: lambda e: invalid(_("This person can't own the conversation."), "body", "assignee"),
    BadMerge: _bad_merge,
    BadSplit: lambda e: invalid(_bad_split(e.reason), "body", "messages"),
    MergeStays: _merge_stays,
    CustomerMergeStays: _merge_stays,
    MergedAway: _merged_away,
    CustomerMergedAway: _customer_merged_away,
    TooLate: lambda e: Problem(409, _("The message has left already.")),
    ConversationError: lambda e: Problem(422, str(e)),
    BadCursor: lambda e: invalid(_("This cursor does not belong to this list."), "query", "cursor"),
    PermissionDenied: lambda e: Problem(403, _("You may not do this."), permission=str(e)),
    ObjectDoesNotExist: lambda e: not_found(),
    Http404: lambda e: not_found(),
    RequestDataTooBig: lambda e: Problem(413, _("The request is too large.")),
    MultiPartParserError: lambda e: Problem(400, _("The form data can't be read.")),
    SuspiciousOperation: lambda e: Problem(400, _("The request can't be read.")),
    HttpError: lambda e: Problem(e.status_code, _("The request can't be read.")),
    StoreAway: lambda e: Problem(
        503, _("Files can't be reached at the moment. Try again in a few minutes."), headers={"Retry-After": "30"}
    ),
    OperationalError: lambda e: Problem(503, _("The database is busy. Try again."), headers={"Retry-After": "1"}),
}
