"""The hosts that Tamada answers to when it is started on an address."""

import socket
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from tamada.cli.up import _answer_to


@pytest.fixture(autouse=True)
def no_hosts_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAMADA_ALLOWED_HOSTS", raising=False)


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_a_machine_whose_own_name_leads_nowhere_starts_on_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    _answer_to("0.0.0.0")
    assert settings.ALLOWED_HOSTS == ["localhost"]


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_the_address_it_is_started_on_is_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer_to("::1")
    assert settings.ALLOWED_HOSTS == ["localhost", "[::1]"]
