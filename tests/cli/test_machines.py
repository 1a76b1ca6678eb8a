"""What is said at a start where several machines should be one Tamada, and are not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tamada.channels.email.accounts import open_mail_inbox
from tamada.cli.looks import WARNING, WRONG, machines
from tamada.core import settings_store
from tamada.core.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_database_that_is_reached_directly_is_no_pool() -> None:
    assert list(machines.pool()) == []


@pytest.mark.parametrize("stored", ["setting", "password"])
def test_another_key_is_noticed(team: Any, settings: Any, stored: str) -> None:
    if stored == "setting":
        settings_store.set("oauth.google.client_secret", "our-secret", SYSTEM)
    else:
        address = "a@company.example"
        open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address=address, smtp_url="smtp://me:pw@127.0.0.1")
    assert list(machines.key()) == []
    settings.SECRET_KEY = "that of another machine"
    (said,) = machines.key()
    assert said.state == WRONG
    assert "another TAMADA_SECRET_KEY" in said.text


def test_a_part_alone_that_shares_no_folder_is_told_where_its_mail_waits(settings: Any, tmp_path: Path) -> None:
    grown = replace(settings.TAMADA, database_url="postgres://tamada@127.0.0.1/tamada", given_shared_dir=None)
    settings.TAMADA = grown
    (said,) = machines.folder()
    assert said == (WARNING, said.text)
    assert str(grown.data_dir) in said.text
    settings.TAMADA = replace(grown, given_shared_dir=tmp_path)
    assert list(machines.folder()) == []
    settings.TAMADA = replace(grown, database_url="sqlite:")
    assert list(machines.folder()) == []
