"""What is shown beside its own thread, and how notes show whom they name."""

import re

import pytest

from tamada.accounts.models import Agent
from tests.cast import SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db


def test_the_dialog_of_what_one_missed_repeats_no_id_and_leads_to_editing(ask: Ask, post: Post) -> None:
    asked = ask()
    missed = ask("<b>Works</b> now", html="<table><tr><td>Works</td></tr></table>", answers=[asked.external_id])
    answer = post("send", asked.conversation_id, kind="out", text="We come.", last_seen=asked.pk)
    shown = answer.json()["html"]
    assert answer.status_code == 409
    assert f'data-last-seen="{missed.pk}"' in shown
    assert "<tamada-mailframe" in shown
    assert re.findall(r'\sid="[^"]+"', shown) == []
    [focused] = re.findall(r"<button[^>]*autofocus[^>]*>", shown)
    assert 'value="edit"' in focused
    assert "primary" in focused


def test_whom_a_note_names_stands_out(ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent, lead: Agent) -> None:
    Agent.objects.filter(pk=lead.pk).update(name="Անի <b>")
    conversation = ask().conversation
    post("send", conversation.pk, kind="note", text="@Անի <b>ին ասա, not @Anyone", mentions=[lead.pk])
    page = signed_in(teammate).get(f"/conversations/{conversation.pk}").text
    assert re.findall(r'<span class="mention">([^<]*)</span>', page) == ["@Անի &lt;b&gt;ին"]
