"""The demo company: Arevik Net, internet and repairs in Yerevan and Tbilisi. Invented, and made anew by code."""

from .load import PASSWORD, SIGN_IN, is_here, load

__all__ = ["PASSWORD", "SIGN_IN", "is_here", "load"]
