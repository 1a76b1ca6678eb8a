"""Routine that runs by itself. SLA policies keep the deadlines of conversations (`*/sla.py`, `*/deadlines.py`)."""
