"""What somebody wants, told from their words: trained on a company's own examples, offline, without Django.

model = IntentModel.train([("Where is my parcel?", "delivery"), …], language="en")
told = model.predict("has my parcel left?")      # told.label "delivery", told.band "sure", "unsure" or "none"

`train_apart` does it in a process of its own; `Retriever` finds the texts that say most of a question.
"""

from .bands import Band, Bands, find_bands, shared_bands
from .model import Alternative, IntentModel, NothingToLearn, Prediction
from .retrieval import Hit, Retriever
from .training import Trained, TrainingFailed, train_apart

__all__ = [
    "Alternative",
    "Band",
    "Bands",
    "Hit",
    "IntentModel",
    "NothingToLearn",
    "Prediction",
    "Retriever",
    "Trained",
    "TrainingFailed",
    "find_bands",
    "shared_bands",
    "train_apart",
]
