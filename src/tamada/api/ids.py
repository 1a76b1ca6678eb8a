"""Ids outside are opaque strings; inside they are whole numbers."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_ID = re.compile(r"[1-9][0-9]{0,18}")
_NOBODY = -1


def pk_of(value: str | int) -> int:
    """The row's number, or one that no row has when the string is no id of ours."""
    text = str(value)
    pk = int(text) if _ID.fullmatch(text) else _NOBODY
    return pk if pk < 2**63 else _NOBODY


def _as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


Id = Annotated[str, Field(max_length=40, examples=["17"], description="Opaque id.")]
IdIn = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int), Field(examples=["17"])]
