"""Ids outside are opaque strings; inside they are whole numbers."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tamada.kit.numbers import row_number

pk_of = row_number
"""The row's number, or one that no row has when the string is no id of ours."""


def _as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


Id = Annotated[str, Field(max_length=40, examples=["17"], description="Opaque id.")]
IdIn = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int), Field(examples=["17"])]
