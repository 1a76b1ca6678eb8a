"""Collecting strings for translators, and telling what is wrong with a translation."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from scripts import messages

TEMPLATE = """{% load i18n %}
<ul>
    <li>{% translate "Hello" %}</li>
  {% if x %}<li>{% translate "Close" context "verb" %}</li>{% endif %}
      <li>{{ name|default:_("nobody yet") }}</li>
</ul>
{% blocktranslate trimmed count n=x %}
    {{ n }} message from {{ who }}
{% plural %}
    {{ n }} messages
{% endblocktranslate %}
"""


def ids(path: Path) -> list[object]:
    return [(message, context) for message, _comments, context in messages.strings_of(path)]


def test_templates_give_all_their_kinds_of_strings(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(TEMPLATE)
    assert ids(file) == [
        ("Hello", None),
        ("Close", "verb"),
        ("nobody yet", None),
        (("%(n)s message from %(who)s", "%(n)s messages"), None),
    ]


def test_modules_give_plain_plural_and_contextual_strings(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        '_("One")\nngettext("%(n)d job", "%(n)d jobs", n)\npgettext_lazy("noun", "Note")\nprint("not this")\n'
    )
    assert ids(file) == [("One", None), (("%(n)d job", "%(n)d jobs"), None), ("Note", "noun")]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Bare words</p>", ["Bare words"]),
        ('<input placeholder="Search here">', ["Search here"]),
        ('<p>{% translate "Wrapped" %}: {{ name }} &middot; 24/7</p>', []),
        ("{% blocktranslate %}Wrapped <b>too</b>{% endblocktranslate %}", []),
        ("<script>var code = 'not shown';</script><style>p { color: red }</style>", []),
        ("<h1>Tamada API</h1>", []),
        ('<a title="{% translate "Open" %}" class="button">{% comment %}Not shown{% endcomment %}</a>', []),
    ],
)
def test_words_outside_translations_are_found(source: str, words: list[str]) -> None:
    assert list(messages.untranslated_words(source)) == words


@pytest.mark.parametrize(
    ("english", "translation", "good"),
    [
        ("Hello, %(name)s.", "Բարև, %(name)s։", True),
        ("Hello, %(name)s.", "Բարև, %(nam)s։", False),
        ("Hello, %(name)s.", "Բարև։", False),
        ("{count} of {total}", "{total}-ից {count}", True),
        ("{count} of {total}", "{count}", False),
        ("Plain", "Պարզ %s", False),
        (("One job", "%(n)s jobs"), ("Մեկ գործ", "%(n)s գործ"), True),
        (("One job", "%(n)s jobs"), ("Մեկ գործ", "%(m)s գործ"), False),
    ],
)
def test_a_translation_fills_in_what_its_english_does(english: str, translation: str, good: bool) -> None:
    assert (not list(messages.placeholder_problems(Message(english, translation)))) is good


def test_an_update_keeps_translations_and_adds_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    first, second = Catalog(), Catalog()
    for text in ("Kept", "Gone"):
        first.add(text)
    for text in ("Kept", "New"):
        second.add(text)
    assert messages.update("ka", first) == (2, 2)
    catalog = messages.load("ka")
    catalog["Kept"].string = "დარჩა"
    messages.save("ka", catalog)

    assert messages.update("ka", second) == (2, 1)

    assert messages.load("ka")["Kept"].string == "დარჩა"
    assert list(messages.problems("ka", second)) == ["not translated: 'New'"]
    assert "no longer used, run `make messages`: 'New'" in list(messages.problems("ka", first))


def test_a_second_update_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    template = Catalog()
    template.add(("%(n)s job", "%(n)s jobs"), locations=[("a.py", 0)])
    messages.update("ru", template)
    before = (tmp_path / "ru" / "LC_MESSAGES" / "django.po").read_text()
    messages.update("ru", template)
    assert (tmp_path / "ru" / "LC_MESSAGES" / "django.po").read_text() == before
    assert "nplurals=3" in before
