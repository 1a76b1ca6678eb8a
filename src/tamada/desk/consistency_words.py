"""How evenly services are delivered, in words: what to look at first, what has changed, and by how much."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tamada.kit.differences import Interval
from tamada.operations.consistency import Closely, Consistency
from tamada.operations.figures import Blame, Change, Figures, Share

from . import times
from .job_words import doer_name, spoken

MOST_SENTENCES: Final = 3
_LONG: Final = timedelta(hours=10)
_LINKS: Final = 6


def about(length: timedelta | None) -> str:
    """A length of working time as people speak of it: from ten hours on in whole ones."""
    if length is None:
        return ""
    if length >= _LONG:
        length = timedelta(hours=round(length / timedelta(hours=1)))
    return times.hours_span(max(length, timedelta(minutes=1)))


def few(count: int) -> str:
    """Said instead of a figure that rests on too little."""
    return _("too few yet (%(count)s)") % {"count": count}


def share(one: Share) -> str:
    """A share, or that there are too few to say it as one."""
    return few(one.count) if one.is_few else f"{one.percent} %"


def name_of(one: Consistency) -> str:
    """What is delivered."""
    return spoken(one.template.name)


# --- what to look at first --------------------------------------------------------------------------------------------


def first_looks(found: Sequence[Consistency]) -> list[tuple[str, str]]:
    """Sentences with the services they are about, the weightiest first: repeated lateness, then what has got worse."""
    blames = [(blame, one) for one in found for blame in one.blames[:1] if blame.is_repeated]
    traced = sorted(blames, key=lambda pair: -len(pair[0].jobs))
    said = [(_blamed(name_of(one), blame), one.service.key) for blame, one in traced]
    said += [(_waited(one), one.service.key) for one in found if one.handed.is_repeated]
    said += [(sentence, one.service.key) for one in found for sentence in _worse(one)]
    return said[:MOST_SENTENCES]


def _blamed(service: str, blame: Blame) -> str:
    words = _(
        "%(service)s: %(jobs)s of %(late)s late jobs lost most at “%(step)s” (%(who)s), "
        "typically %(over)s of working time more than planned."
    )
    return words % {"service": service, "jobs": len(blame.jobs), **_cost(blame)}


def _cost(blame: Blame) -> dict[str, Any]:
    step, who = spoken(blame.step.name), doer_name(blame.step.doer)
    return {"late": blame.late, "step": step, "who": who, "over": about(blame.over)}


def _waited(one: Consistency) -> str:
    words = _(
        "%(service)s: in %(jobs)s of %(late)s late jobs, what was handed over waited for a yes longer than the job was"
        " late."
    )
    late = one.handed.late
    return words % {"service": name_of(one), "jobs": late.hits, "late": late.count}


def _worse(one: Consistency) -> list[str]:
    now, before, said, name = one.now, one.before, [], name_of(one)
    shares = {
        "on_time": _("%(service)s is on time less often than before: %(now)s instead of %(was)s."),
        "right": _("%(service)s is right the first time less often than before: %(now)s instead of %(was)s."),
    }
    for field, words in shares.items():
        if one.change.sure(field) < 0:
            said.append(words % {"service": name, **_both(share(getattr(now, field)), share(getattr(before, field)))})
    if one.change.sure("took") > 0:
        words = _("%(service)s takes longer than before: typically %(now)s instead of %(was)s.")
        said.append(words % {"service": name, **_both(about(now.median), about(before.median))})
    return said


def _both(now: str, was: str) -> dict[str, str]:
    return {"now": now, "was": was}


@dataclass(frozen=True, slots=True)
class Mark:
    """What has changed, in a word, with the kind and icon of its chip."""

    text: str
    kind: str = ""
    icon: str = ""


def _steady() -> Mark:
    return Mark(pgettext("no change of a figure", "steady"), "", "minus")


def trend(change: Change) -> list[Mark]:
    """What has changed against the period before by more than chance, what is worse first."""
    if not change.is_known:
        return [Mark(_("too few yet to compare"))]
    words: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
        "on_time": (lambda: _("on time less often"), lambda: _("on time more often")),
        "right": (lambda: _("right less often"), lambda: _("right more often")),
        "took": (lambda: _("faster"), lambda: _("slower")),
    }
    marks = []
    for name, (less, more) in words.items():
        if grown := change.sure(name):
            is_good = (grown > 0) != (name == "took")
            look = ("kept", "check") if is_good else ("late", "alert")
            marks.append(Mark(more() if grown > 0 else less(), *look))
    return sorted(marks, key=lambda mark: mark.kind != "late") or [_steady()]


# --- two groups beside each other -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of two groups, and what may be said of the difference."""

    name: str
    one: str
    other: str
    says: str
    kind: str


def compared(one: Figures, other: Figures, change: Change) -> list[Row]:
    """Both groups, figure by figure."""
    return [
        Row(_("Jobs done"), str(one.count), str(other.count), "", ""),
        _row(_("On time"), share(one.on_time), share(other.on_time), change.on_time, 0),
        _row(_("Right the first time"), share(one.right), share(other.right), change.right, 0),
        _row(_("Typical duration"), _length(one), _length(other), change.took, 1),
    ]


def _length(one: Figures) -> str:
    return few(one.count) if one.median is None else about(one.median)


def _row(name: str, one: str, other: str, grown: Interval | None, same: float) -> Row:
    if grown is None:
        return Row(name, one, other, _("too few yet to compare"), "")
    if not grown.excludes(same):
        return Row(name, one, other, _("no more than chance"), "")
    more, kind = grown.seen > same, "kept" if (grown.seen > same) != bool(same) else "late"
    return Row(name, one, other, _grown(grown, bool(same), more), kind)


def _grown(grown: Interval, is_ratio: bool, more: bool) -> str:
    if is_ratio:
        words = (
            _("%(seen)s %% longer (%(low)s to %(high)s %%)")
            if more
            else _("%(seen)s %% shorter (%(low)s to %(high)s %%)")
        )
        values = [abs(value - 1) for value in (grown.seen, grown.low, grown.high)]
    else:
        words = (
            _("%(seen)s points more (%(low)s to %(high)s)") if more else _("%(seen)s points less (%(low)s to %(high)s)")
        )
        values = [abs(value) for value in (grown.seen, grown.low, grown.high)]
    seen, low, high = (round(100 * value) for value in values)
    return words % {"seen": seen, "low": min(low, high), "high": max(low, high)}


# --- step by step -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownCost:
    """What a step has cost: late jobs that lost most at it, the newest first, and how often it was opened again."""

    name: str
    who: str
    late: str
    over: str
    jobs: Sequence[int]
    again: str
    is_repeated: bool


def costs(found: Closely) -> list[ShownCost]:
    """Steps that cost late jobs the most, or were opened again; the costliest first."""
    blames = {blame.step.id: blame for blame in found.whole.blames}
    steps = {key: found.whole.template.steps.get(key) for key in found.returns}
    said = blames | {key: step for key, step in steps.items() if step is not None and key not in blames}
    shown = []
    for key, one in said.items():
        blame = blames.get(key)
        step = one.step if isinstance(one, Blame) else one
        shown.append(
            ShownCost(
                name=spoken(step.name),
                who=doer_name(step.doer),
                late=_("%(count)s of %(all)s") % {"count": len(blame.jobs), "all": blame.late} if blame else "",
                over=about(blame.over) if blame else "",
                jobs=blame.jobs[-_LINKS:][::-1] if blame else (),
                again=_again(*found.returns[key]) if key in found.returns else "",
                is_repeated=blame is not None and blame.is_repeated,
            )
        )
    return shown


def _again(times_: int, jobs: int) -> str:
    words = ngettext("%(times)s, in %(jobs)s job", "%(times)s, in %(jobs)s jobs", jobs)
    return words % {"times": times_, "jobs": jobs}
