"""Busy weeks of a made-up company, lived through by the product on a fast clock, and what came of its promises."""
