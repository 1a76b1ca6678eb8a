"""Tamada: customer service for service businesses."""
