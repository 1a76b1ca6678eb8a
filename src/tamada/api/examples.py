"""Examples for the OpenAPI document, made from the schemas: what they say themselves, else the plainest value."""

from collections.abc import Mapping
from typing import Any

_PLAIN: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": False,
    "object": {},
    "null": None,
}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """One value that fits the schema; `schemas` are the document's components."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if given := schema.get("examples") or schema.get("enum"):
        return given[0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    if "properties" in schema:
        return {name: example_of(part, schemas) for name, part in schema["properties"].items()}
    if schema.get("format") == "date-time":
        return "2026-01-31T09:30:00Z"
    return _PLAIN[schema.get("type", "object")]
