"""What this room adds to an export of everything: what people are asked, what they said, how long things are kept."""

from tamada.core.takeout import datasets, of_fields

from .models import Consent, Purpose, Term

_ALL = (
    of_fields(
        "purposes",
        Purpose.objects.all,
        id="pk",
        name="name",
        texts="texts",
        version="version",
        active="is_active",
        created_at="created_at",
    ),
    of_fields(
        "consents",
        lambda: Consent.objects.select_related("purpose"),
        id="pk",
        customer="customer_id",
        purpose="purpose.name",
        given="given",
        version="version",
        language="language",
        text="text",
        source="source",
        note="note",
        actor_type="actor_kind",
        actor="actor_name",
        at="at",
    ),
    of_fields("terms", Term.objects.all, id="pk", kind="kind", inbox_id="inbox_id", days="days"),
)
for _one in _ALL:
    datasets.register(_one.name, _one)
