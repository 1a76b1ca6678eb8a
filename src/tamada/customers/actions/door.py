"""The door of every action on one customer: whom the agent may not see they can't write to either."""

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require

from ..models import Customer
from ..queries import visible_to


def check_writes(agent: Agent | None, customer: Customer) -> None:
    """Raises PermissionDenied, or DoesNotExist unless the agent may see the customer. None is the command line."""
    if agent is None:
        return
    require(agent, "customer.write")
    if not visible_to(agent).filter(pk=customer.pk).exists():
        raise Customer.DoesNotExist
