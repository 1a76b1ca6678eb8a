"""Phrasings, opinions, dead ends, help centres, files, answers; and who may."""

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.models import Agent
from tamada.conversations.models import Attachment
from tamada.core import storage
from tamada.core.answers import answer_sources
from tamada.kit.text import ANALYSIS
from tamada.knowledge import actions, indexing, ranking
from tamada.knowledge.actions import Face
from tamada.knowledge.errors import InUse, Invalid
from tamada.knowledge.models import Article, Audience, DeadEnd, HelpCentre, Phrasing, TermCounts, Translation
from tamada.knowledge.points import PUBLIC, addresses
from tamada.knowledge.queries import main_centre
from tamada.knowledge.search import search_public
from tamada.search.queries import search
from tests.helpers import files

from .conftest import Write, by

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def test_what_an_agent_proposes_waits_for_a_lead(teammate: Agent, lead: Agent, write: Write) -> None:
    article = write("Returns").article
    actions.add_phrasings(**by(teammate), article=article, language="en", texts=["can I give it back", " "])
    waiting = Phrasing.objects.get()
    assert not waiting.accepted
    with pytest.raises(PermissionDenied):
        actions.accept_phrasings(**by(teammate), article=article, ids=[waiting.pk])
    actions.accept_phrasings(**by(lead), article=article, ids=[waiting.pk])
    with pytest.raises(PermissionDenied):
        actions.remove_phrasing(**by(teammate), phrasing=Phrasing.objects.get())
    source = answer_sources.get("knowledge")
    assert [(one.key, one.text) for one in source.phrasings()] == [(str(article.pk), "can I give it back")]


def test_an_accepted_phrasing_is_found_by_and_says_that_something_changed(lead: Agent, write: Write) -> None:
    article = write("Returns", "<p>Bring it.</p>").article
    source = answer_sources.get("knowledge")
    before = source.version()
    assert not search(lead, "refund", kind="articles").hits
    actions.add_phrasings(**by(lead), article=article, language="en", texts=["refund please"])
    assert search(lead, "refunds", kind="articles").items == [article]
    assert source.version() != before


def test_answers_are_what_is_published_and_public_ones_have_an_address(
    lead: Agent, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_entries", {PUBLIC: lambda row, _main: f"https://help.example/{row.slug}"})
    shown = write("Returns", "<p>Bring it.</p><p>Soon.</p>")
    write("For us", audience=Audience.INTERNAL)
    write("Not yet", published=False)
    source = answer_sources.get("knowledge")
    assert [(a.title, a.url, a.text) for a in source.answers()] == [
        ("Returns", "https://help.example/returns", "Bring it.\n\nSoon."),
        ("For us", "", "Words."),
    ]
    assert source.now(str(shown.article_id), "en") is not None
    actions.unpublish(**by(lead), translation=shown)
    assert source.now(str(shown.article_id), "en") is None


def test_the_desk_finds_published_articles_internal_ones_too(
    lead: Agent, observer: Agent, gone: Agent, write: Write
) -> None:
    shown = write("Վերադարձ", "<p>Բերեք ապրանքը խանութ։</p>", language="hy")
    inside = write("Returns inside", "<p>ապրանք</p>", audience=Audience.INTERNAL)
    write("Unfinished", "<p>ապրանք</p>", published=False)
    assert search(observer, "ապրանքների", kind="articles").items == [inside.article, shown.article]
    assert not search(gone, "ապրանք", kind="articles").items
    actions.delete_article(**by(lead), article=shown.article)
    assert search(observer, "ապրանքների", kind="articles").items == [inside.article]


def test_pages_of_articles_reach_every_one(lead: Agent, write: Write) -> None:
    made = [write(f"Modem {number}", "<p>modem</p>").article for number in range(5)]
    page = search(lead, "modem", kind="articles", limit=2)
    found = list(page.items)
    while page.next:
        page = search(lead, "modem", kind="articles", limit=2, cursor=page.next)
        found += page.items
    assert found == made[::-1]


def test_search_reads_no_article_for_an_answer(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    best, other = write("Modem", "<p>The modem blinks.</p>"), write("Cables", "<p>A cable for the modem.</p>")
    write("Sign \ufdfa", "<p>A sign that folds into a whole sentence, and a modem.</p>")
    monkeypatch.setattr(ranking, "analyse", None)
    found = search_public(main_centre(), "en", "modem").rows
    assert (found[0], other in found, len(found)) == (best, True, 3)


def test_a_number_that_is_looked_for_is_not_taken_for_how_often_a_word_stands_there(write: Write) -> None:
    said = write("Cables", f"<p>{'modem ' * 12} for tariff 12 and {'wire ' * 3}</p>")
    best = write("Tariff 12", "<p>Costs 12 a month, 3 of them for the line.</p>")
    assert search_public(main_centre(), "en", "12 ").rows == [best, said]
    assert search_public(main_centre(), "en", "12").rows == [best, said]
    assert search_public(main_centre(), "en", "3 ").rows == [best]


def test_what_was_published_before_terms_were_counted_is_counted_in_portions(lead: Agent, write: Write) -> None:
    best, other = write("Modem", "<p>The modem blinks.</p>"), write("Cables", "<p>A cable for the modem.</p>")
    TermCounts.objects.filter(pk=other.pk).update(analysis=0)
    TermCounts.objects.filter(pk=best.pk).delete()
    assert search_public(main_centre(), "en", "modem").rows == [best, other]
    assert indexing.count_terms(seconds=-1) == 0
    assert (indexing.count_terms(), indexing.count_terms()) == (2, 0)
    assert set(TermCounts.objects.values_list("analysis", flat=True)) == {ANALYSIS}
    actions.add_phrasings(**by(lead), article=best.article, language="en", texts=["zebra"])
    assert "zebra" in TermCounts.objects.get(pk=best.pk).terms
    actions.remove_phrasing(**by(lead), phrasing=Phrasing.objects.get())
    actions.unpublish(**by(lead), translation=other)
    assert ["zebra" in row.terms for row in TermCounts.objects.all()] == [False]


def test_customers_find_the_best_fit_first_in_their_language(write: Write) -> None:
    centre = main_centre()
    write("Delivery abroad", "<p>Returns are free.</p>")
    best = write("How to return a purchase", "<p>Bring it with the receipt.</p>")
    write("Как вернуть покупку", "<p>Принесите её.</p>", language="ru", article=best.article)
    write("Returns for us", "<p>return</p>", audience=Audience.INTERNAL)
    assert search_public(centre, "en", "returning").rows[0].title == "How to return a purchase"
    assert [row.language for row in search_public(centre, "ru", "вернул покупки").rows] == ["ru"]
    assert search_public(centre, "en", "purchse retrun").rows
    assert not search_public(centre, "en", "zzzz").rows
    assert not search_public(centre, "en", "").rows


@pytest.mark.parametrize(
    ("language", "typed", "better"),
    [("en", "internt", "internet"), ("en", "my Internt, slow", "my internet, slow"), ("ru", "роутр", "роутер"),
     ("hy", "ինտերնտը", "ինտերնետը"), ("ka", "ინტერნტი", "ინტერნეტი"), ("en", "delivry", "delivery")],
)  # fmt: skip
def test_a_word_misspelt_in_its_middle_finds_what_the_right_one_finds(
    write: Write, language: str, typed: str, better: str
) -> None:
    centre = main_centre()
    write("Tariffs", "<p>A faster internet for less. My slow delivery.</p>")
    write("Slow internet", "<p>When my internet is slow.</p>")
    write("Тарифы", "<p>К тарифу даём роутер.</p>", language="ru")
    write("Лампочки роутера", "<p>Роутер мигает.</p>", language="ru")
    for code, title in (("hy", "Ինտերնետը դանդաղ է"), ("ka", "ინტერნეტი ნელია")):
        write("Other", f"<p>{title}</p>", language=code)
        write(title, "<p>…</p>", language=code)
    found = search_public(centre, language, typed)
    assert found.words == better
    assert found.rows[0].pk == search_public(centre, language, better).rows[0].pk
    assert (found.rows[0].language, found.rows[0].title != "Other") == (language, True)


def test_a_word_that_other_languages_have_shows_those_articles_in_the_readers_own(lead: Agent, write: Write) -> None:
    centre = main_centre()
    moved = write("Переезд", "<p>Возьмите booster с собой.</p>", language="ru")
    booster = write("Booster", "<p>Only in Russian, by now.</p>", language="ru")
    own = write("Moving house", "<p>Take it along.</p>", article=moved.article)
    assert search_public(centre, "en", "booster").rows == [own, booster]
    assert search_public(centre, "en", "boostr").rows == [own, booster]
    assert search_public(centre, "en", "boostr").words == "booster"
    actions.unpublish(**by(lead), translation=own)
    assert search_public(centre, "en", "booster").rows == [booster, moved]


def test_a_word_is_mended_only_where_nobody_may_read_it_and_into_what_they_may_read(owner: Agent, write: Write) -> None:
    centre = main_centre()
    write("Routers", "<p>A router.</p>", audience=Audience.INTERNAL)
    write("Draft about a router", published=False)
    write("Room", "<p>A room for 5 people.</p>")
    for typed in ("routr", "rooom 7", "roum", "a"):
        assert "router" not in search_public(centre, "en", typed).words
    assert search_public(centre, "en", "roum").words == "roum"
    brand = actions.create_centre(**by(owner), face=Face(slug="two", names={"en": "Two"}, languages=["en"]))
    shelf = actions.save_category(**by(owner), centre=brand, names={"en": "Things"}, descriptions={})
    write("Telescope", "<p>A telescope.</p>", category=shelf)
    assert search_public(brand, "en", "telescpe").words == "telescope"
    assert search_public(centre, "en", "telescpe").words == "telescpe"
    write("Routes", "<p>Our routrs.</p>")
    assert search_public(centre, "en", "routrs").words == "routrs"


def test_opinions_count_and_keep_a_reason(write: Write) -> None:
    shown = write("Returns")
    actions.give_opinion(translation=shown, helpful=True, reason="unclear")
    no = actions.give_opinion(translation=shown, helpful=False)
    actions.explain_opinion(opinion=no, reason="wrong", comment="Closed on Sundays")
    no.refresh_from_db()
    assert (no.reason, no.comment, no.version) == ("wrong", "Closed on Sundays", 1)
    article = Article.objects.get()
    assert (article.helpful, article.unhelpful) == (1, 1)
    with pytest.raises(Invalid):
        actions.give_opinion(translation=shown, helpful=False, reason="nonsense")


def test_searches_in_vain_are_counted_folded_and_without_people(lead: Agent, teammate: Agent) -> None:
    centre = main_centre()
    for words in ("Ремонт  КОТЛА!", "ремонт котла"):
        actions.note_dead_end(centre=centre, language="ru", words=words)
    for words in ("ani@mail.am", "call 094112233", "", "x" * 200):
        assert actions.note_dead_end(centre=centre, language="ru", words=words) is None
    one = DeadEnd.objects.get()
    assert (one.words, one.count) == ("ремонт котла", 2)
    with pytest.raises(PermissionDenied):
        actions.dismiss_dead_end(**by(teammate), dead_end=one)
    actions.dismiss_dead_end(**by(lead), dead_end=one)
    assert DeadEnd.objects.get().dismissed_at


def test_a_main_help_centre_is_there_and_admins_settle_it(owner: Agent, lead: Agent) -> None:
    centre = main_centre()
    assert (centre.slug, centre.is_published, centre.main_language) == ("main", True, "en")
    face = Face(slug="main", names={"en": "Help"}, languages=["hy", "en"], colour="#A02C3C", host="help.example.am")
    with pytest.raises(PermissionDenied):
        actions.update_centre(**by(lead), centre=centre, face=face)
    actions.update_centre(**by(owner), centre=centre, face=face)
    assert HelpCentre.objects.get().main_language == "hy"
    with pytest.raises(Invalid):
        actions.create_centre(**by(owner), face=Face(slug="two", host="help.example.am"))
    with pytest.raises(InUse):
        actions.delete_centre(**by(owner), centre=centre)


@pytest.mark.parametrize("wrong", [{"slug": "a b"}, {"colour": "red"}, {"host": "http://x"}, {"languages": ["xx"]}])
def test_a_help_centre_takes_no_nonsense(owner: Agent, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        actions.create_centre(**by(owner), face=Face(**{"slug": "two", **wrong}))  # type: ignore[arg-type]


def test_files_are_what_their_bytes_are(teammate: Agent, observer: Agent, lead: Agent, write: Write) -> None:
    article = write("Returns").article
    picture = actions.add_file(**by(teammate), article=article, name="../a.png", content=PNG, is_inline=True)
    assert (picture.name, picture.type) == ("a.png", "image/png")
    with pytest.raises(Invalid):
        actions.add_file(**by(teammate), article=article, name="a.png", content=b"<svg onload=x>", is_inline=True)
    with pytest.raises(PermissionDenied):
        actions.add_file(**by(observer), article=article, name="a.png", content=PNG)
    actions.save_draft(
        **by(lead), article=article, language="en", title="R", html=f'<img src="/knowledge/files/{picture.pk}/a.png">'
    )
    assert Translation.objects.get().draft_html == f'<img src="article-file:{picture.pk}">'
    with pytest.raises(InUse):
        actions.remove_file(**by(lead), file=picture)


def test_a_file_that_came_with_a_message_stays_when_an_article_lets_go_of_it(lead: Agent, write: Write) -> None:
    file = actions.add_file(**by(lead), article=write("Returns").article, name="a.png", content=PNG)
    Attachment.objects.create(name="a.png", type="image/png", size=len(PNG), blob=file.blob)
    actions.remove_file(**by(lead), file=file)
    assert storage.exists(file.blob)


def test_a_file_that_an_article_shows_stays_when_another_room_lets_go_of_it(teammate: Agent, write: Write) -> None:
    file = actions.add_file(**by(teammate), article=write("Returns").article, name="a.png", content=PNG)
    files.age()
    storage.delete(file.blob)
    assert storage.exists(file.blob)
    file.delete()
    storage.delete(file.blob)
    assert not storage.exists(file.blob)
