"""Reading JSON bodies: strictly as JSON, gently as text."""

import json

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny


class JsonParser(Parser):
    """The parser of the API; whatever it raises becomes 400."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """The parsed body."""
        return parse_json(request.body)  # type: ignore[return-value]


def parse_json(body: bytes) -> object:
    """A JSON body. Raises ValueError; NaN and Infinity are no JSON. NUL and lone surrogates leave the texts."""
    value = json.loads(body, parse_constant=_refuse)
    return _clean(value) if b"\\u0000" in body or b"\\ud" in body.lower() else value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _clean(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
