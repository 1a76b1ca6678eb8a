"""Keeping secrets out of logs and error rows."""

import re

_SECRETS = re.compile(
    r"(?i)((?:bearer|basic)\s+)[\w.~+/=-]+|((?:password|passwd|secret|token|api[_-]?key)[\"']?\s*[=:]\s*[\"']?)[^\s\"',&;]+"
    r"|(://[^/\s:@]*:)[^@\s/]+(?=@)"
)


def redact(text: str) -> str:
    """The text with bearer tokens, passwords in URLs and key=value secrets replaced by ***."""
    return _SECRETS.sub(lambda m: f"{m[1] or m[2] or m[3]}***", text)
