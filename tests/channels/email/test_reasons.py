"""Why mail could not be sent or fetched: kept in English, read in the language of whoever looks."""

import re

import pytest
from django.utils import translation

from tamada.channels.email import reasons

ALL = [value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)]
FACTS = {"words": "550 5.1.1 No such user: ani", "kind": "OSError", "name": "счёт.pdf", "count": "500"}
FACTS["addresses"] = "a@b.example, c@d.example"


@pytest.mark.parametrize("language", ["hy", "ka", "ru"])
@pytest.mark.parametrize("template", ALL)
def test_a_stored_reason_is_read_in_the_readers_language_with_its_facts(template, language):
    stored = template % FACTS
    with translation.override(language):
        told = reasons.in_words(stored)
        assert told == translation.gettext(template) % FACTS
    assert told != stored
    assert all(FACTS[name] in told for name in re.findall(r"%\((\w+)\)s", template))


@pytest.mark.parametrize("template", ALL)
def test_in_english_it_stays_as_it_was_stored(template):
    with translation.override("en"):
        assert reasons.in_words(template % FACTS) == template % FACTS


@pytest.mark.parametrize("said", ["", "5.1.1 No such user", "451 4.7.1 Greylisted, try again", "100 % full"])
def test_what_a_server_said_itself_stays(said):
    with translation.override("hy"):
        assert reasons.in_words(said) == said


def test_the_more_telling_sentence_is_taken():
    with translation.override("ru"):
        both = reasons.in_words("The server did not answer in time. It may have taken the message.")
    assert both == "Сервер не ответил вовремя. Возможно, он принял сообщение."
