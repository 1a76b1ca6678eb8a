"""What customers are told by themselves, in their language: the template's own words, and honest ones of a delay."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tamada.accounts.zones import company_zone
from tamada.core import dates
from tamada.kit.services.template import in_language

from .models import Job, JobMove, Moment, Notice


def message_of(notices: Sequence[Notice], now: datetime, links: Mapping[int, str]) -> str:
    """One message of several notices, those of a job together under its name, with the link to it if there is one."""
    jobs = {notice.job_id: notice.job for notice in notices}
    parts = [
        [heading(job), *(words_of(one, now) for one in notices if one.job_id == job.pk), *_link(job, links)]
        for job in jobs.values()
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _link(job: Job, links: Mapping[int, str]) -> list[str]:
    return [seen_at(links[job.pk], job.language)] if job.pk in links else []


def seen_at(link: str, language: str) -> str:
    """Where one sees how it stands, as a sentence for the customer."""
    with override(language):
        return _("You can see how it stands here: %(link)s") % {"link": link}


def heading(job: Job) -> str:
    """By what the customer knows it."""
    with override(job.language):
        return _("%(service)s, no. %(number)s") % {"service": _service(job), "number": job.number}


def words_of(notice: Notice, now: datetime) -> str:
    """What one notice says; empty where its step says nothing of this moment."""
    job = notice.job
    if notice.moment != Moment.DELAYED:
        step = job.template.steps.get(notice.step)
        return in_language(step.told_at(notice.moment), job.language) if step else ""
    with override(job.language), timezone.override(company_zone()):
        return _delay(job, now) if notice.moved_to is None else _another_date(notice, notice.moved_to)


def _another_date(notice: Notice, to: datetime) -> str:
    was = dates.whole_in_text(notice.about_at) if notice.about_at else ""
    parts = [_("We promised it by %(was)s, and will not manage by then. We are sorry.") % {"was": was}]
    parts.append(_("The new date is %(to)s.") % {"to": dates.whole_in_text(to)})
    move = JobMove.objects.filter(job=notice.job_id, to=to).order_by("-at", "-pk").first()
    if move is not None and move.reason:
        parts.append(_("The reason: %(reason)s") % {"reason": _sentence(move.reason)})
    parts.append(_("If that does not suit you, just answer this message."))
    return " ".join(parts)


def _sentence(text: str) -> str:
    return text if text[-1:] in ".!?…։" else f"{text}."


def _delay(job: Job, now: datetime) -> str:
    promised = job.promised_at
    was = dates.whole_in_text(promised) if promised else ""
    is_past = promised is not None and promised <= now
    said = (
        _("We promised it by %(was)s and have not kept that. We are sorry.")
        if is_past
        else _("We promised it by %(was)s, and will not manage by then. We are sorry.")
    )
    parts = [said % {"was": was}]
    cause = job.template.steps.get(job.cause)
    if cause is not None and cause.doer.by == "customer" and cause.shown:
        parts.append(
            _("To go on we need something of you: %(what)s") % {"what": in_language(cause.shown, job.language)}
        )
    if job.forecast_slow_at is not None:
        likely = dates.whole_in_text(_next_hour(job.forecast_slow_at))
        parts.append(
            _("As things stand it will be done by %(likely)s; a colleague will confirm the new date.")
            % {"likely": likely}
        )
    else:
        parts.append(_("A colleague will tell you the new date."))
    parts.append(_("If that does not suit you, just answer this message."))
    return " ".join(parts)


def _service(job: Job) -> str:
    return in_language(job.template.name, job.language)


def _next_hour(moment: datetime) -> datetime:
    """Nobody is told 14:37."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return moment if moment == hour else hour + timedelta(hours=1)
