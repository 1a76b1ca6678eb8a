"""What there is to learn from: published answers and ways to ask for them, actions, and what people judged."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Max

from tamada.core.answers import Answer, answer_sources
from tamada.kit.text import ANALYSIS, analyse, detect_language

from .brain import ACTION, is_possible, join
from .models import BusinessAction, Lesson, Said, Verdict, What
from .strangers import STRANGERS

FEWEST: Final = 20
"""With fewer examples in a language than this, answers are only offered."""
FEWEST_LABELS: Final = 2
FEWEST_WORDS: Final = 3
"""Judged questions of fewer words than this are no answer by themselves to whoever writes the same words."""
_RULES: Final = 2
"""How examples are taken: another number has everything learned anew."""
MOST_TEXT: Final = 2_000
MOST_JUDGED: Final = 500
MOST_SENTENCES: Final = 40
SHORTEST_SENTENCE, MOST_SENTENCE = 15, 300
# A colon ends one too, unlike in `kit.text.speech`: with its sentences two questions fewer are surely answered.
_ENDS: Final = re.compile(r"(?<=[.!?։:])\s+|\n+")


@dataclass(slots=True)
class Material:
    """Of one language: examples of labels, texts that are about nothing of ours, what answers say, and their number.
    `weak` are examples whose words alone say too little.
    """

    examples: list[tuple[str, str]] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    answers: int = 0
    weak: set[str] = field(default_factory=set)

    @property
    def suffices(self) -> bool:
        """Whether what is learned from it may answer by itself."""
        return len(self.examples) >= FEWEST and len({label for _text, label in self.examples}) >= FEWEST_LABELS

    def told(self) -> dict[str, int | bool]:
        """For the settings page."""
        return {"answers": self.answers, "examples": len(self.examples), "suffices": self.suffices}


@dataclass(slots=True)
class Everything:
    """All there is, by language, and what is searched in: key, text, language."""

    languages: dict[str, Material]
    texts: list[tuple[str, str, str]]

    def asked(self) -> list[tuple[str, str, str]]:
        """Every question that may be asked again in these very words: label, text, language."""
        every = ((label, text, lang) for lang, one in self.languages.items() for text, label in one.examples)
        return [(label, text, lang) for label, text, lang in every if _key(text) not in self.languages[lang].weak]


def version() -> str:
    """Another one whenever there is something else to learn; costs a few small queries."""
    parts = [f"{name}={source.version()}" for name, source in sorted(answer_sources.all().items())]
    if is_possible():
        from .nlu.model import FORMAT

        parts.append(f"model={FORMAT}:{ANALYSIS}")  # what an older Tamada learned, a newer one can't read
    parts.append(f"rules={_RULES}")
    actions = BusinessAction.objects.filter(is_active=True).aggregate(n=Count("pk"), at=Max("updated_at"))
    lessons = Lesson.objects.aggregate(n=Count("pk"), last=Max("pk"))
    parts += [f"actions={actions['n']}:{actions['at']}", f"lessons={lessons['n']}:{lessons['last']}"]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def gather() -> Everything:
    """Everything, as it is published now. A language without any answer or action in it is left out."""
    found: dict[str, Material] = defaultdict(Material)
    texts: list[tuple[str, str, str]] = []
    known: set[tuple[str, str]] = set()
    for label, answer in _answers():
        known.add((label, answer.language))
        found[answer.language].answers += 1
        found[answer.language].examples.append((answer.title, label))
        sentences = _sentences(answer.text)
        found[answer.language].sentences += [(one, label) for one in sentences]
        texts += [(label, one, answer.language) for one in sentences]
        texts.append((label, f"{answer.title}\n{answer.text}"[:MOST_TEXT], answer.language))
    for label, language, text in _phrasings():
        if (label, language) in known:
            found[language].examples.append((text, label))
    for label, language, text in _actions():
        found[language].examples.append((text, label))
    _add_lessons(found, known)
    for language, material in found.items():
        material.examples = _each_once(material.examples)
        material.strangers += STRANGERS.get(language, ())
    return Everything(dict(found), texts)


def _add_lessons(found: dict[str, Material], known: set[tuple[str, str]]) -> None:
    """What people judged. A short one, such as "please", is weak where we ourselves did not write it so."""
    written = {language: {_key(text) for text, _label in material.examples} for language, material in found.items()}
    for lesson in Lesson.objects.all():
        language, key = lesson.language, _key(lesson.text)
        if language in found and not lesson.label:
            found[language].strangers.append(lesson.text)
        elif (lesson.label, language) in known:
            found[language].examples.append((lesson.text, lesson.label))
            if key not in written[language] and len(analyse(lesson.text, language)) < FEWEST_WORDS:
                found[language].weak.add(key)


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def judged(language: str) -> list[tuple[float, bool]]:
    """How confident the last answers were of which a person said whether they were right, and whether they were."""
    rows = Said.objects.filter(what=What.ANSWER, language=language).exclude(verdict="").exclude(confidence=0)
    found = rows.order_by("-pk").values_list("confidence", "verdict")[:MOST_JUDGED]
    return [(confidence, verdict == Verdict.RIGHT) for confidence, verdict in found]


def _answers() -> Iterator[tuple[str, Answer]]:
    for name, source in answer_sources.all().items():
        for answer in source.answers():
            if answer.language:
                yield join(name, answer.key), answer


def _sentences(text: str) -> list[str]:
    """What an answer says, a sentence at a time: so that one that says what is asked is found."""
    parts = (part.strip() for part in _ENDS.split(text[: MOST_TEXT * 2]))
    return [part[:MOST_SENTENCE] for part in parts if len(part) >= SHORTEST_SENTENCE][:MOST_SENTENCES]


def _phrasings() -> Iterator[tuple[str, str, str]]:
    for name, source in answer_sources.all().items():
        for one in source.phrasings():
            yield join(name, one.key), one.language, one.text


def _actions() -> Iterator[tuple[str, str, str]]:
    for action in BusinessAction.objects.filter(is_active=True):
        for line in action.phrasings.splitlines():
            if line.strip() and (language := detect_language(line)):
                yield join(ACTION, str(action.pk)), language, line.strip()


def _each_once(examples: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A text that stands for several labels teaches the one it stands for most often; of a tie, none."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for text, label in examples:
        votes[_key(text)][label] += 1
    kept: dict[str, tuple[str, str]] = {}
    for text, label in examples:
        key = _key(text)
        first, *others = votes[key].most_common(2)
        if key and label == first[0] and (not others or others[0][1] < first[1]):
            kept.setdefault(key, (text, label))
    return list(kept.values())
