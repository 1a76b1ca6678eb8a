"""What the assistant has learned is offered to whoever answers, also where it may not speak itself."""

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.assistant.assist.queries import help_for
from tamada.assistant.models import InboxAssistant, Learned, Mode
from tamada.conversations.models import Inbox
from tests.assistant.conftest import Write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def suggesting(chat: Inbox) -> InboxAssistant:
    """The chat, where answers are suggested to us."""
    return InboxAssistant.objects.create(inbox=chat, mode=Mode.SUGGEST)


def test_an_agent_is_offered_what_was_learned(taught: Learned, write: Write, teammate: Agent) -> None:
    conversation = write("Hello! How long is the warranty on a repair?").thread.conversation
    found = help_for(teammate, conversation)
    assert found.answers[0].key == "warranty"
    client = Client()
    client.force_login(teammate)
    html = client.get(reverse("desk:assist", args=[conversation.pk])).text
    assert "Our warranty" in html
    assert 'data-assist-n="1"' in html


def test_what_is_for_us_only_is_shown_and_not_inserted(taught: Learned, write: Write, teammate: Agent) -> None:
    conversation = write("Who has the keys?").thread.conversation
    internal = [one for one in help_for(teammate, conversation).answers if not one.is_public]
    client = Client()
    client.force_login(teammate)
    html = client.get(reverse("desk:assist", args=[conversation.pk])).text
    assert html.count("The keys are with Aram.") == len(internal)
    assert (
        "<template>" not in html
        or "The keys are with Aram." not in html.split("<template>", 1)[1].split("</template>")[0]
    )


def test_what_nobody_answers_is_offered_nothing(taught: Learned, write: Write, teammate: Agent) -> None:
    conversation = write("Which planet has the most moons?").thread.conversation
    assert help_for(teammate, conversation).answers == []


def test_off_is_off_beside_the_composer_too(
    taught: Learned, write: Write, teammate: Agent, suggesting: InboxAssistant
) -> None:
    conversation = write("Hello! How long is the warranty on a repair?").thread.conversation
    suggesting.mode = Mode.OFF
    suggesting.save()
    client = Client()
    client.force_login(teammate)
    assert "Our warranty" not in client.get(reverse("desk:assist", args=[conversation.pk])).text
