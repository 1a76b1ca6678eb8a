"""Reading jobs for the customer they are for: nothing here asks who of us may see them."""

from datetime import timedelta
from typing import Final

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from tamada.customers.models import Customer
from tamada.kit.services.template import Service as Template

from .job_queries import by_name, give_templates, known_answers, services
from .models import Commitment, Job, JobStatus, JobStep, Service, State, StepStatus

_REMEMBERED: Final = timedelta(days=183)
_MOST: Final = 60
_OVER: Final = (JobStatus.DONE, JobStatus.CANCELLED)


def jobs_of(customer: Customer) -> list[Job]:
    """What runs and what is planned, by the date it was promised for; then what ended in the last half year."""
    recent = Q(finished_at__gte=timezone.now() - _REMEMBERED)
    rows = _whole(Job.objects.filter(~Q(status__in=_OVER) | recent, customer=customer))
    found = list(rows.order_by(F("finished_at").desc(nulls_first=True), F("promised_at").asc(nulls_last=True))[:_MOST])
    give_templates(found)
    return found


def job_of(customer: Customer, number: int) -> Job:
    """One of their jobs, however old. Raises `Job.DoesNotExist`."""
    job: Job = _whole(Job.objects.filter(customer=customer)).prefetch_related("moved").get(pk=number)
    return job


def _whole(rows: QuerySet[Job]) -> QuerySet[Job]:
    steps = Prefetch("steps", JobStep.objects.order_by("position"))
    return rows.select_related("calendar", "customer").prefetch_related(steps, "acts")


def promises_of(job: Job) -> list[Commitment]:
    """What we promised this customer in a job and have kept, or still have to, the next first."""
    rows = Commitment.objects.filter(job=job, customer=job.customer_id, state__in=(State.OPEN, State.KEPT))
    return list(rows.order_by(F("settled_at").asc(nulls_first=True), "due_at"))


def asked_of(job: Job) -> list[JobStep]:
    """The steps that ask something of the customer now."""
    template = job.template.steps
    if job.is_over or job.status == JobStatus.PLANNED:
        return []
    mine = [step for step in job.steps.all() if step.is_running and template[step.key].doer.by == "customer"]
    return [step for step in mine if template[step.key].asks]


def known_to(job: Job, step: JobStep, *, of_all: bool) -> dict[str, object]:
    """What a step asks and we know already: from this job, and with `of_all` from any of theirs."""
    asked = [field.id for field in job.template.steps[step.key].form]
    known = dict(known_answers(job.customer_id, but=step.pk, fields=asked)) if asked and of_all else {}
    here = {name: value for row in job.steps.all() for name, value in row.answers.items() if name in asked}
    return {**known, **{name: value for name, value in here.items() if value not in ("", None)}, **step.answers}


def handed_to(job: Job, step: JobStep) -> dict[str, object]:
    """What the steps before one of the customer's hand over to them, by the words of the template's fields."""
    template, rows = job.template.steps, {row.key: row for row in job.steps.all()}
    found: dict[str, object] = {}
    for key in template[step.key].after:
        if rows[key].status != StepStatus.DONE:
            continue
        have = {name: value for row in rows.values() for name, value in row.answers.items()}
        found |= {name: have[name] for name in template[key].hands_over if have.get(name) not in (None, "")}
    return found


# --- what they may begin themselves -----------------------------------------------------------------------------------


def offers(language: str) -> list[tuple[str, Service, Template]]:
    """The services that customers may begin, by their names."""
    rows = by_name(list(services().filter(is_active=True)), language)
    return [(name, row, version.template) for name, row, version in rows if version.template.customers_may_begin]


def offer(key: str) -> tuple[Service, Template]:
    """One of them. Raises `Service.DoesNotExist`: what is kept from customers is to them as what never was."""
    row = Service.objects.select_related("calendar").get(key=key, is_active=True)
    template = row.versions.get(number=row.version).template
    if not template.customers_may_begin:
        raise Service.DoesNotExist
    return row, template


def needs_words(template: Template) -> bool:
    """Whether they have to say what it is about: there is no question that they must answer."""
    return not any(field.required for fields in template.first_form.values() for field in fields)


def known_before(customer: Customer, template: Template) -> dict[str, object]:
    """What a service asks first and they answered before. What they told of another matter is not this one's."""
    fields = [field for fields in template.first_form.values() for field in fields if field.kind != "long"]
    return dict(known_answers(customer.pk, but=0, fields=[field.id for field in fields])) if fields else {}
