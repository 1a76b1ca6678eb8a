"""What somebody wants, told from their words: trained on a company's own examples, offline, without Django.

model = IntentModel.train([("Where is my parcel?", "delivery"), …], language="en")
model.predict("has my parcel left?").label      # "delivery"
"""

from .model import Alternative, IntentModel, NothingToLearn, Prediction

__all__ = ["Alternative", "IntentModel", "NothingToLearn", "Prediction"]
