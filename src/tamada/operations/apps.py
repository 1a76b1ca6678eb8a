from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Wire the room: what it exports, moves and erases, and what rules can do here."""

    name = "tamada.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill in the registries."""
        from tamada.conversations import points
        from tamada.customers import points as customers

        from . import doings, erasing, handlers, kept_requests, privacy, takeout  # noqa: F401  they register themselves
        from .models import Commitment, Handoff, Job, RequestLink

        doings.register()
        points.merging.register("commitments", points.rows_of(Commitment.objects))
        points.merging.register("jobs", points.rows_of(Job.objects))
        points.merging.register("handoffs", points.rows_of(Handoff.objects))
        customers.merging.register("commitments", customers.rows_of(Commitment.objects))
        customers.merging.register("jobs", customers.rows_of(Job.objects))
        customers.merging.register("handoffs", customers.rows_of(Handoff.objects))
        customers.merging.register("request-links", customers.rows_of(RequestLink.objects))
