"""By which signs a customer was troubled, and how much. Rules in four languages; pure, offline.

A sign is a reason that people read beside the message; its weight says how far up it stands.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tamada.kit.text import speech

from .asking import LONGEST


class Reason(StrEnum):
    """Why a conversation is in the reading of a day."""

    ANGRY = "angry"
    """Words of anger, or of leaving us."""
    COMPLAINT = "complaint"
    """Words of complaint."""
    AGAIN = "again"
    """Asked again before anybody answered, or says so."""
    LATE = "late"
    """A deadline of ours passed."""
    REOPENED = "reopened"
    """Came back after it was closed."""
    ASSISTANT = "assistant"
    """The automatic assistant did not help."""
    WAITING = "waiting"
    """Has waited long, in hours in which we work."""


WEIGHTS: Final = {
    Reason.ANGRY: 40,
    Reason.COMPLAINT: 25,
    Reason.AGAIN: 20,
    Reason.LATE: 18,
    Reason.REOPENED: 15,
    Reason.ASSISTANT: 12,
    Reason.WAITING: 10,
}
LONG: Final = timedelta(hours=8)
"""So much working time without an answer is long."""
_AGAIN_AFTER: Final = timedelta(minutes=10)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_ANGRY: Final = _any(
    r"\b(?:outrag|disgust|unacceptable|ridiculous|scandal|appalling|furious|rip[- ]?off|scam|fraud|shame on|fed up"
    r"|sue you|my lawyer|to court|never again|worst (?:service|company|support)|cancel(?:ling)? (?:my|the|our) contract"
    r"|switch(?:ing)? to (?:another|a different))",
    r"\b(?:возмут|безобраз|неприемлем|недопустим|отвратител|ужасн\w* (?:сервис|обслуж|компан)|издевател|мошенни|обман"
    r"|позор|в суд\b|подам в суд|роспотреб|расторг|ноги моей|никогда больше|сколько можно|надоело)",
    r"(?:վրդովեց|վրդովված|անընդունելի|խայտառակ|ամոթ|խաբ(?:եցի|ում|եբա)|դատարան|դատի կտամ|այլևս երբեք|զզվ|ձանձրա"
    r"|ինչքան կարելի է|որքան կարելի է|խզել պայմանագիր|պայմանագիրը խզ|սարսափելի (?:սպասարկ|ծառայ))",
    r"(?:აღმაშფოთ|აღშფოთ|მიუღებელ|სირცხვილ|თაღლით|მოგვატყუ|მომატყუ|სასამართლო|გიჩივლებ|აღარასდროს|მეყო|ყელში ამომ"
    r"|საშინელი (?:მომსახ|სერვის)|ხელშეკრულებ\w* (?:გაუქმ|შეწყვ|გავაუქმ))",
)
_COMPLAINT: Final = _any(
    r"\b(?:complain|complaint|disappoint|unhappy|dissatisf|not satisfied|terrible|awful|very bad|poor service|annoy"
    r"|frustrat|nobody (?:answers|came|called|helps)|no ?one (?:answers|came|called|helps)"
    r"|still (?:not|no|does ?n.t|is ?n.t|waiting)"
    r"|charged (?:me |us )?twice|twice charged|did(?: not|n.t) come|never (?:came|arrived)|refund|money back)",
    r"\b(?:жалоб|жалу|разочаров|недовол|не доволен|не довольна|плохо работа|ужас|кошмар"
    r"|никто не (?:отвеча|приш|приех|звон|помог)"
    r"|до сих пор|так и не|не приш[её]л|не приехал|дважды списа|списали дважды|двойн\w* списан"
    r"|вернит\w* деньги|возврат)",
    r"(?:բողոք|դժգոհ|հիասթափ|վատ (?:սպասարկ|աշխատ|ծառայ)|ոչ ոք չի|ոչ ոք չ|դեռ չ|մինչ օրս|մինչև հիմա|չեկավ|չի եկել"
    r"|երկու անգամ (?:գանձ|վճար|հան)|կրկնակի գանձ|կրկնակի վճար|հետ վերադարձ|վերադարձրեք գումար|գումարս)",
    r"(?:საჩივ|ვჩივი|უკმაყოფილ|იმედგაცრუ|იმედი გამიცრუ|ცუდი (?:მომსახ|სერვის)"
    r"|არავინ (?:მპასუხ|პასუხ|მოვიდ|მოსულ|დამირეკ)"
    r"|დღემდე|ჯერ კიდევ|აქამდე|არ მოვიდა|არ მოსულა|ორჯერ (?:ჩამომ|ჩამოიჭ|გადა)|თანხა დამიბრუნ|დამიბრუნეთ)",
)
_AGAIN: Final = _any(
    r"\b(?:again|second time|third time|already (?:wrote|written|asked|called|told)|wrote (?:to you )?(?:already|twice)"
    r"|still waiting|no answer|as i (?:wrote|said)|once more)\b",
    r"\b(?:опять|снова|повторно|второй раз|третий раз|уже (?:писал|спрашивал|звонил|обращал)\w*"
    r"|жду ответ|нет ответа|без ответа"
    r"|ответьте|ещ[её] раз)",
    r"(?:նորից|կրկին|երկրորդ անգամ|երրորդ անգամ|արդեն (?:գրել|հարցրել|զանգել)|սպասում եմ պատասխան|պատասխան չ"
    r"|չեք պատասխան|մեկ անգամ էլ)",
    r"(?:ისევ|კვლავ|მეორედ|მესამედ|უკვე (?:მოგწერ|დავწერ|ვიკითხ|დავრეკ)|ველოდები პასუხ|პასუხი არ|არ მპასუხ"
    r"|კიდევ ერთხელ)",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a customer on the day, and how long before it they had written without getting an answer."""

    text: str
    unanswered_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a conversation on one day, beside its words."""

    late: bool = False
    reopened: bool = False
    assistant_failed: bool = False
    waited: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Found:
    """Why it troubled them, the gravest reason first, how much, and which of the messages tells it best."""

    reasons: tuple[Reason, ...]
    score: int
    place: int | None


def look(said: Iterable[Said], facts: Facts) -> Found | None:
    """What troubled a customer in one conversation on one day; None when nothing did."""
    told = [_signs(one) for one in said]
    found = {reason for signs in told for reason in signs} | set(_known(facts))
    if not found:
        return None
    reasons = tuple(sorted(found, key=lambda one: -WEIGHTS[one]))
    best = max(range(len(told)), key=lambda at: (sum(WEIGHTS[one] for one in told[at]), at), default=None)
    return Found(reasons, sum(WEIGHTS[one] for one in reasons), best)


def _signs(said: Said) -> set[Reason]:
    text, found = said.text[:LONGEST], set[Reason]()
    if _ANGRY.search(text) or _shouts(text):
        found.add(Reason.ANGRY)
    if _COMPLAINT.search(text):
        found.add(Reason.COMPLAINT)
    if (
        _AGAIN.search(text)
        or speech.NEWS.search(text)
        or (said.unanswered_for is not None and said.unanswered_for >= _AGAIN_AFTER)
    ):
        found.add(Reason.AGAIN)
    return found


def _shouts(text: str) -> bool:
    """Three marks in a row, or a whole sentence in capitals (Georgian has none)."""
    letters = [char for char in text if char.isalpha() and char.upper() != char.lower()]
    capitals = sum(char.isupper() for char in letters)
    return "!!!" in text or "?!" in text or (len(letters) >= 20 and capitals >= 0.8 * len(letters))


def _known(facts: Facts) -> Iterable[Reason]:
    if facts.late:
        yield Reason.LATE
    if facts.reopened:
        yield Reason.REOPENED
    if facts.assistant_failed:
        yield Reason.ASSISTANT
    if facts.waited >= LONG:
        yield Reason.WAITING
