"""What runs by itself: deadlines, rules, macros and routing."""
