"""What an agent promises a customer in a message: "I'll call you tomorrow by 12", "ხვალ 12-მდე დაგირეკავთ"."""

from .finding import Promise, find_promises

__all__ = ["Promise", "find_promises"]
