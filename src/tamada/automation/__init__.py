"""What runs by itself: deadlines (`*/sla.py`, `*/deadlines.py`), rules, macros and routing."""
