"""Filters that mark what was looked for."""

from django import template
from django.utils.safestring import SafeString

from .. import marks

register = template.Library()


@register.filter
def marked(text: str | None, words: str) -> SafeString:
    """A short text, escaped, with the words marked."""
    return marks.marked(text or "", words)


@register.filter
def excerpt(text: str | None, words: str) -> SafeString:
    """One line of a text around the first marked word."""
    return marks.excerpt(text or "", words)
