"""Knowledge in the desk: what two people write at once, what the editor must not touch, what is looked for."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core.models import AuditEntry
from tamada.knowledge import actions
from tamada.knowledge.actions import Settled
from tamada.knowledge.models import Article, HelpCentre, Phrasing, Translation
from tamada.knowledge.queries import main_centre
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def published(agent: Agent, title: str, html: str, *, language: str = "en", **settled: str) -> Translation:
    article = actions.create_article(agent=agent, actor=actor_of(agent), settled=Settled(**settled))  # type: ignore[arg-type]
    row = actions.save_draft(
        agent=agent, actor=actor_of(agent), article=article, language=language, title=title, html=html
    )
    return actions.publish(agent=agent, actor=actor_of(agent), translation=row)


def page_of(row: Translation) -> str:
    return f"{reverse('desk:article', args=[row.article_id])}?language={row.language}"


def test_a_new_article_is_a_draft_and_then_published(lead: Agent, signed_in: SignedIn) -> None:
    client = signed_in(lead)
    answer = client.post("/knowledge/new?language=ru", {"title": "Роутер", "html": "<p>Мигает</p>", "then": "draft"})
    row = Translation.objects.get()
    assert (answer["Location"], row.is_published, row.language) == (page_of(row), False, "ru")
    client.post(page_of(row), {"title": "Роутер", "html": "<p>Мигает</p>", "seen": row.edited, "then": "publish"})
    assert Translation.objects.get().is_published
    assert Article.objects.get().owner == lead


def test_of_two_who_write_at_once_nobody_loses_a_word(lead: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Hours", "<p>9 to 18</p>")
    first, second = signed_in(teammate), signed_in(lead)
    words = {"title": "Hours", "seen": row.edited}
    assert first.post(page_of(row), words | {"html": "<p>9 to 19</p>"}).status_code == 302
    answer = second.post(page_of(row), words | {"html": "<p>9 to 20</p>"})
    assert answer.status_code == 409
    assert "9 to <del>19</del>" in answer.text
    assert "9 to <ins>20</ins>" in answer.text
    seen = answer.context["words"]["seen"].value()
    assert second.post(page_of(row), words | {"html": "<p>9 to 20</p>", "seen": seen}).status_code == 302
    assert Translation.objects.get().draft_html == "<p>9 to 20</p>"


def test_what_is_written_is_kept_by_itself_and_says_why_when_not(
    lead: Agent, teammate: Agent, signed_in: SignedIn
) -> None:
    row = published(lead, "Hours", "<p>9 to 18</p>")
    client, entries = signed_in(teammate), AuditEntry.objects.filter(action="article.written")
    before = entries.count()

    def keep(**words: object) -> tuple[int, dict[str, object]]:
        answer = client.post(page_of(row), {"then": "draft", **words}, headers={"accept": "application/json"})
        return answer.status_code, json.loads(answer.content)

    seen = row.edited
    for text in ("<p>9 to 19</p>", "<p>9 to 20</p>"):
        status, told = keep(title="Hours", html=text, seen=seen)
        assert (status, told["seen"]) == (200, seen + 1)
        seen = seen + 1
    row.refresh_from_db()
    assert (row.html, row.draft_html, row.edited) == ("<p>9 to 18</p>", "<p>9 to 20</p>", seen)
    assert entries.count() == before + 1  # that somebody writes is told once, not at every word
    for words, status in (({"title": ""}, 422), ({"title": "Hours", "seen": 0}, 409)):
        answered, told = keep(**words)
        assert (answered, bool(told["detail"])) == (status, True)
    row.refresh_from_db()
    assert row.draft_html == "<p>9 to 20</p>"


def test_a_table_is_kept_from_the_editor_that_would_lose_it(lead: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Lights", "<table><tr><td>Red</td></tr></table>")
    shown = signed_in(lead).get(page_of(row)).text
    assert "<tamada-rich" not in shown
    assert "&lt;table&gt;" in shown


def test_pictures_go_into_the_editor_by_their_address(lead: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Lights", "<p>Red</p>")
    client = signed_in(lead)
    stored = client.post(
        f"/knowledge/{row.article_id}/files", {"file": SimpleUploadedFile("a.png", PNG), "inline": "1"}
    )
    url = stored.json()["url"]
    html = f'<figure data-trix-attachment="{{}}"><img src="{url}" width="10"><figcaption>Box</figcaption></figure>'
    client.post(page_of(row), {"title": "Lights", "html": html, "seen": row.edited, "then": "publish"})
    row.refresh_from_db()
    assert (
        row.html
        == f'<figure><img src="article-file:{stored.json()["id"]}" width="10"><figcaption>Box</figcaption></figure>'
    )
    shown = client.get(page_of(row)).context["editor_html"]
    assert "data-trix-attachment" in shown
    assert url in shown
    answer = client.get(url)
    assert (answer["Content-Type"], answer.getvalue()) == ("image/png", PNG)
    assert "sandbox" in answer["Content-Security-Policy"]


def test_what_is_no_picture_is_refused_with_a_reason(lead: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Lights", "<p>Red</p>")
    file = SimpleUploadedFile("a.png", b"<svg onload=x>")
    answer = signed_in(lead).post(f"/knowledge/{row.article_id}/files", {"file": file, "inline": "1"})
    assert answer.status_code == 422
    assert answer.json()["errors"]["file"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=routers", ["Router"]),
        ("state=missing&language=ru", ["Hours", "Router"]),
        ("state=published", ["Hours", "Router"]),
        ("state=draft", []),
        ("owner=me", []),
        ("look=snippets", []),
    ],
)
def test_the_list_narrows(lead: Agent, signed_in: SignedIn, query: str, found: list[str]) -> None:
    published(lead, "Router", "<p>Red</p>")
    published(lead, "Hours", "<p>9 to 18</p>")
    shelves = signed_in(lead).get(f"/knowledge/?{query}").context["shelves"]
    assert sorted(row["title"] for shelf in shelves for row in shelf["rows"]) == found


def test_search_and_palette_find_articles(lead: Agent, observer: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Router", "<p>The light is red</p>")
    client = signed_in(observer)
    assert page_of(row) in client.get("/search?q=lights&kind=articles").text
    assert page_of(row) in client.get("/palette?q=lights").text


def test_a_reader_sees_the_words_and_no_fields(lead: Agent, observer: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Router", "<p>The light is red</p>")
    shown = signed_in(observer).get(page_of(row)).text
    assert "The light is red" in shown
    assert 'name="html"' not in shown


def test_phrasings_come_one_a_line(teammate: Agent, lead: Agent, signed_in: SignedIn) -> None:
    row = published(lead, "Router", "<p>Red</p>")
    where = f"/knowledge/{row.article_id}/phrasings"
    signed_in(teammate).post(where, {"language": "en", "texts": "red light\n\n lamp is  red "})
    assert [(one.text, one.accepted) for one in Phrasing.objects.all()] == [
        ("red light", False),
        ("lamp is red", False),
    ]
    signed_in(lead).post(where, {"language": "en", "accept_all": "1"})
    assert Phrasing.objects.filter(accepted=True).count() == 2


def test_a_help_centre_is_settled_with_its_logo(owner: Agent, signed_in: SignedIn) -> None:
    centre = main_centre()
    form = {"slug": "main", "languages": "ka, en", "name_ka": "დახმარება", "colour": "#a02c3c", "is_published": "on"}
    url = f"/settings/help-centres/{centre.pk}"
    client = signed_in(owner)
    assert client.post(url, form | {"logo": SimpleUploadedFile("l.png", PNG)}).status_code == 302
    centre = HelpCentre.objects.get()
    assert (str(centre), centre.languages, centre.logo_type) == ("დახმარება", ["ka", "en"], "image/png")
    assert client.post(url, form | {"colour": "red"}).status_code == 422
    assert client.post(url, form | {"no_logo": "on"}).status_code == 302
    assert not HelpCentre.objects.get().logo


def archive(files: int, size: int = 1) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as one:
        for number in range(files):
            one.writestr(f"a/p{number}.en.md", f"# Page {number}\n\n" + "x" * size)
    return SimpleUploadedFile("pages.zip", packed.getvalue())


@pytest.mark.parametrize(("files", "size"), [(501, 1), (3, 7 * 2**20)])
def test_a_request_brings_in_no_more_than_it_can_and_says_what_can(
    lead: Agent, signed_in: SignedIn, files: int, size: int
) -> None:
    answer = signed_in(lead).post("/knowledge/folder", {"file": archive(files, size)})
    assert answer.status_code == 422
    assert "tamada knowledge import FOLDER" in answer.context["problem"]
    assert not Article.objects.exists()


def test_everything_is_taken_along_and_brought_back(lead: Agent, signed_in: SignedIn) -> None:
    client = signed_in(lead)
    assert client.post("/knowledge/folder", {"file": archive(3)}).context["done"].articles == 3
    answer = client.get("/knowledge/folder.zip")
    packed = answer.getvalue()
    assert answer["Content-Disposition"] == 'attachment; filename="knowledge.zip"'
    assert int(answer["Content-Length"]) == len(packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as read:
        assert len([name for name in read.namelist() if name.endswith(".md")]) == 3
    back = client.post("/knowledge/folder", {"file": SimpleUploadedFile("k.zip", packed)})
    assert (back.context["done"].articles, back.context["done"].translations) == (0, 3)
