"""What is kept of customers in their requests: links that were given to them, and what they did there. In exports of a
person and of everything, and gone with them."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Holding, Piece, Subject, erasers, holdings, names_any
from tamada.core.takeout import datasets, of_fields
from tamada.customers.queries import everybody_in

from .models import JobAct, RequestLink


def _links(customer_id: int) -> QuerySet[RequestLink]:
    return RequestLink.objects.filter(customer__in=everybody_in(customer_id))


def _link_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _links(customer_id).order_by("pk").iterator(500):
        ends = {"holds until": one.expires_at, "taken back": one.revoked_at}
        yield {"at": one.created_at, "job": one.job_id, **ends, "seen": one.seen_at}


holdings.register(
    "request-links",
    Holding(
        _("Links to their requests"),
        _("So that they see how their requests stand without an account."),
        _link_rows,
        lambda pk: _links(pk).count(),
    ),
)


def _acts(customer_id: int) -> QuerySet[JobAct]:
    return JobAct.objects.filter(job__customer__in=everybody_in(customer_id))


def _act_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _acts(customer_id).order_by("pk").iterator(500):
        yield {
            "job": one.job_id,
            "what": one.get_kind_display(),
            "words": one.words,
            "chosen": one.moment,
            "at": one.at,
        }


holdings.register(
    "job-acts",
    Holding(
        _("What they did in their requests"),
        _("So that it is known what they agreed to, and when they are expected."),
        _act_rows,
        lambda pk: _acts(pk).count(),
    ),
)


# --- erasing ----------------------------------------------------------------------------------------------------------


def _theirs(subject: Subject) -> tuple[QuerySet[RequestLink], QuerySet[JobAct]]:
    acts = JobAct.objects.filter(job__customer__in=subject.ids)
    return RequestLink.objects.filter(customer__in=subject.ids), acts


def _naming(subject: Subject) -> list[int]:
    """What others wrote in theirs that names them."""
    rows = JobAct.objects.exclude(job__customer__in=subject.ids).exclude(words="").values_list("pk", "words")
    return [pk for pk, words in rows.iterator() if names_any(words, subject.telling)]


def _count(subject: Subject) -> int:
    links, acts = _theirs(subject)
    return links.count() + acts.count() + len(_naming(subject))


def _erase(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        named = JobAct.objects.filter(pk__in=_naming(subject)).update(words="")
        gone = sum(rows.delete()[0] for rows in _theirs(subject))
    return Piece(named + gone)


erasers.register(
    "requests",
    Eraser(
        _("Links to their requests, and what they did there"),
        _count,
        _erase,
        ("operations.RequestLink", "operations.JobAct"),
    ),
)


# --- everything -------------------------------------------------------------------------------------------------------

datasets.register(
    "request-links",
    of_fields(
        "request-links",
        lambda: RequestLink.objects.select_related("made_by"),
        id="pk",
        customer="customer_id",
        job="job_id",
        made_by="made_by.email",
        created_at="created_at",
        expires_at="expires_at",
        revoked_at="revoked_at",
        seen_at="seen_at",
    ),
)
datasets.register(
    "job-acts",
    of_fields(
        "job-acts",
        JobAct.objects.all,
        id="pk",
        job="job_id",
        step="step",
        kind="kind",
        moment="moment",
        words="words",
        at="at",
    ),
)
