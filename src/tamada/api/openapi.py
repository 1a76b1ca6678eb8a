"""The OpenAPI 3.1 document: what the routes say, and what holds for all of them."""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel

from . import schemas
from .examples import example_of

_METHODS = ("get", "post", "patch", "put", "delete")
_REF = "#/components/schemas/{model}"

_COMMON = {
    "400": "The request can't be read.",
    "401": "No token, or none that is valid.",
    "403": "The caller may not do this.",
    "404": "There is nothing here that the caller may see.",
    "405": "This method is not allowed here.",
    "422": "Something in the request is wrong; `errors` says where.",
    "429": "Too many requests; see `Retry-After`.",
    "503": "The database is busy; see `Retry-After`.",
}
_WRITES = {
    "409": "It conflicts with what there is.",
    "413": "The request or a file in it is too large.",
}


@cache
def document() -> bytes:
    """The document as JSON; made once."""
    return json.dumps(build(), ensure_ascii=False, separators=(",", ":")).encode()


def build() -> dict[str, Any]:
    """The document as a dict."""
    from .urls import api

    found: dict[str, Any] = json.loads(json.dumps(api().get_openapi_schema(path_prefix="api/v1/"), default=str))
    _add_schemas(found)
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["components"]["headers"] = {
        "RateLimit": {"description": "What is left in the window.", "schema": {"type": "string"}},
        "RateLimit-Policy": {"description": "The limit of a token.", "schema": {"type": "string"}},
    }
    found["security"] = [{"token": []}]
    found["servers"] = [{"url": "/"}]
    found["paths"] |= _STREAM
    for path, item in found["paths"].items():
        for method in _METHODS:
            if method in item:
                _complete(path, method, item[method])
                _illustrate(item[method], found["components"]["schemas"])
    found["paths"]["/api/v1/openapi.json"] = _ITSELF
    return found


def _add_schemas(found: dict[str, Any]) -> None:
    for model in (schemas.ProblemBody, schemas.ProblemError):
        schema = _schema(model)
        schema.pop("$defs", None)
        found["components"]["schemas"][model.__name__] = schema


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(ref_template=_REF, mode="serialization")


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Errors, limits and the idempotency key that every operation has alike."""
    responses = operation["responses"]
    for status, description in (_COMMON | (_WRITES if method != "get" else {})).items():
        known = responses.setdefault(status, {"description": description})
        content = known.get("content", {}).get("application/json", {})
        schema = content.get("schema", {"$ref": _REF.format(model="ProblemBody")})
        known["content"] = {"application/problem+json": {"schema": schema}}
    for status, response in responses.items():
        if status.startswith("2"):
            response["headers"] = {
                name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")
            }
    if method == "post":
        operation.setdefault("parameters", []).append(_KEY)
    if path in _BINARY:
        responses["200"]["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        responses["410"] = {
            "description": "It was erased.",
            "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="ProblemBody")}}},
        }


def _illustrate(operation: dict[str, Any], known: dict[str, Any]) -> None:
    """An example for every id in a path, every body and every answer in JSON."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            parameter["example"] = "17"
    answers = [response for status, response in operation["responses"].items() if status.startswith("2")]
    for part in [operation.get("requestBody", {}), *answers]:
        if (media := part.get("content", {}).get("application/json")) is not None:
            media["example"] = example_of(media["schema"], known)


_BINARY = frozenset({"/api/v1/attachments/{id}", "/api/v1/conversations/{id}/messages/{message_id}/raw"})

_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Any string of your own, such as a UUID: the request is done once, and answered alike each time.",
    "example": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
}

_STREAM: dict[str, Any] = {
    "/api/v1/stream": {
        "get": {
            "operationId": "stream",
            "summary": "Follow what happens",
            "tags": ["Events"],
            "description": (
                "Server-sent events. Each has an `id`: go on with `Last-Event-ID` or `?after=`. "
                "`resync` means: refetch. `gone` means: you may no longer see it."
            ),
            "parameters": [
                {
                    "in": "query",
                    "name": "after",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "The id of the last event you have.",
                },
                {"in": "header", "name": "Last-Event-ID", "required": False, "schema": {"type": "string"}},
                {
                    "in": "query",
                    "name": "once",
                    "required": False,
                    "schema": {"type": "string", "enum": ["1"]},
                    "description": "Answer what followed, as text, and end: where something between passes no streams.",
                },
            ],
            "responses": {
                "200": {
                    "description": "Events.",
                    "content": {
                        "text/event-stream": {"schema": {"type": "string"}},
                        "text/plain": {"schema": {"type": "string"}},
                    },
                }
            },
        }
    }
}

_ITSELF: dict[str, Any] = {
    "get": {
        "operationId": "openapi",
        "summary": "This document",
        "tags": ["House"],
        "security": [],
        "responses": {
            "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }
}
