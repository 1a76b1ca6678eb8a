"""A language model on this machine, set up for an inbox."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tamada.assistant.llm.models import THE_CIRCUIT, Circuit
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tests.helpers.language_model import LanguageModel, language_model


def turn_on(settings: Any, url: str, *inboxes: int, **values: Any) -> None:
    """As an admin would; the address stands in the environment, because it is inside."""
    settings.TAMADA = replace(settings.TAMADA, llm_url=url)
    known = {"model": "small", "key": "sk-very-secret", "seconds": 2, "inboxes": list(inboxes)} | values
    for name, value in known.items():
        settings_store.set(f"llm.{name}", value, SYSTEM)
    Circuit.objects.filter(pk=THE_CIRCUIT).delete()


@pytest.fixture
def model() -> Iterator[LanguageModel]:
    """The server, which nobody has been told of yet."""
    with language_model() as one:
        yield one
