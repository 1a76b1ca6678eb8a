"""Weeks on a fast clock through the product: who will be late is known, and told, in time."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tamada import cli
from tamada.accounts.models import Agent
from tamada.demo.weeks.world import Weeks
from tamada.operations.models import Job, JobStatus
from tests.helpers.processes import clean_environment
from tests.helpers.proof import full_only, report
from tests.helpers.tamada import PROGRAM

SEED = os.environ.get("TAMADA_TEST_SEED", "1991")

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


def test_it_is_refused_where_somebody_is_and_for_no_number_of_days(
    owner: Agent, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--simulate", "1d"]) == 1
    assert "empty folder" in capsys.readouterr().err
    for wrong in ("0d", "29d", "a week"):
        with pytest.raises(SystemExit):
            cli.main(["demo", "--simulate", wrong])
        assert capsys.readouterr().err.count("\n") == 1


@full_only
@pytest.mark.sized
def test_a_demo_week_of_two_hundred_jobs_keeps_what_it_must(tmp_path: Path) -> None:
    """By the command, in a folder of its own."""
    command = [str(PROGRAM), "demo", "--simulate", "7d", "--data", str(tmp_path / "week"), "--seed", SEED]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    report("a demo week on a fast clock, through the product (`tamada demo --simulate 7d`)", **found)
    assert (found["jobs"], found["services"]) == (200, 6)
    assert found["of_these_at_risk_by_then"] >= 0.90 * found["late_for_what_could_be_seen_a_working_day_before"]
    assert found["false_alarms"] <= 0.15 * found["alarms"]
    assert found["not_told_before_the_promise_passed"] == 0
    assert found["without_an_owner_at_any_look"] == 0
