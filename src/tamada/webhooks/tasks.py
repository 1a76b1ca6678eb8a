"""What this room does later: telling an owner, forgetting."""

from django.utils import translation

from tamada.accounts import mail
from tamada.accounts.models import Agent, Role
from tamada.core.tasks import every, task

from . import letters
from .models import Endpoint


@task(max_attempts=8)
def mail_disabled(endpoint_id: int) -> None:
    """Tell who made an endpoint that we switched it off; every admin when they left."""
    endpoint = Endpoint.objects.select_related("made_by").filter(pk=endpoint_id, is_active=False).first()
    if endpoint is not None and mail.is_configured():
        for agent in owners(endpoint):
            with translation.override(mail.language_of(agent)):
                mail.send(to=agent.email, language=mail.language_of(agent), letter=letters.disabled(agent, endpoint))


def owners(endpoint: Endpoint) -> list[Agent]:
    """Who is to look after an endpoint."""
    maker = endpoint.made_by
    if maker is not None and maker.is_active and maker.is_admin:
        return [maker]
    return list(Agent.objects.filter(role=Role.ADMIN, is_active=True))


@every(minutes=5)
def fail_abandoned_tests() -> None:
    """Say of tests whose sender died that they failed."""
    from . import actions

    actions.fail_abandoned_tests()


@every(hours=1)
def prune_deliveries() -> None:
    """Forget what ended long ago."""
    from . import actions

    actions.forget_old()
