"""How forecasts do in busy weeks, with illness, a holiday, and suppliers who tell late (`tests.helpers.busy_weeks`)."""

import pytest

from tamada.demo.weeks.lateness import Figures
from tests.helpers.busy_weeks import Weeks, figures
from tests.helpers.proof import full_only, report


@full_only
@pytest.mark.sized
def test_who_will_be_late_for_a_reason_in_sight_is_at_risk_a_working_day_before_and_hardly_anybody_else() -> None:
    """Seeds as they come. With room in the promises, and without."""
    seeds = range(12)
    for room in (1.0, 1.3):
        each = [figures(Weeks(seed, roomy=room).run()) for seed in seeds]
        found = Figures(*map(sum, zip(*each, strict=True)))
        report(
            f"jobs at risk, promises times {room}", jobs=found.jobs, late=found.late,
            of_these_in_sight_a_working_day_before=found.visible, of_these_at_risk_by_then=f"{found.recall:.0%}",
            of_all_late_jobs_at_risk_by_then=f"{found.late_warned / found.late:.0%}",
            false_alarms=f"{found.false_alarms:.0%} of {found.alarmed}",
            cause_named_rightly=f"{found.blamed_rightly} of {found.blamed}",
        )  # fmt: skip
        assert found.late >= 0.05 * found.jobs
        assert found.visible >= 8 * len(seeds) / 2
        assert found.recall >= 0.90
        assert found.false_alarms <= 0.15
        assert found.blamed_rightly >= 0.8 * found.blamed


def test_the_same_seed_makes_the_same_weeks() -> None:
    one, other = (figures(Weeks(5, jobs=20, learned_from=10).run()) for _ in range(2))
    assert one == other
    assert one.jobs == 20
