"""Services and jobs as the API shows them."""

from datetime import datetime, timedelta
from typing import Any

from tamada.kit.services.template import Service as Template
from tamada.kit.services.template import Step, in_language
from tamada.operations.models import Job, JobStep, Service, ServiceVersion

from .answers import instant

_MINUTE = timedelta(minutes=1)


def service_item(row: Service, version: ServiceVersion) -> dict[str, Any]:
    """One service in its latest version."""
    template = version.template
    return {
        "id": str(row.pk),
        "key": row.key,
        "name": dict(template.name),
        "version": row.version,
        "active": row.is_active,
        "team": _id(row.team_id),
        "calendar": _id(row.calendar_id),
        "within_minutes": None if template.within is None else template.within // _MINUTE,
        "stages": [
            {"id": stage.id, "name": dict(stage.name), "steps": [_step_said(step) for step in stage.steps]}
            for stage in template.stages
        ],
        "updated_at": instant(row.changed_at),
    }


def _step_said(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "name": dict(step.name),
        "by": step.doer.by,
        "of": step.doer.name,
        "minutes": step.takes // _MINUTE,
        "after": list(step.after),
        "form": [
            {
                "id": field.id,
                "label": dict(field.label),
                "kind": field.kind,
                "required": field.required,
                "choices": [choice.id for choice in field.choices],
            }
            for field in step.form
        ],
        "hands_over": list(step.hands_over),
    }


def job_item(row: Job) -> dict[str, Any]:
    """One job with its steps, named in its customer's language."""
    template = row.template
    return {
        "id": str(row.pk),
        "number": row.number,
        "service": str(row.service_id),
        "service_key": row.service.key,
        "version": row.version.number,
        "customer": str(row.customer_id),
        "conversation": _id(row.conversation_id),
        "status": row.status,
        "stage": row.stage,
        "owner": _id(row.owner_id),
        "team": _id(row.team_id),
        "promised_at": _at(row.promised_at),
        "first_promised_at": _at(row.first_promised_at),
        "moves": row.moves,
        "forecast_at": _at(row.forecast_at),
        "forecast_slow_at": _at(row.forecast_slow_at),
        "risk": row.risk,
        "cause": row.cause or None,
        "reason": row.reason,
        "starts_at": instant(row.starts_at),
        "finished_at": _at(row.finished_at),
        "created_at": instant(row.created_at),
        "updated_at": instant(row.changed_at),
        "steps": [step_item(step, template, row.language) for step in row.steps.all()],
    }


def step_item(step: JobStep, template: Template, language: str) -> dict[str, Any]:
    """One step."""
    return {
        "id": step.key,
        "name": in_language(template.steps[step.key].name, language),
        "stage": template.stage_of[step.key].id,
        "status": step.status,
        "owner": _id(step.owner_id),
        "due_at": _at(step.due_at),
        "opened_at": _at(step.opened_at),
        "started_at": _at(step.started_at),
        "done_at": _at(step.done_at),
        "forecast_at": _at(step.ends_at),
        "not_before": _at(step.not_before),
        "expected_at": _at(step.expected_at),
        "answers": step.answers,
        "ticked": step.ticked,
        "reason": step.reason,
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _id(pk: int | None) -> str | None:
    return str(pk) if pk else None
