"""The API keeps its own word: the document is valid, and thousands of odd requests are answered as it says."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tamada.accounts.models import Agent
from tamada.api import openapi
from tamada.config.wsgi import application
from tamada.conversations.models import Inbox
from tests.api.conftest import Api, Mail
from tests.helpers.proof import sized

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application).exclude(path="/api/v1/stream")


@pytest.fixture
def caller(owner: Agent, inbox: Inbox, mail: Mail) -> Iterator[Api]:
    """An admin with something to find."""
    api = Api(owner)
    row = mail(inbox)
    mail(inbox, "second@customer.example")
    api.post(f"/conversations/{row.pk}/messages", {"kind": "note", "text": "Look"})
    api.post("/organisations", {"name": "Ararat"})
    api.upload(b"hello")
    # A server closes its connection after a request; this one holds the test's transaction.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield api
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


EXAMPLES = sized(4, 6)


@pytest.mark.sized
@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_odd_requests_are_answered_as_documented(case: schemathesis.Case, caller: Api) -> None:
    case.call_and_validate(headers=caller.headers, checks=CHECKS)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in openapi.build()["paths"].items()
        for method, operation in item.items()
    ]


@pytest.mark.parametrize(("path", "method", "operation"), operations(), ids=lambda value: str(value)[:60])
def test_every_operation_is_told_with_summary_and_examples(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert any(status.startswith("2") for status in operation["responses"])
    if path == "/api/v1/openapi.json":
        return
    for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
        if (media := part.get("content", {}).get("application/json")) is not None:
            document = {**media["schema"], "components": openapi.build()["components"]}
            assert jsonschema_rs.is_valid(document, media["example"])


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _path, _method, operation in operations()]
    assert len(ids) == len(set(ids))
