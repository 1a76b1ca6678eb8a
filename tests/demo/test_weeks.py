"""Weeks on a fast clock through the product: who will be late is known, and told, in time."""

import os

import pytest

from tamada.demo.weeks.world import Weeks
from tamada.operations.models import Job, JobStatus
from tests.helpers.proof import full_only, report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_a_few_jobs_are_lived_through_and_none_is_ever_nobodys() -> None:
    done: list[int] = []
    result = Weeks(days=1, jobs=3, learn=False, tell=done.append).run()
    assert (result.figures.jobs, done[-1]) == (3, 3)
    assert set(Job.objects.filter(follows=None).values_list("status", flat=True)) == {JobStatus.DONE}
    assert result.steps >= 3 * 8
    assert result.notices >= 3
    assert (result.ownerless, result.untold) == (0, [])
    assert result.looks > 50


@full_only
@pytest.mark.sized
def test_a_demo_week_of_two_hundred_jobs_keeps_what_it_must() -> None:
    result = Weeks(days=7, jobs=200, seed=int(os.environ.get("TAMADA_TEST_SEED", "1991"))).run()
    found = result.figures
    report(
        "a demo week on a fast clock, 200 jobs through the product", services=result.services, steps=result.steps,
        fell_ill=result.ill, suppliers_late=result.suppliers_late, late=found.late,
        for_what_could_be_seen_a_working_day_before=found.visible, of_these_at_risk_by_then=f"{found.recall:.0%}",
        of_all_late_at_risk_by_then=f"{found.late_warned} of {found.late}",
        false_alarms=f"{found.false} of {found.alarmed}", put_off=result.put_off, notices=result.notices,
        not_told_before_the_promise_passed=len(result.untold),
        without_an_owner=f"{result.ownerless} in {result.looks} looks",
    )  # fmt: skip
    assert found.recall >= 0.90
    assert found.false_alarms <= 0.15
    assert (result.ownerless, result.untold) == (0, [])
