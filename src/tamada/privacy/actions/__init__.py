"""Writes: consent, the log of who looked, erasures, terms."""

from .consent import forget_looks, note_look, record_consent, save_purpose
from .erasure import begin_erasure, plan, run_erasure
from .restored import erase_again
from .retention import drop_old, save_terms

__all__ = [
    "begin_erasure",
    "drop_old",
    "erase_again",
    "forget_looks",
    "note_look",
    "plan",
    "record_consent",
    "run_erasure",
    "save_purpose",
    "save_terms",
]
