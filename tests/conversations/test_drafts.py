"""Drafts on several screens at once: none writes over another unseen, and words with their files are one write."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import attach, drafts, save_draft, send_reply
from tamada.conversations.errors import DraftSent, StaleDraft
from tamada.conversations.models import Attachment, Conversation, Draft

from .conftest import Receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(teammate: Agent, receive: Receive) -> dict[str, Any]:
    return {"agent": teammate, "actor": actor_of(teammate), "conversation": receive().conversation}


def upload(agent: Agent, name: str, *, inline: bool = False) -> Attachment:
    return attach(agent=agent, draft=None, name=name, content=name.encode(), is_inline=inline)


def names(draft: Draft) -> list[str]:
    return [file.name for file in draft.attachments.all()]


def test_what_another_screen_saved_is_shown_instead_of_lost(by: dict[str, Any], teammate: Agent) -> None:
    first = save_draft(**by, text="One")
    save_draft(**by, text="Two", version=first.version)
    file = upload(teammate, "plan")
    with pytest.raises(StaleDraft) as stale:
        save_draft(**by, text="Three", version=first.version, files=[file.pk])
    assert stale.value.draft.text == "Two"
    draft = Draft.objects.get()
    assert (draft.text, names(draft)) == ("Two", [])


def test_words_that_were_sent_make_no_draft(by: dict[str, Any]) -> None:
    send_reply(**by, html="<div>We <b>come</b>.</div>", client_id="one")
    with pytest.raises(DraftSent):
        save_draft(**by, html="<div>We <b>come</b>.</div>", client_id="one")
    assert save_draft(**by, html="<div>We come at three.</div>", client_id="one").pk


def test_files_are_kept_and_let_go_with_the_words(by: dict[str, Any], teammate: Agent, lead: Agent) -> None:
    one, two, shot = upload(teammate, "one"), upload(teammate, "two"), upload(teammate, "shot", inline=True)
    theirs = upload(lead, "theirs")
    draft = save_draft(**by, text="x", files=[one.pk, shot.pk, theirs.pk])
    assert names(draft) == ["one", "shot"]
    assert names(save_draft(**by, text="x")) == ["one", "shot"]
    note = save_draft(**by, kind="note", text="x", files=[two.pk, shot.pk])
    assert (names(note), names(draft)) == (["two"], ["one", "shot"])
    assert names(save_draft(**by, text="x", files=[])) == []


def test_words_and_files_are_written_together_or_not_at_all(
    by: dict[str, Any], teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = upload(teammate, "plan")
    save_draft(**by, text="Before")

    def die(*_: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(drafts, "_tell", die)
    with pytest.raises(RuntimeError):
        save_draft(**by, text="After", files=[file.pk])
    draft = Draft.objects.get()
    assert (draft.text, names(draft)) == ("Before", [])


@pytest.mark.django_db(transaction=True)
def test_of_two_screens_that_save_at_once_one_is_told(by: dict[str, Any]) -> None:
    version = save_draft(**by, text="Before").version
    together = threading.Barrier(2)

    def save(text: str) -> bool:
        try:
            together.wait(10)
            save_draft(**by, text=text, version=version)
        except StaleDraft:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, ["Here", "There"])) == [False, True]
    assert Conversation.objects.get().drafts.count() == 1
