"""A small company's knowledge, told as a room would, and the assistant taught from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tamada.assistant import brain
from tamada.assistant.actions import settle
from tamada.assistant.learning import Material
from tamada.assistant.models import InboxAssistant, Learned, Mode
from tamada.assistant.nlu.bands import Bands
from tamada.assistant.strangers import STRANGERS
from tamada.assistant.training import train
from tamada.conversations.models import Inbox
from tamada.core import settings_store, storage
from tamada.core.actors import SYSTEM
from tamada.core.answers import Answer, Phrasing

TEXTS = {
    "hours": ("When we are open", "We are open from Monday to Friday, from 9 to 18."),
    "price": ("What a repair costs", "A diagnosis costs 5000 drams. The repair is priced after it."),
    "warranty": ("Our warranty", "Every repair has a warranty of six months."),
    "delivery": ("Delivery", "We deliver in Yerevan within two days, for 1000 drams."),
    "payment": ("How to pay", "You can pay in cash, by card or by bank transfer."),
    "return": ("Returning a purchase", "You can bring a purchase back within 14 days."),
    "staff": ("For us: who has the keys", "The keys are with Aram."),
}
WAYS = {
    "hours": (
        "when are you open",
        "what are your opening hours",
        "are you open on saturday",
        "what time do you close",
        "until when do you work today",
        "do you work on sundays",
        "opening times please",
        "when do you open in the morning",
    ),
    "price": (
        "how much does a repair cost",
        "what is the price of a repair",
        "how expensive is it to fix a phone",
        "what do you charge for a diagnosis",
        "price for fixing a screen",
        "cost of repairing a laptop",
        "how much is the diagnosis",
        "what will the repair cost me",
    ),
    "warranty": (
        "do you give a warranty",
        "how long is the warranty",
        "is there a guarantee on repairs",
        "does the repair come with a warranty",
        "what does the guarantee cover",
        "my phone broke again is it under warranty",
        "warranty period of a repair",
        "guarantee for fixed phones",
    ),
    "delivery": (
        "do you deliver",
        "how long does delivery take",
        "can a courier bring it to my home",
        "delivery cost in yerevan",
        "do you ship to my address",
        "when will the courier come",
        "is delivery free",
        "how is it delivered",
    ),
    "payment": (
        "how can i pay",
        "do you take cards",
        "can i pay in cash",
        "is bank transfer possible",
        "which payment methods do you accept",
        "can i pay by visa",
        "do you accept card payments",
        "may i pay with a bank transfer",
    ),
    "return": (
        "how do i return a purchase",
        "can i bring it back",
        "i want to give the product back",
        "refund for a purchase",
        "return policy",
        "can i get my money back",
        "i bought the wrong charger and want to return it",
        "how to get a refund",
    ),
    "staff": ("where are the keys", "who has the keys of the office", "who keeps the office keys"),
}


@dataclass
class Shelf:
    """An answer source whose answers may be changed and taken away."""

    answers_: dict[str, Answer] = field(default_factory=dict)
    changes: int = 0

    def version(self) -> str:
        return str(self.changes)

    def answers(self) -> Iterator[Answer]:
        yield from self.answers_.values()

    def titles(self, language: str) -> Iterator[tuple[str, str]]:
        return ((one.key, one.title) for one in self.answers() if one.language == language)

    def phrasings(self) -> Iterator[Phrasing]:
        yield from (Phrasing(key, "en", text) for key, texts in WAYS.items() for text in texts if key in self.answers_)

    def now(self, key: str, language: str) -> Answer | None:
        found = self.answers_.get(key)
        return found if found is not None and found.language == language else None

    def fill(self) -> None:
        """As it was in the beginning."""
        self.changes += 1
        self.answers_ = {
            key: Answer(key, "en", title, text, "" if key == "staff" else f"https://shop.example/help/{key}", 1)
            for key, (title, text) in TEXTS.items()
        }

    def change(self, key: str, **values: Any) -> None:
        found = self.answers_[key]
        self.answers_[key] = replace(found, version=found.version + 1, **values)
        self.changes += 1

    def withdraw(self, key: str) -> None:
        del self.answers_[key]
        self.changes += 1


def learned_file(folder: Path) -> bytes:
    """The brain of this company, trained; how sure is sure is set, so that tests say what they mean."""
    material = Material(
        examples=[(text, f"shop:{key}") for key, texts in WAYS.items() for text in texts],
        strangers=list(STRANGERS["en"]),
        answers=len(TEXTS),
    )
    material.examples += [("where is my order", "action:1"), ("what is the status of my order", "action:1")]
    material.examples += [("has my order been sent", "action:1"), ("when does my order arrive", "action:1")]
    trained = train(material, "en", folder)
    known = brain.Trained(trained, Bands(sure=0.6, unsure=0.2, questions=60, covered=0.8, right=1.0), True)
    texts = [(f"shop:{key}", f"{title}\n{text}", "en") for key, (title, text) in TEXTS.items()]
    asked = [(label, text, "en") for text, label in material.examples]
    return brain.packed({"en": known}, texts, asked)


def teach(content: bytes) -> Learned:
    """Let the assistant know what is in a file."""
    row = Learned.objects.create(made_of="test", blob=storage.put(content), told={})
    settings_store.note(brain.NEWEST, row.pk)
    brain.forget()
    return row


def switch_on(inbox: Inbox, mode: str = Mode.ANSWER, **more: Any) -> InboxAssistant:
    """Have the assistant answer in an inbox."""
    return settle(agent=None, actor=SYSTEM, inbox=inbox, mode=mode, **{"name": "Anahit", **more})
