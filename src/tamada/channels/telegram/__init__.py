"""Telegram: a bot of the company's, and who writes to it."""
