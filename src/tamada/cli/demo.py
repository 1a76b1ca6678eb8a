"""`tamada demo`: weeks of a made-up company, lived through on a fast clock, and what came of its promises."""

import argparse
from datetime import timedelta

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _

_MOST_DAYS = 28


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long, and how much."""
    about = _("let jobs begin for so many days, in an empty data folder: 7d")
    parser.add_argument("--simulate", metavar="DAYS", type=_days, required=True, help=about)
    parser.add_argument("--jobs", metavar="NUMBER", type=int, default=200, help=_("so many jobs (default: 200)"))
    about = _("another number makes other weeks (default: 1991)")
    parser.add_argument("--seed", metavar="NUMBER", type=int, default=1991, help=about)


def _days(text: str) -> int:
    days = text.removesuffix("d")
    if not days.isdigit() or not 1 <= int(days) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(_("say how many days, up to {most}: 7d").format(most=_MOST_DAYS))
    return int(days)


def run(options: argparse.Namespace) -> None:
    """Live through them, and say what came of it; the folder keeps it all for `tamada up`."""
    from tqdm import tqdm

    from tamada.accounts.models import Agent
    from tamada.demo.weeks.world import Weeks

    if not 1 <= options.jobs <= 2000:
        raise CommandError(_("Between 1 and 2,000 jobs."))
    if Agent.objects.exists():
        raise CommandError(_("There is somebody here already. Give an empty folder with --data DIR."))
    with tqdm(total=options.jobs, desc=_("Jobs done"), disable=None) as bar:
        result = Weeks(
            days=options.simulate, jobs=options.jobs, seed=options.seed, tell=lambda done: bar.update(done - bar.n)
        ).run()
    found = result.figures
    summary(
        jobs=found.jobs,
        services=result.services,
        steps=result.steps,
        days=round(result.took / timedelta(days=1)),
        fell_ill=result.ill,
        suppliers_late=result.suppliers_late,
        late=found.late,
        late_for_what_could_be_seen_a_working_day_before=found.visible,
        of_these_at_risk_by_then=found.warned,
        alarms=found.alarmed,
        false_alarms=found.false,
        put_off=result.put_off,
        notices_to_customers=result.notices,
        not_told_before_the_promise_passed=len(result.untold),
        without_an_owner_at_any_look=result.ownerless,
        looks=result.looks,
    )
