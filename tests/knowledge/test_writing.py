"""Drafts, publishing, versions, addresses; and who may."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.models import Agent
from tamada.core.models import AuditEntry, StoredEvent
from tamada.knowledge import actions
from tamada.knowledge.actions import Settled, writing
from tamada.knowledge.errors import Invalid, Stale
from tamada.knowledge.models import Article, Audience, Category, Kind, Translation
from tamada.knowledge.queries import main_centre, out_of_date, public, public_by_slug, states

from .conftest import Write, by

pytestmark = pytest.mark.django_db


def draft(agent: Agent, article: Article, title: str, html: str = "<p>New.</p>", **more: Any) -> Translation:
    return actions.save_draft(**by(agent), article=article, title=title, html=html, **{"language": "en", **more})


def test_what_is_published_stays_until_somebody_publishes_the_draft(lead: Agent, teammate: Agent, write: Write) -> None:
    shown = write("How to return", "<p>Bring it.</p>")
    written = draft(teammate, shown.article, "How to return things", "<p>Bring it back.</p>")
    assert (written.title, written.html, written.has_draft) == ("How to return", "<p>Bring it.</p>", True)
    assert [row.title for row in public(main_centre(), "en")] == ["How to return"]
    published = actions.publish(**by(lead), translation=written)
    assert (published.title, published.text, published.version) == ("How to return things", "Bring it back.", 2)
    assert not published.has_draft
    assert [v.title for v in published.versions.all()] == ["How to return things", "How to return"]


def test_an_agent_writes_but_does_not_publish(teammate: Agent, observer: Agent, write: Write) -> None:
    shown = write("Hours")
    written = draft(teammate, shown.article, "Our hours")
    with pytest.raises(PermissionDenied):
        actions.publish(**by(teammate), translation=written)
    with pytest.raises(PermissionDenied):
        actions.unpublish(**by(teammate), translation=written)
    with pytest.raises(PermissionDenied):
        actions.delete_article(**by(teammate), article=shown.article)
    with pytest.raises(PermissionDenied):
        draft(observer, shown.article, "Mine")
    with pytest.raises(PermissionDenied):
        actions.create_article(**by(observer), settled=Settled())


def test_who_began_from_older_words_is_told_what_stands_there_now(teammate: Agent, lead: Agent, write: Write) -> None:
    shown = write("Hours", "<p>9 to 18</p>")
    draft(teammate, shown.article, "Hours", "<p>9 to 19</p>", seen=shown.edited)
    with pytest.raises(Stale) as refused:
        draft(lead, shown.article, "Hours", "<p>9 to 20</p>", seen=shown.edited)
    assert refused.value.translation.working_html == "<p>9 to 19</p>"
    with pytest.raises(Stale):
        actions.publish(**by(lead), translation=shown, seen=shown.edited)
    assert Translation.objects.get().working_html == "<p>9 to 19</p>"


def test_the_same_words_again_are_no_change(teammate: Agent, write: Write) -> None:
    shown = write("Hours", "<p>9 to 18</p>")
    assert draft(teammate, shown.article, "Hours", "<p>9 to 18</p>").edited == shown.edited


def test_a_translation_is_out_of_date_once_the_main_language_says_something_else(lead: Agent, write: Write) -> None:
    main = write("Hours", "<p>9 to 18</p>")
    write("Часы", "<p>С 9 до 18</p>", language="ru", article=main.article)
    assert states(main.article, ("en", "ru", "hy")) == {"en": "published", "ru": "published", "hy": "missing"}
    actions.publish(**by(lead), translation=draft(lead, main.article, "Hours", "<p>9 to 20</p>"))
    assert states(Article.objects.get(), ("en", "ru")) == {"en": "published", "ru": "out_of_date"}
    russian = Translation.objects.get(language="ru")
    actions.publish(**by(lead), translation=russian)
    assert states(Article.objects.get(), ("en", "ru")) == {"en": "published", "ru": "published"}


def test_a_translation_that_was_published_first_is_up_to_date_with_the_main_language(lead: Agent, write: Write) -> None:
    russian = write("Часы", "<p>С 9 до 18</p>", language="ru")
    main = write("Hours", "<p>9 to 18</p>", article=russian.article)
    write("Ժամեր", "<p>9-ից 18</p>", language="hy", article=main.article)
    assert set(states(Article.objects.get(), ("en", "ru", "hy")).values()) == {"published"}
    assert not Translation.objects.filter(out_of_date()).exists()
    # The main language is taken back and shown again as it was; then it says something else.
    actions.unpublish(**by(lead), translation=main)
    actions.publish(**by(lead), translation=draft(lead, main.article, "Часы", "<p>С 9 до 17</p>", language="ru"))
    actions.publish(**by(lead), translation=Translation.objects.get(pk=main.pk))
    assert not Translation.objects.filter(out_of_date()).exists()
    actions.publish(**by(lead), translation=draft(lead, main.article, "Hours", "<p>9 to 20</p>"))
    assert states(Article.objects.get(), ("ru", "hy")) == {"ru": "out_of_date", "hy": "out_of_date"}


def test_addresses_are_readable_and_old_ones_lead_on(lead: Agent, write: Write) -> None:
    first = write("Ինչպե՞ս վերադարձնել", language="hy")
    second = write("Ինչպե՞ս վերադարձնել", language="hy")
    assert (first.slug, second.slug) == ("inchpes-veradardznel", "inchpes-veradardznel-2")
    again = actions.save_draft(**by(lead), article=first.article, language="hy", title="Վերադարձ", html="<p>Այսպես</p>")
    again = actions.publish(**by(lead), translation=again)
    assert again.slug == "veradardz"
    found, is_current = public_by_slug(main_centre(), "hy", "inchpes-veradardznel")
    assert (found, is_current) == (again, False)
    assert public_by_slug(main_centre(), "hy", "veradardz") == (again, True)
    assert write("Ինչպե՞ս վերադարձնել", language="hy").slug == "inchpes-veradardznel-3"


def test_customers_read_neither_internal_articles_nor_snippets_nor_what_is_taken_back(
    lead: Agent, write: Write
) -> None:
    shown = write("For all")
    write("For us", audience=Audience.INTERNAL)
    write("Greeting", kind=Kind.SNIPPET)
    write("Not yet", published=False)
    write("Gone", article=(gone := write("Gone")).article)
    actions.delete_article(**by(lead), article=gone.article)
    assert list(public(main_centre())) == [shown]
    actions.unpublish(**by(lead), translation=shown)
    assert not public(main_centre()).exists()
    assert Article.objects.get(translations__title="Greeting").audience == Audience.INTERNAL


def test_who_does_not_publish_neither_moves_what_is_published_nor_opens_it(teammate: Agent, write: Write) -> None:
    inside = write("For us", audience=Audience.INTERNAL).article
    with pytest.raises(PermissionDenied):
        actions.update_article(**by(teammate), article=inside, settled=Settled(audience=Audience.PUBLIC))
    actions.update_article(**by(teammate), article=inside, settled=Settled(audience=Audience.INTERNAL, owner=teammate))
    assert Article.objects.get().owner == teammate


def test_a_version_comes_back_as_a_draft(lead: Agent, teammate: Agent, write: Write) -> None:
    first = write("Hours", "<p>9 to 18</p>")
    second = actions.publish(**by(lead), translation=draft(lead, first.article, "Times", "<p>Never</p>"))
    back = actions.restore_version(**by(teammate), translation=second, number=1)
    assert (back.draft_title, back.draft_html, back.title) == ("Hours", "<p>9 to 18</p>", "Times")


def test_deleting_can_be_taken_back_and_ends_after_thirty_days(lead: Agent, write: Write) -> None:
    article = write("Hours").article
    actions.delete_article(**by(lead), article=article)
    assert not Article.objects.exists()
    actions.restore_article(**by(lead), article=Article.everything.get())
    assert public(main_centre()).count() == 1
    actions.delete_article(**by(lead), article=article)
    Article.everything.update(deleted_at=article.created_at.replace(year=2020))
    assert actions.purge_deleted(actor=by(lead)["actor"]) == 1
    assert not Article.everything.exists()


def test_an_agent_deletes_their_own_unpublished_article_alone(teammate: Agent, lead: Agent) -> None:
    own = actions.create_article(**by(teammate), settled=Settled())
    other = actions.create_article(**by(lead), settled=Settled())
    actions.delete_article(**by(teammate), article=own)
    with pytest.raises(PermissionDenied):
        actions.delete_article(**by(teammate), article=other)
    with pytest.raises(PermissionDenied):
        actions.restore_article(agent=Agent(), actor=by(lead)["actor"], article=own)


def test_everything_leaves_its_trail_and_no_event_holds_words(lead: Agent, write: Write) -> None:
    shown = write("Secret title", "<p>Secret words</p>")
    actions.unpublish(**by(lead), translation=shown)
    written = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"article.added", "article.written", "article.published", "article.unpublished"} <= written
    told = list(StoredEvent.objects.filter(type__startswith="article."))
    assert {"article.published", "article.unpublished", "article.changed"} == {event.type for event in told}
    assert "Secret" not in str([event.data for event in told])


def test_nothing_without_a_title_or_words_is_published(lead: Agent, write: Write) -> None:
    with pytest.raises(Invalid):
        write("  ")
    empty = write("Title", "<p> </p><script>x()</script>", published=False)
    with pytest.raises(Invalid):
        actions.publish(**by(lead), translation=empty)


def test_categories_are_ordered_and_stay_while_something_stands_in_them(lead: Agent, write: Write) -> None:
    centre = main_centre()
    names = ({"en": "Delivery", "hy": "Առաքում"}, {"en": "Payment"})
    first, second = (actions.save_category(**by(lead), centre=centre, names=given, descriptions={}) for given in names)
    actions.move_category(**by(lead), category=second, up=True)
    assert [row.slug for row in Category.objects.all()] == ["payment", "delivery"]
    below = actions.save_category(**by(lead), centre=centre, names={"en": "Post"}, descriptions={}, parent=first)
    with pytest.raises(Invalid):
        actions.save_category(**by(lead), centre=centre, names={"en": "Box"}, descriptions={}, parent=below)
    write("In it", category=second)
    with pytest.raises(Exception, match="Move it first"):
        actions.delete_category(**by(lead), category=second)


def test_two_that_are_named_alike_at_the_same_moment_are_both_kept(
    lead: Agent, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("Hours")
    names = iter(["hours", "hours-2"])
    monkeypatch.setattr(writing, "free_slug", lambda _title, _of: next(names))
    article = actions.create_article(**by(lead), settled=Settled())
    assert draft(lead, article, "Hours").slug == "hours-2"
