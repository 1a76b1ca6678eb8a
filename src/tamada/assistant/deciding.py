"""What the assistant does about what a customer wrote. Reads, and neither writes nor asks a network."""

from dataclasses import dataclass, field
from typing import Final

from tamada.conversations.models import Channel, Conversation, Message
from tamada.kit.text import detect_language

from . import brain, fields, own, queries, wording, words
from .answering import LONGEST, Best, Candidate, State, best_answers
from .brain import Band
from .models import BusinessAction, Dialogue, InboxAssistant, What

LONG: Final = 4_000
"""What is longer is no question that a machine should answer."""
MOST_ASKS: Final = 2
MOST_OFFERED: Final = 3
MOST_LOOKUPS: Final = 5
"""So often programs are asked in one conversation: who asks for more orders counts through them."""


class Reason:
    """Why a person goes on: codes, whose words are in `summary`."""

    ASKED = "asked"
    NO_HELP = "no_help"
    UNSURE = "unsure"
    UNKNOWN = "unknown"
    AGAIN = "again"
    LONG = "long"
    WORDLESS = "wordless"
    LANGUAGE = "language"
    NO_BRAIN = "no_brain"
    STRANGER = "stranger"
    FIELDS = "fields"
    ACTION = "action"
    UNPROVEN = "unproven"
    LOOKUPS = "lookups"
    MACHINE = "machine"
    GONE = "gone"
    TROUBLE = "trouble"
    SILENT = "silent"
    TAKEN = "taken"
    PERSON = "person"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Turn:
    """A customer's words, and everything about the moment. `text` are all their words since somebody last answered, and
    `asked` the ids of the messages in which they stand.
    """

    conversation: Conversation
    setup: InboxAssistant
    dialogue: Dialogue
    message: Message
    text: str
    asked: tuple[int, ...] = ()

    @property
    def language(self) -> str:
        """That of the words, or what is known of the conversation."""
        found = detect_language(self.text[:LONGEST]) if words.has_words(self.text) else ""
        return found or self.conversation.language or self.conversation.customer.language or ""

    @property
    def spoken(self) -> str:
        """In which we talk: always one of ours."""
        known = (self.language, self.conversation.language, self.conversation.inbox.language)
        return next((code for code in known if code in wording.LANGUAGES), "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done: say something (`text`), hand over (`reason`), both, or neither.

    `best` is what was found, `candidate` what is quoted. `offered` are labels to choose from. `wanted` are fields asked
    for, `collected` what was found of them, `pending` the action that waits for them. `run` is an action to be asked.
    """

    what: What
    text: str = ""
    choices: tuple[str, ...] = ()
    reason: str = ""
    best: Best | None = None
    candidate: Candidate | None = None
    offered: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    pending: str = ""
    collected: dict[str, str] = field(default_factory=dict)
    run: BusinessAction | None = None
    thanks: bool = False


def decide(turn: Turn) -> Step:
    """What to do, in the order of what weighs most: a wish for a person, an open question of ours, then what is known.

    Call inside `translation.override` of the language that is spoken.
    """
    text = turn.text.strip()
    if words.asks_for_person(text) or wording.is_choice(text, wording.person_choice):
        return _hand(Reason.ASKED)
    if len(text) > LONG:
        return _hand(Reason.LONG)
    if turn.dialogue.pending:
        return _go_on(turn, text)
    if turn.dialogue.offered and (chosen := _chosen(turn, text)):
        return _told(turn, chosen)
    return _read(turn, text)


def _read(turn: Turn, text: str) -> Step:
    """What was not asked for by us."""
    if words.says_it_did_not(text):
        return _hand(Reason.NO_HELP)
    if words.says_it_helped(text) or wording.is_choice(text, wording.helped_choice):
        return Step(what=What.NOTHING, thanks=True)
    if not words.has_words(text):
        return _hand(Reason.WORDLESS)
    if words.is_greeting(text) and not turn.dialogue.handled_seq and turn.message.channel != Channel.EMAIL:
        return Step(what=What.QUESTION, text=wording.greeting(turn.setup), choices=(wording.person_choice(),))
    if words.asks_about_own(text):
        return _own(turn)
    return _known(turn, text)


def _hand(reason: str, best: Best | None = None) -> Step:
    return Step(what=What.NOTHING, reason=reason, best=best)


def _own(turn: Turn) -> Step:
    if not own.is_proven(turn.message):
        return _hand(Reason.STRANGER)
    return Step(what=What.OWN, text=own.told(turn.conversation), choices=(wording.person_choice(),))


def _known(turn: Turn, text: str) -> Step:
    language = turn.language
    if turn.setup.languages and language not in turn.setup.languages:
        return _hand(Reason.LANGUAGE)
    best = best_answers(text, language, limit=MOST_OFFERED)
    if best.state != State.READY:
        return _hand(Reason.LANGUAGE if best.state == State.LANGUAGE else Reason.NO_BRAIN, best)
    source, key = brain.split(best.label)
    if best.band == Band.SURE and source == brain.ACTION:
        return _action(turn, key, text, best)
    if best.band == Band.SURE:
        return _answer(turn, best.answers[0], best)
    if best.band == Band.UNSURE:
        return _hand(Reason.UNSURE, best) if turn.dialogue.clarified else _ask_back(best)
    return _hand(Reason.UNKNOWN, best)


def _answer(turn: Turn, found: Candidate, best: Best) -> Step:
    label = brain.join(found.source, found.answer.key)
    if label in turn.dialogue.collected.get("told", ()):
        return _hand(Reason.AGAIN, best)  # it was told already, and did not help
    choices = (wording.helped_choice(), wording.person_choice())
    return Step(what=What.ANSWER, text=wording.answer(found.answer), choices=choices, best=best, candidate=found)


def _ask_back(best: Best) -> Step:
    titles = [one.answer.title for one in best.answers]
    labels = tuple(brain.join(one.source, one.answer.key) for one in best.answers)
    choices = (*titles, wording.person_choice())
    return Step(what=What.QUESTION, text=wording.question(titles), choices=choices, best=best, offered=labels)


def _chosen(turn: Turn, text: str) -> str:
    """The label of what was offered that a reply names, by its number or its title; "" for none."""
    offered, said = turn.dialogue.offered, " ".join(text.split()).casefold()
    digits = said.strip(" .)#№")
    if digits.isdecimal() and len(digits) < 3 and 0 < int(digits) <= len(offered):
        return str(offered[int(digits) - 1]["label"])
    return next((str(one["label"]) for one in offered if said == str(one["title"]).casefold()), "")


def _told(turn: Turn, label: str) -> Step:
    """What somebody chose is right by their own word, while it is still published."""
    from tamada.core.answers import answer_sources

    source, key = brain.split(label)
    found = answer_sources.get(source).now(key, turn.language or turn.spoken) if source in answer_sources else None
    found = found or (answer_sources.get(source).now(key, turn.spoken) if source in answer_sources else None)
    if found is None or not found.is_public:
        return _hand(Reason.GONE)
    best = Best(Band.UNSURE, (), turn.spoken, State.READY, label=label)
    return _answer(turn, Candidate(source, found, 1.0), best)


# --- actions ----------------------------------------------------------------------------------------------------------


def _action(turn: Turn, key: str, text: str, best: Best) -> Step:
    action = BusinessAction.objects.filter(pk=key, is_active=True).first() if key.isdecimal() else None
    if action is None:
        return _hand(Reason.GONE, best)
    found = fields.found_in(text, action.fields, turn.setup.order_mask)
    return _run_or_ask(turn, action, found, best)


def _go_on(turn: Turn, text: str) -> Step:
    """A reply to our asking for what an action needs."""
    key = turn.dialogue.pending
    action = BusinessAction.objects.filter(pk=key, is_active=True).first()
    if action is None:
        return _hand(Reason.GONE)
    return _run_or_ask(turn, action, fields.found_in(text, turn.dialogue.wanted, turn.setup.order_mask), None)


def _run_or_ask(turn: Turn, action: BusinessAction, found: dict[str, str], best: Best | None) -> Step:
    if action.proven_only and not own.is_proven(turn.message):
        return _hand(Reason.UNPROVEN, best)
    if queries.lookups_in(turn.conversation) >= MOST_LOOKUPS:
        return _hand(Reason.LOOKUPS, best)
    known = {**turn.dialogue.collected.get("fields", {}), **found}
    missing = tuple(name for name in action.fields if name not in known)
    if not missing:
        return Step(what=What.ACTION, run=action, collected=known, best=best, choices=(wording.person_choice(),))
    if turn.dialogue.asks >= MOST_ASKS:
        return Step(what=What.NOTHING, reason=Reason.FIELDS, collected=found, best=best)
    text = wording.again(missing) if turn.dialogue.pending else wording.please(missing)
    choices = (wording.person_choice(),)
    return Step(
        what=What.QUESTION,
        text=text,
        choices=choices,
        wanted=missing,
        pending=str(action.pk),
        collected=found,
        best=best,
    )
