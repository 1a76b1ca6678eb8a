"""Promises, services, jobs and their steps, in an export of everything."""

from tamada.core.takeout import datasets, of_fields

from .models import Commitment, Job, JobMove, JobStep, Notice, Service, ServiceVersion

datasets.register(
    "commitments",
    of_fields(
        "commitments",
        lambda: Commitment.objects.select_related("owner", "settled_by"),
        id="pk",
        customer="customer_id",
        conversation="conversation_id",
        job="job_id",
        message="message_id",
        text="text",
        state="state",
        due_at="due_at",
        first_due_at="first_due_at",
        moved="moved",
        reason="reason",
        owner="owner.email",
        settled_by="settled_by.email",
        settled_at="settled_at",
        created_at="created_at",
    ),
)

datasets.register(
    "services",
    of_fields(
        "services",
        Service.objects.all,
        id="pk",
        key="key",
        version="version",
        team="team_id",
        calendar="calendar_id",
        is_active="is_active",
        created_at="created_at",
    ),
)
datasets.register(
    "service-versions",
    of_fields(
        "service-versions",
        lambda: ServiceVersion.objects.select_related("made_by"),
        id="pk",
        service="service_id",
        number="number",
        yaml="text",
        made_by="made_by.email",
        created_at="created_at",
    ),
)
datasets.register(
    "jobs",
    of_fields(
        "jobs",
        lambda: Job.objects.select_related("owner"),
        id="pk",
        service="service_id",
        version="version_id",
        customer="customer_id",
        conversation="conversation_id",
        owner="owner.email",
        status="status",
        stage="stage",
        risk="risk",
        promised_at="promised_at",
        first_promised_at="first_promised_at",
        moves="moves",
        forecast_at="forecast_at",
        starts_at="starts_at",
        finished_at="finished_at",
        reason="reason",
        created_at="created_at",
    ),
)
datasets.register(
    "job-steps",
    of_fields(
        "job-steps",
        lambda: JobStep.objects.select_related("owner", "done_by"),
        id="pk",
        job="job_id",
        step="key",
        status="status",
        owner="owner.email",
        due_at="due_at",
        opened_at="opened_at",
        started_at="started_at",
        done_at="done_at",
        done_by="done_by.email",
        took="took",
        returns="returns",
        reason="reason",
        answers="answers",
        ticked="ticked",
    ),
)
datasets.register(
    "job-moves",
    of_fields(
        "job-moves",
        lambda: JobMove.objects.select_related("by"),
        id="pk",
        job="job_id",
        was="was",
        to="to",
        reason="reason",
        by="by.email",
        at="at",
    ),
)

datasets.register(
    "notices",
    of_fields(
        "notices",
        Notice.objects.all,
        id="pk",
        job="job_id",
        step="step",
        moment="moment",
        about_at="about_at",
        state="state",
        why="why",
        due_at="due_at",
        settled_at="settled_at",
        message="message_id",
        created_at="created_at",
    ),
)
