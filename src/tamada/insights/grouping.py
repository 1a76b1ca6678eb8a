"""Questions by what answers them, across languages; those that nothing is known to by what they ask, within one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tamada.assistant import brain, words
from tamada.assistant.brain import Band
from tamada.knowledge.models import Article

from .clustering import clusters
from .gathering import Question
from .models import Drafted, Judged

_AT_ONCE: Final = 500
_CLEARLY: Final = 2.0
"""Unsure of one answer is what is so much likelier than the next."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same, the most typical first."""

    questions: tuple[Question, ...]
    label: str = ""
    language: str = ""


def groups(asked: Sequence[Question]) -> list[Group]:
    """Every question in one group, the largest first."""
    labels, drafted = labels_of(asked), _drafted(asked)
    labelled: dict[str, list[Question]] = defaultdict(list)
    rest: dict[str, list[Question]] = defaultdict(list)
    for one in asked:
        if label := labels.get(one.message, ""):
            labelled[label].append(one)
        else:
            rest[one.language].append(one)
    found: list[Group] = []
    for language, some in sorted(rest.items()):
        for cluster in clusters([one.text for one in some], language):
            members = [some[place] for place in cluster.members]
            if label := _label_of(members, drafted):
                labelled[label].extend(members)
            else:
                found.append(Group(tuple(members), language=language))
    found += [Group(tuple(some), label=label) for label, some in labelled.items()]
    return sorted(found, key=lambda one: (-len(one.questions), one.questions[0].message))


def _drafted(asked: Sequence[Question]) -> dict[int, str]:
    """Questions that an article was drafted from, with its label."""
    here = {one.message for one in asked}
    rows = Drafted.objects.filter(article_id__in=Article.objects.values("pk")).values_list("message", "article_id")
    return {pk: brain.join("knowledge", str(article)) for pk, article in rows if pk in here}


def _label_of(members: Sequence[Question], drafted: Mapping[int, str]) -> str:
    votes = Counter(drafted[one.message] for one in members if one.message in drafted)
    return votes.most_common(1)[0][0] if votes else ""


# --- what the assistant takes them for --------------------------------------------------------------------------------


def labels_of(asked: Sequence[Question]) -> dict[int, str]:
    """What the assistant takes each for. The newest brain is asked about what it has not judged, and what an older one
    knew nothing for, or something that is gone: else a word changed in an article would have a month judged anew.
    """
    known = brain.current() if brain.is_possible() else None
    if known is None or not known.languages:
        return {}
    there = frozenset(label for mind in known.minds.values() for label in mind.model.labels)
    labels: dict[int, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        labels |= _judged_before(some, known.version, there)
        fresh = {one.message: _judge(known, one) for one in some if one.message not in labels}
        _keep(fresh, known.version)
        labels |= fresh
    return labels


def _judged_before(some: Sequence[Question], version: int, there: Collection[str]) -> dict[int, str]:
    rows = Judged.objects.filter(message__in=[one.message for one in some])
    found = rows.values_list("message", "label", "brain")
    return {pk: label for pk, label, judge in found if judge == version or label in there}


def _keep(fresh: Mapping[int, str], version: int) -> None:
    rows = [Judged(message_id=pk, brain=version, label=label) for pk, label in fresh.items()]
    Judged.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["message"], update_fields=["brain", "label"], batch_size=_AT_ONCE
    )


def _judge(known: brain.Brain, one: Question) -> str:
    """What answers it, surely or as the one that may; "" for neither."""
    if one.language not in known.languages:
        return ""
    judged = known.judge(words.without_codes(one.text), one.language)
    if judged.band == Band.NONE or not judged.ranked:
        return ""
    (label, likely), *others = judged.ranked
    is_clear = judged.band == Band.SURE or not others or likely >= _CLEARLY * others[0][1]
    return label if is_clear else ""
