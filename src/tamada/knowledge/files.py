"""Stored files by who names them."""

from .models import ArticleFile, HelpCentre


def names_file(key: str) -> bool:
    """Whether an article or a help centre still shows the file with this key."""
    return ArticleFile.objects.filter(blob=key).exists() or HelpCentre.objects.filter(logo=key).exists()
