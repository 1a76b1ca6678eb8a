"""Where a page stands that sends a request, as its browser says in the headers Origin and Referer."""

from urllib.parse import urlsplit


def is_of(origin: str, host: str) -> bool:
    """Whether it is a page of this host (and port). What names no place, such as "null" or nonsense, is of none."""
    try:
        place = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(place) and place.lower() == host.lower()
