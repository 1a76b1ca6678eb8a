"""After an erasure nothing of a person is found: in no column of any table, in no file, in no log, by no search."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.models import RawInput
from tamada.conversations.models import Attachment, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM
from tamada.core.tasks import run_pending
from tamada.customers.models import Customer, Identity
from tamada.privacy import actions
from tamada.privacy.models import Erasure
from tamada.search.queries import search
from tamada.transfer.models import Export
from tests.cast import first_team, make_agent
from tests.channels.conftest import journal
from tests.helpers.files import age
from tests.privacy.erased import Story, data_folder, found_in, traces_in_the_database, traces_on_disk

__all__ = ["journal"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(journal: Any, owner: Agent) -> Story:
    first_team()
    account = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@help.example")
    told = Story(owner=owner, teammate=make_agent("Tamar"), account=account)
    told.tell()
    return told


def erase(story: Story) -> Erasure:
    her = story.customer
    row = actions.begin_erasure(
        agent=story.owner, actor=actor_of(story.owner), customer=her, typed=story.name.upper(), reason="asked"
    )
    run_pending()
    return Erasure.objects.get(pk=row.pk)


def bytes_of_the_database() -> str:
    """SQLite's file and log as they are on disk, what was freed too. PostgreSQL keeps its own."""
    if connection.vendor != "sqlite":
        return ""
    file = Path(str(connection.settings_dict["NAME"]))
    parts = (file, file.with_name(file.name + "-wal"))
    return "".join(part.read_bytes().decode("utf-8", "replace") for part in parts if part.exists())


def test_nothing_of_a_person_is_left_anywhere(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    needles = story.needles()
    before = {trace.rpartition(": ")[2] for trace in traces_in_the_database(needles)}
    assert before >= {n for place, n in zip(story.said, needles, strict=False) if place not in IN_FILES_ALONE}
    on_disk = {trace.rpartition(": ")[2] for trace in traces_on_disk(data_folder(), needles)}
    assert on_disk >= {story.said[place][3:10] for place in ("text", "quote", "inside", "blocked", "quarantined")}
    if connection.vendor == "sqlite":
        assert story.said["text"] in bytes_of_the_database()
    kept = {place: said[3:10] for place, said in story.others.items()}
    files = list(Attachment.objects.values_list("blob", flat=True))
    exported = Export.objects.get().blob
    age()
    with caplog.at_level(logging.DEBUG):
        row = erase(story)
    assert row.ended_at is not None
    assert (row.left, row.subject) == ({}, "")
    assert list(traces_in_the_database(needles)) == []
    assert list(traces_on_disk(data_folder(), needles)) == []
    assert not any(storage.exists(blob) for blob in [*files, exported])
    assert found_in(bytes_of_the_database(), needles) == []
    assert found_in(caplog.text, needles) == []
    for said in [*story.said.values(), story.address, story.name]:
        page = search(story.owner, said)
        assert page.items == []
    still = {trace.rpartition(": ")[2] for trace in traces_in_the_database(list(kept.values()))}
    assert still == set(kept.values())


IN_FILES_ALONE = frozenset({"inside", "in ours", "in the draft", "blocked", "quarantined"})


def test_another_person_keeps_everything_but_her_name_and_quotes(story: Story) -> None:
    gor = Identity.objects.get(value=story.others_address).customer
    alone = story.message(story.others["alone"])
    erase(story)
    assert Customer.objects.get(pk=gor.pk).name == "Gor Hakobyan"
    assert Message.objects.get(pk=alone.pk).raw == alone.raw
    assert RawInput.objects.get(name=alone.raw).sender == story.others_address
    for place, said in story.others.items():
        (found,) = Message.objects.filter(text__contains=said)
        assert story.name not in found.text, place
        hits = search(story.owner, said).items
        assert [getattr(hit, "pk", None) for hit in hits] or place, place
    assert Customer.objects.get(name="Her brother").note == "Brother of […], pays"
    his = story.message(story.others["his own"])
    assert his.text == f"My roof {story.others['his own']}, as […] ([…]) may tell"
    assert his.subject == "For […]"
    assert his.cc == []
    assert his.conversation.customer == gor
    assert his.conversation.subject == "For […]"
