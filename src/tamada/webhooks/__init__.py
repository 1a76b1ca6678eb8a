"""Webhooks: what happens here, told to programs elsewhere as Standard Webhooks."""
