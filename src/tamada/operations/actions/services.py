"""Services: taken from YAML in versions, and settled for this company."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.kit.services.reading import read

from ..errors import NewerVersion
from ..events import ServiceChanged
from ..models import Service, ServiceVersion

EVERYBODY = frozenset({"all"})
_SETTLED = ("team", "calendar", "is_active")


@transaction.atomic
def save_service(*, agent: Agent | None, actor: Actor, text: str, base: int | None = None) -> tuple[Service, bool]:
    """Take a template: a new service, or the next version of the one of its id; and whether anything is new.

    Jobs that run keep the version that they began by. `agent` is None for the command line. `base` is the version that
    was changed, 0 for a new service; without it whatever is there gets its next version. Raises `PermissionDenied`,
    `NewerVersion`, and `kit.services.Problems` for a text that is no sound template.
    """
    if agent is not None:
        require(agent, "service.settings")
    template = read(text)
    now = timezone.now()
    service, is_new = Service.objects.select_for_update().get_or_create(key=template.id, defaults={"changed_at": now})
    if base is not None and base != (0 if is_new else service.version):
        raise NewerVersion(service.version)
    if not is_new:
        latest = service.versions.get(number=service.version)
        if latest.template == template:
            return service, False
        service.version += 1
        service.changed_at = now
        service.save(update_fields=["version", "changed_at"])
    ServiceVersion.objects.create(service=service, number=service.version, text=text, made_by=agent)
    _told(service, actor, "service.added" if is_new else "service.version", version=service.version)
    return service, True


@transaction.atomic
def settle_service(*, agent: Agent, actor: Actor, service: Service, **changes: Any) -> Service:
    """Set who delivers it (`team`), by which hours (`calendar`), and whether it starts new jobs (`is_active`).

    Raises `PermissionDenied`, `Service.DoesNotExist`.
    """
    require(agent, "service.settings")
    if unknown := set(changes) - set(_SETTLED):
        raise PermissionDenied(", ".join(sorted(unknown)))
    row = Service.objects.select_for_update().get(pk=service.pk)
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    row.changed_at = timezone.now()
    row.save(update_fields=[*changed, "changed_at"])
    _told(row, actor, "service.settled", fields=sorted(changed))
    return row


def _told(service: Service, actor: Actor, action: str, **more: Any) -> None:
    audit.record(actor, action, service, key=service.key, **more)
    events.record(ServiceChanged(audience=EVERYBODY, service=service.pk, version=service.version), actor=actor)
