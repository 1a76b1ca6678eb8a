"""What customers ask most, what troubled them today, and how their problems are solved: read from the rooms below."""
