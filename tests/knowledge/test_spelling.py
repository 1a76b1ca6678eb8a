"""What misspelt searches find among the demo company's articles: how often the right one, how seldom another."""

import random
from typing import Final

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.demo import knowledge as demo
from tamada.kit.text import fold
from tamada.kit.text.language import script_language
from tamada.kit.text.near import LETTERS
from tamada.kit.text.normalise import WORD
from tamada.knowledge.folders import from_folder
from tamada.knowledge.importing import import_articles
from tamada.knowledge.models import HelpCentre
from tamada.knowledge.queries import main_centre, public
from tamada.knowledge.search import search_public

from .conftest import Write

FOUND: Final = {"hy": 0.75, "ka": 0.75, "ru": 0.85, "en": 0.75}
"""Of words with one letter missing, changed or swapped, the share that finds an article of the right word first."""
WORDS: Final = 60
ELSEWHERE: Final = {
    "hy": "կոշիկ ձկնորս գրադարան թատրոն արջուկ ոսկերիչ դպրոցական սագերը մեղուներ խաղողի վիրաբույժ նկարիչը",
    "ka": "ფეხსაცმელი მეთევზე ბიბლიოთეკა თეატრი დათვები ოქრომჭედელი სკოლის ბატები ფუტკარი ყურძნის ქირურგი მხატვარი",
    "ru": "ботинки рыбак библиотека театр медведи ювелир школьник гусыня пчёлы виноград хирург художник",
    "en": "shoemaker fisherman library theatre bears jeweller schoolboy goose honeybee grapes surgeon painter",
}
"""Words of what these articles don't speak of."""
GUESSED: Final = {"en": 3}
"""So many of them are a letter from a word that stands there, as bears from years."""


@pytest.fixture
def company(owner: Agent) -> HelpCentre:
    """The help centre of the demo company."""
    import_articles(agent=owner, actor=actor_of(owner), files=from_folder(demo.FOLDER))
    return main_centre()


def damaged(chance: random.Random, word: str, language: str) -> list[str]:
    at, before = chance.randrange(len(word)), chance.randrange(len(word) - 1)
    other = chance.choice([letter for letter in LETTERS[language] if letter != word[at]])
    swapped = word[:before] + word[before + 1] + word[before] + word[before + 2 :]
    return [word[:at] + word[at + 1 :], word[:at] + other + word[at + 1 :], swapped]


def test_words_with_one_wrong_letter_find_what_the_right_ones_find(company: HelpCentre) -> None:
    for language, floor in FOUND.items():
        texts = [f"{row.title} {row.text}" for row in public(company, language)]
        told = sorted({fold(word) for text in texts for word in WORD.findall(text)})
        words = [word for word in told if len(word) > 3 and word.isalpha() and script_language(word) == language]
        chance = random.Random(language)
        typed = [(one, word) for word in chance.sample(words, WORDS) for one in damaged(chance, word, language)]
        right = 0
        for one, word in typed:
            wanted = {row.article_id for row in search_public(company, language, word, limit=12).rows}
            found = search_public(company, language, one, limit=12).rows
            right += bool(found) and found[0].article_id in wanted
        assert right / len(typed) >= floor, (language, right, len(typed))


def test_words_of_other_things_find_hardly_anything(company: HelpCentre) -> None:
    for language, words in ELSEWHERE.items():
        found = [word for word in words.split() if search_public(company, language, f"{word} ").rows]
        assert len(found) <= GUESSED.get(language, 0), found


@pytest.mark.parametrize(
    ("language", "own", "typed", "of", "other"),
    [("en", "Credit", "kredit", "ru", "Кредит"), ("ru", "Роутер", "роуттер", "en", "Routter"),
     ("hy", "Ռոութեր", "ռոութթեր", "en", "Routter"), ("ka", "მოდემი", "მოდდემი", "en", "Moddemi")],
)  # fmt: skip
def test_a_misspelt_word_finds_the_readers_language_before_others_that_sound_so(
    write: Write, language: str, own: str, typed: str, of: str, other: str
) -> None:
    theirs = write(other, language=of)
    assert search_public(main_centre(), language, typed).rows == [theirs]
    mine = write(own, language=language)
    found = search_public(main_centre(), language, typed)
    assert (found.rows, fold(found.words)) == ([mine, theirs], fold(own))


@pytest.mark.parametrize(
    ("typed", "better"),
    [("աշխատոմ", "աշխատում"), ("ախատում", "աշխատում"), ("վճաման", "վճարման"), ("ցնաց", "ցանց"), ("մոդե", "մոդե")],
)
def test_an_armenian_word_is_mended_in_its_stem_and_in_its_ending(write: Write, typed: str, better: str) -> None:
    written = write("Ինչպե՞ս վճարել", "<p>Ցանցն աշխատում է վճարումից հետո։ Մոդեմը՝ ոչ։</p>", language="hy")
    found = search_public(main_centre(), "hy", typed)
    assert (found.words, found.rows) == (better, [written])


def test_short_words_are_mended_by_a_letter_more_or_two_swapped_alone(write: Write) -> None:
    write("Light", "<p>A cable for the lamp, at this time.</p>")
    for typed, better in (("lght", "light"), ("tiem", "time"), ("limp", "limp"), ("lam", "lam"), ("lapm", "lamp")):
        assert search_public(main_centre(), "en", f"{typed} ").words.strip() == better
