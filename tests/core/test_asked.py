"""Questions composed once answer as the ORM does, whatever is asked first."""

import pytest

from tamada.core.asked import Asked
from tamada.core.models import StoredEvent, StoredSetting

pytestmark = pytest.mark.django_db


def test_each_value_goes_where_it_stood() -> None:
    for number in range(3):
        StoredSetting.objects.create(key=f"key {number}", value=number)
    events = [StoredEvent.objects.create(type=f"t{n}", data={}, audience="", actor_id=n) for n in (5, 6, 7)]
    between = Asked(
        lambda low, high, but: (
            StoredEvent.objects.filter(pk__gte=low, pk__lte=high)
            .exclude(actor_id=but)
            .order_by("pk")
            .values_list("actor_id", "type")[:9]
        )
    )
    assert between.rows(events[0].pk, events[2].pk, 6) == [(5, "t5"), (7, "t7")]
    assert between.rows(events[1].pk, events[1].pk, 5) == [(6, "t6")]
    assert between.rows(events[2].pk + 1, events[2].pk + 1, 0) == []
    assert between.any(events[0].pk, events[0].pk, 6)
    assert not between.any(events[0].pk, events[0].pk, 5)
    every = Asked(lambda: StoredEvent.objects.order_by("pk").values_list("type")[:1])
    assert every.rows() == every.rows() == [("t5",)]
