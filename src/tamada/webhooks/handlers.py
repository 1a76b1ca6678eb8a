"""What happens here becomes deliveries. Each runs as a task and may run twice."""

from tamada.core.events import Event, EventMeta, handles

from . import actions
from .offered import OFFERED
from .queries import somebody_listens


@handles(*OFFERED, when=somebody_listens)
def tell_endpoints(event: Event, meta: EventMeta) -> None:
    """Every endpoint that hears this type gets a delivery."""
    actions.take_up(event=event, meta=meta)
