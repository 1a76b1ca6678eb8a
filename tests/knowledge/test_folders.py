"""Articles out as a folder and in again: nothing lost, nothing doubled, nothing let in that is hostile."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.models import Agent
from tamada.core.actors import SYSTEM
from tamada.knowledge import actions
from tamada.knowledge.errors import Invalid
from tamada.knowledge.exporting import files
from tamada.knowledge.folders import beside, from_folder, from_zip, safe_path, to_folder, to_zip
from tamada.knowledge.importing import import_articles
from tamada.knowledge.markdown import front_matter, to_html, to_markdown
from tamada.knowledge.models import Article, Audience, Category, Kind, Phrasing, Translation
from tamada.knowledge.queries import main_centre

from .conftest import Write, by

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def imported(given: dict[str, str | bytes], agent: Agent | None = None) -> Any:
    packed = {path: text.encode() if isinstance(text, str) else text for path, text in given.items()}
    return import_articles(agent=agent, actor=SYSTEM, files=packed)


def everything() -> list[tuple[Any, ...]]:
    fields = ("language", "title", "text", "is_published", "article__audience", "article__kind")
    rows = Translation.objects.order_by("language", "title")
    return list(rows.values_list(*fields, "article__category__slug"))


@pytest.mark.django_db
def test_what_goes_out_comes_in_as_it_was(lead: Agent, write: Write, tmp_path: Path) -> None:
    category = actions.save_category(
        **by(lead), centre=main_centre(), names={"en": "Routers", "hy": "Երթուղիչներ"}, descriptions={"en": "Boxes"}
    )
    first = write("Lights", "<h2>Red</h2><p>No <strong>signal</strong>.</p><ul><li>Check</li></ul>", category=category)
    file = actions.add_file(**by(lead), article=first.article, name="box.png", content=PNG, is_inline=True)
    write("Լույսեր", f'<p><img src="article-file:{file.pk}" alt="Box"></p>', language="hy", article=first.article)
    write("Repair", f'<p>See <a href="article:{first.article_id}">lights</a>.</p>', category=category)
    write("For us", audience=Audience.INTERNAL)
    write("Greeting", kind=Kind.SNIPPET)
    write("Not yet", published=False)
    actions.add_phrasings(**by(lead), article=first.article, language="en", texts=["red light: what?"])
    before = everything()
    assert to_folder(files(), tmp_path) == len(list(tmp_path.rglob("*.*")))
    Article.everything.all().delete()
    Category.objects.all().delete()
    with to_zip(_read(tmp_path)) as packed:
        done = import_articles(agent=lead, actor=SYSTEM, files=from_zip(packed.read()))
    assert done.problems == []
    assert everything() == before
    assert Category.objects.get().names == {"en": "Routers", "hy": "Երթուղիչներ"}
    assert Phrasing.objects.get().text == "red light: what?"
    lights, repair = (Translation.objects.get(title=title) for title in ("Լույսեր", "Repair"))
    assert repair.html == f'<p>See <a href="article:{lights.article_id}">lights</a>.</p>'
    assert lights.html == f'<p><img src="article-file:{lights.article.files.get().pk}" alt="Box"></p>'
    again = import_articles(agent=lead, actor=SYSTEM, files=from_folder(tmp_path))
    assert (again.articles, again.files) == (0, 0)
    assert everything() == before


def _read(folder: Path) -> list[tuple[str, bytes]]:
    return list(from_folder(folder).items())


def titles() -> list[tuple[str, str, str]]:
    rows = Translation.objects.order_by("article", "language").select_related("article__category")
    return [(row.article.category.slug if row.article.category else "", row.language, row.text) for row in rows]


@pytest.mark.django_db
def test_an_article_is_known_by_the_path_of_its_files_whatever_it_is_called() -> None:
    folder: dict[str, str | bytes] = {
        "Our orders/delivery.en.md": "# How do we deliver?\n\nA.",
        "Our orders/delivery.hy.md": "# Ինչպե՞ս ենք առաքում\n\nԱ։",
    }
    imported(folder)
    Translation.objects.update(slug="another")
    again = imported(folder | {"Our orders/delivery.en.md": "# Delivery\n\nB."})
    assert (again.articles, again.translations, again.problems) == (0, 2, [])
    assert titles() == [("our-orders", "en", "B."), ("our-orders", "hy", "Ա։")]
    assert Category.objects.count() == 1


@pytest.mark.django_db
def test_files_of_one_name_in_other_folders_are_other_articles() -> None:
    folder: dict[str, str | bytes] = {
        "a/faq.en.md": "# FAQ\n\nAbout A.",
        "b/faq.en.md": "# FAQ\n\nAbout B.",
        "b/deeper/faq.en.md": "# FAQ\n\nAbout more.",
        "faq.en.md": "# FAQ\n\nAbout all.",
    }
    for _time in range(2):
        done = imported(folder)
        assert done.problems == []
        assert titles() == [("a", "en", "About A."), ("b", "en", "About more."), ("b", "en", "About B."),
                            ("", "en", "About all.")]  # fmt: skip


@pytest.mark.django_db
def test_what_was_written_here_is_known_by_its_name_in_its_category_alone(lead: Agent, write: Write) -> None:
    shelf = actions.save_category(**by(lead), centre=main_centre(), names={"en": "Orders"}, descriptions={})
    write("FAQ", "<p>Ours.</p>", category=shelf)
    imported({"other/faq.en.md": "# FAQ\n\nTheirs.", "faq.en.md": "# FAQ\n\nNobody's."})
    assert [text for _shelf, _code, text in titles()] == ["Ours.", "Nobody's.", "Theirs."]
    imported({"faq.en.md": "---\ncategory: orders\n---\n# FAQ\n\nChanged."})
    assert [text for _shelf, _code, text in titles()] == ["Changed.", "Nobody's.", "Theirs."]


@pytest.mark.django_db
def test_two_files_of_one_text_are_told_and_a_deleted_article_stays_deleted(lead: Agent) -> None:
    done = imported({"a/x.en.md": "# X\n\nFirst.", "a/x.en.html": "<h1>X</h1><p>Second.</p>"})
    assert [path for path, _why in done.problems] == ["a/x.en.md"]
    actions.delete_article(**by(lead), article=Article.objects.get())
    assert imported({"a/x.en.md": "# X\n\nThird."}).articles == 1
    assert Article.objects.get().translations.get().text == "Third."


@pytest.mark.django_db
def test_html_pages_come_in_with_title_language_and_pictures() -> None:
    page = (
        '<html lang="ru"><head><title>Роутер — сайт</title></head><body><h1>Роутер</h1>'
        '<p onclick="x()">Лампочка <img src="img/a.png"></p><script>x()</script></body></html>'
    )
    done = imported({"help/router.html": page, "help/img/a.png": PNG})
    row = Translation.objects.get()
    assert (row.language, row.title, row.text.strip(), done.files) == ("ru", "Роутер", "Лампочка", 1)
    assert "onclick" not in row.html
    assert str(row.article.category) == "Help"


@pytest.mark.django_db
def test_what_cannot_be_read_is_named_and_stops_nothing(teammate: Agent) -> None:
    done = imported({"a.md": "---\n: [\n---\nx", "b.en.md": "# Fine\n\nWords", "c.en.md": "---\ntitle: T\n---\n"})
    assert [path for path, _why in done.problems] == ["a.md", "c.en.md"]
    assert set(Translation.objects.filter(is_published=True).values_list("title", flat=True)) == {"Fine"}
    with pytest.raises(PermissionDenied):
        imported({"x/d.en.md": "# Category\n\nWords"}, teammate)


@pytest.mark.django_db
def test_who_may_not_publish_brings_in_drafts(teammate: Agent) -> None:
    imported({"d.en.md": "# Mine\n\nWords", "e.en.md": "---\npublished: false\n---\n# Yours\n\nWords"}, teammate)
    assert not Translation.objects.filter(is_published=True).exists()


@pytest.mark.parametrize(
    "name", ["../a.md", "/etc/passwd", "a/../../b", "C:\\a", ".git/config", "a\0b", "x/" + "y" * 600]
)
def test_paths_stay_in_their_folder(name: str) -> None:
    assert safe_path(name) == ""


def test_references_stay_in_their_folder() -> None:
    assert beside("a/b.md", "../c/d.md#x") == "c/d.md"
    assert beside("a/b.md", "../../etc/passwd") == ""


def test_links_to_elsewhere_are_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("secret")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "a.md").symlink_to(outside)
    assert from_folder(inside) == {}


def zipped(**entries: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("content", [b"", b"no zip", zipped(a=b"x")[:-10]], ids=["empty", "no zip", "cut"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        from_zip(content)


def test_an_archive_that_grows_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="more than"):
        from_zip(zipped(**{f"{n}.md": bytes(24 * 1024 * 1024) for n in range(10)}))


def test_markdown_goes_both_ways() -> None:
    html = "<h2>A</h2>\n<ul>\n<li><strong>b</strong></li>\n</ul>\n"
    assert to_html(to_markdown(html)) == html
    assert "| a | b |" in to_markdown("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>")


def test_front_matter_that_grows_without_end_says_nothing() -> None:
    doubling = "".join(f"k{n}: &k{n} [*k{n - 1},*k{n - 1}]\n" for n in range(1, 20))
    fields, body = front_matter(f"---\nk0: &k0 [x,x]\n{doubling}title: T\n---\nx")
    assert (fields["title"], body) == ("T", "x")
