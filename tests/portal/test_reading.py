"""Home, categories and articles, as a reader without JavaScript, a cache and a search engine see them."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tamada.accounts.models import Agent
from tamada.kit.sniff import sniff
from tamada.knowledge import actions
from tamada.knowledge.actions import Face
from tamada.knowledge.models import Category, HelpCentre, OldSlug
from tamada.knowledge.points import address_of
from tamada.portal.help.views import machine
from tests.knowledge.conftest import Write, by
from tests.portal.conftest import Reader

pytestmark = pytest.mark.django_db

MOST_QUERIES = 9
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture
def shelf(centre: HelpCentre, lead: Agent) -> Category:
    return actions.save_category(
        **by(lead), centre=centre, names={"en": "Orders", "hy": "Պատվերներ"}, descriptions={"en": "All about them"}
    )


def facts(page: Any) -> list[dict[str, Any]]:
    """The JSON-LD of a page."""
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.DOTALL)
    found: list[dict[str, Any]] = json.loads(block)["@graph"]
    return found


def test_a_reader_goes_from_the_beginning_to_an_article(reader: Reader, shelf: Category, write: Write) -> None:
    row = write("Where is my order?", "<p>On its way.</p>", category=shelf)

    begin = reader.get("/help/")
    assert begin.status_code == 302
    assert begin["Location"] == "/help/en/"
    home = reader.get("/help/en/")
    assert "Orders" in home.content.decode()
    assert "1 answer" in home.content.decode()
    category = reader.get("/help/en/categories/orders")
    assert f'href="/help/en/articles/{row.slug}"' in category.content.decode()
    page = reader.get(f"/help/en/articles/{row.slug}")
    assert "<p>On its way.</p>" in page.content.decode()
    assert page["Content-Language"] == "en"


def test_the_language_is_the_browsers_then_the_one_that_was_chosen(reader: Reader, write: Write) -> None:
    row = write("One")
    write("Մեկ", language="hy", article=row.article)
    assert reader.get("/help/", **{"Accept-Language": "hy-AM,en;q=0.5"})["Location"] == "/help/hy/"
    assert reader.get("/help/", **{"Accept-Language": "fr"})["Location"] == "/help/en/"
    assert reader.get("/help/", **{"Accept-Language": "ka"})["Location"] == "/help/en/"  # nothing is written in it

    chosen = reader.get("/help/language/hy?next=/help/hy/articles/x")
    assert chosen["Location"] == "/help/hy/articles/x"
    assert chosen.cookies["tamada_language"]["samesite"] == "Lax"
    assert reader.get("/help/", **{"Accept-Language": "en"})["Location"] == "/help/hy/"


@pytest.mark.parametrize(
    "next_", ["//evil.example/", "https://evil.example", "/help/hy/../../login", "/login", "/help/hy/\\e"]
)
def test_a_choice_of_language_leads_nowhere_else(reader: Reader, next_: str) -> None:
    location = (
        reader.get(
            "/help/language/hy",
        )
        and reader.client.get("/help/language/hy", {"next": next_})["Location"]
    )
    assert location.startswith("/help/hy/")
    assert "//" not in location
    assert "\\" not in location


def test_only_languages_that_are_published_are_told_to_search_engines(reader: Reader, write: Write) -> None:
    row = write("One")
    write("Մեկ", language="hy", article=row.article)
    write("Один", language="ru", article=row.article, published=False)
    page = reader.get("/help/en/articles/one").content.decode()
    told = re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page)
    assert told == [
        ("en", "http://testserver/help/en/articles/one"),
        ("hy", "http://testserver/help/hy/articles/mek"),
        ("x-default", "http://testserver/help/en/articles/one"),
    ]
    assert '<link rel="canonical" href="http://testserver/help/en/articles/one">' in page
    assert '<link rel="canonical" href="http://testserver/help/en/articles/one">' in (
        reader.get("/help/en/articles/one?q=something").content.decode()
    )


def test_an_old_name_leads_to_the_new_one_for_good(reader: Reader, write: Write) -> None:
    row = write("One")
    write("Two", article=row.article)
    assert OldSlug.objects.filter(slug="one").exists()
    gone = reader.get("/help/en/articles/one?q=words")
    assert gone.status_code == 301
    assert gone["Location"] == "/help/en/articles/two?q=words"


def test_what_is_not_there_helps_to_find_what_was_meant(reader: Reader, write: Write) -> None:
    write("Return a parcel")
    page = reader.get("/help/en/articles/return-parcels-2019")
    assert page.status_code == 404
    assert page["X-Robots-Tag"] == "noindex"
    assert "Return a parcel" in page.content.decode()


def test_machines_are_told_what_a_page_is(reader: Reader, shelf: Category, write: Write) -> None:
    row = write("Where is my order?", "<p>On </script><script>alert(1)</script> its way.</p>", category=shelf)
    page = reader.get(f"/help/en/articles/{row.slug}")
    kinds = {fact["@type"]: fact for fact in facts(page)}
    assert kinds["Article"]["headline"] == "Where is my order?"
    assert kinds["FAQPage"]["mainEntity"][0]["acceptedAnswer"]["text"]
    assert [step["name"] for step in kinds["BreadcrumbList"]["itemListElement"]] == ["Help", "Orders", row.title]
    assert {fact["@type"] for fact in facts(reader.get("/help/en/"))} == {"WebSite", "Organization"}
    plain = write("How it is sent")
    assert "FAQPage" not in {fact["@type"] for fact in facts(reader.get(f"/help/en/articles/{plain.slug}"))}


def test_nothing_in_a_title_ends_the_block_of_facts(reader: Reader, write: Write) -> None:
    row = write("</script><script>alert(1)</script>&amp;")
    page = reader.get(f"/help/en/articles/{row.slug}").content.decode()
    assert "<script>alert(1)" not in page
    assert facts(reader.get(f"/help/en/articles/{row.slug}"))[0]["headline"] == row.title


def test_a_page_is_kept_until_it_is_another(reader: Reader, write: Write) -> None:
    row = write("One")
    first = reader.get("/help/en/articles/one")
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Last-Modified"]
    assert "Set-Cookie" not in first
    assert not first.cookies
    assert "Vary" not in first or "Cookie" not in first["Vary"]
    again = reader.get("/help/en/articles/one", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    write("One", "<p>Other words.</p>", article=row.article)
    assert reader.get("/help/en/articles/one", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_a_page_asks_the_database_a_handful_of_times(reader: Reader, shelf: Category, write: Write) -> None:
    rows = [write(f"Article {n}", f'<p>See <a href="article:{n}">that</a>.</p>', category=shelf) for n in range(1, 12)]
    reader.get("/help/en/")
    for path in (
        "/help/en/",
        "/help/en/categories/orders",
        f"/help/en/articles/{rows[0].slug}",
        "/help/en/search?q=article",
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert reader.get(path).status_code == 200
        assert len(asked) <= MOST_QUERIES + 8 * ("search" in path), (path, [q["sql"][:120] for q in asked])


def test_scripts_and_styles_of_others_are_shut_out(reader: Reader, write: Write) -> None:
    write("One")
    page = reader.get("/help/en/articles/one")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert re.search(r"style-src 'self' 'sha256-[\w+/=]+'", policy)
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"


# --- what nobody may see ----------------------------------------------------------------------------------------------


def test_what_is_not_public_is_nowhere(reader: Reader, shelf: Category, write: Write, lead: Agent) -> None:
    write("Open one", category=shelf)
    hidden = {
        "internal": write("Zebra internal", audience="internal", category=shelf),
        "snippet": write("Zebra snippet", kind="snippet"),
        "draft": write("Zebra draft", category=shelf, published=False),
        "gone": write("Zebra gone", category=shelf),
        "unpublished": write("Zebra unpublished", category=shelf),
    }
    actions.delete_article(**by(lead), article=hidden["gone"].article)
    actions.unpublish(**by(lead), translation=hidden["unpublished"])
    for name, row in hidden.items():
        page = reader.get(f"/help/en/articles/{row.slug}")
        assert page.status_code == 404, name
    for path in ("/help/en/", "/help/en/categories/orders", "/help/en/search?q=zebra", "/help/en/suggest?q=zebra",
                 "/help/sitemap.xml", "/help/en/articles/zebra", "/help/en/articles/open-one"):  # fmt: skip
        assert "zebra " not in reader.get(path).content.decode().lower().replace("“zebra”", ""), path
        assert "zebra-" not in reader.get(path).content.decode().lower(), path


def test_a_draft_of_what_is_published_stays_a_draft(reader: Reader, write: Write) -> None:
    row = write("Open one", "<p>Said.</p>")
    write("Secret title", "<p>Unsaid.</p>", article=row.article, published=False)
    page = reader.get("/help/en/articles/open-one").content.decode()
    assert "Said." in page
    assert "Unsaid" not in page
    assert "Secret" not in page
    assert "Secret" not in reader.get("/help/en/search?q=secret%20title").content.decode()


def test_a_link_to_what_is_hidden_tells_nothing_of_it(reader: Reader, write: Write) -> None:
    hidden = write("Zebra", audience="internal")
    write("Open one", f'<p>See <a href="article:{hidden.article_id}">this</a>.</p>')
    page = reader.get("/help/en/articles/open-one").content.decode()
    assert "<a>this</a>" in page
    assert "zebra" not in page.lower()


def test_of_very_many_pages_there_is_a_list_of_lists(
    reader: Reader, shelf: Category, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write("One", category=shelf)
    write("Մեկ", language="hy", article=first.article)
    write("Two", category=shelf)
    whole = reader.get("/help/sitemap.xml").content.decode()
    monkeypatch.setattr(machine, "_MOST", 3)
    index = reader.get("/help/sitemap.xml").content.decode()
    assert "<sitemapindex" in index
    lists = re.findall(r"<loc>http://testserver(.*?)</loc>", index)
    assert lists == ["/help/sitemap-1.xml", "/help/sitemap-2.xml", "/help/sitemap-3.xml"]
    pages = [re.findall(r"<url><loc>.*?</url>", reader.get(path).content.decode()) for path in lists]
    assert [len(some) for some in pages] == [3, 3, 1]
    assert [one for some in pages for one in some] == re.findall(r"<url><loc>.*?</url>", whole)
    for number in ("0", "4", "x"):
        assert reader.get(f"/help/sitemap-{number}.xml").status_code == 404


def test_a_closed_centre_is_no_centre(reader: Reader, centre: HelpCentre, write: Write) -> None:
    row = write("One")
    assert address_of(row) == "http://testserver/help/en/articles/one"
    HelpCentre.objects.update(is_published=False)
    row.article.refresh_from_db()
    assert address_of(row) == ""
    for path in ("/help/", "/help/en/", "/help/en/articles/one", "/help/en/search?q=one", "/help/sitemap.xml"):
        answer = reader.get(path)
        assert answer.status_code in (302, 404), path
        assert "One" not in answer.content.decode(), path
        assert answer.get("Location", "/login").startswith("/login"), path
    assert "Sitemap" not in reader.get("/robots.txt").content.decode()


def test_one_centre_does_not_show_what_stands_in_another(
    reader: Reader, centre: HelpCentre, write: Write, owner: Agent
) -> None:
    face = Face(slug="brand", names={"en": "Brand"}, languages=["en"], is_published=True)
    brand = actions.create_centre(**by(owner), face=face)
    shelf = actions.save_category(**by(owner), centre=brand, names={"en": "Its own"}, descriptions={})
    write("Zebra of the brand", category=shelf)
    write("Lion of ours")
    assert reader.get("/help/brand/en/articles/zebra-of-the-brand").status_code == 200
    assert reader.get("/help/en/articles/zebra-of-the-brand").status_code == 404
    assert reader.get("/help/brand/en/articles/lion-of-ours").status_code == 404
    assert "Lion" not in reader.get("/help/brand/en/search?q=lion").content.decode()
    assert "Zebra" not in reader.get("/help/en/search?q=zebra").content.decode()
    assert "zebra" not in reader.get("/help/sitemap.xml").content.decode()
    assert "http://testserver/help/brand/en/articles/zebra-of-the-brand" in (
        reader.get("/help/brand/sitemap.xml").content.decode()
    )
    assert reader.get("/help/brand/hy/").status_code == 404


def test_a_centre_has_its_own_host(reader: Reader, centre: HelpCentre, write: Write) -> None:
    HelpCentre.objects.filter(pk=centre.pk).update(host="help.brand.example")
    write("One")
    page = reader.client.get("/en/articles/one", headers={"Host": "help.brand.example"})
    assert page.status_code == 200
    assert '<link rel="canonical" href="http://help.brand.example/en/articles/one">' in page.content.decode()
    assert 'href="/en/"' in page.content.decode()
    robots = reader.client.get("/robots.txt", headers={"Host": "help.brand.example"}).content.decode()
    assert "Sitemap: http://help.brand.example/sitemap.xml" in robots
    # Nothing of the desk is there, and the same pages are at /help with the host's addresses for search engines.
    assert reader.client.get("/login", headers={"Host": "help.brand.example"}).status_code == 404
    assert "http://help.brand.example/en/articles/one" in reader.get("/help/en/articles/one").content.decode()
    assert reader.client.get("/help/en/", headers={"Host": "stranger.example"}).status_code == 400


# --- files ------------------------------------------------------------------------------------------------------------


def test_pictures_and_files_come_with_safe_headers(reader: Reader, write: Write, lead: Agent) -> None:
    row = write("One")
    page = actions.add_file(**by(lead), article=row.article, name="a.html", content=b"<script>alert(1)</script>")
    shown = actions.add_file(**by(lead), article=row.article, name="p.png", content=PNG, is_inline=True)
    assert sniff(PNG) == "image/png"

    assert reader.get(f"/help/files/{shown.pk}").status_code == 404  # no words show it yet
    write("One", f'<p>See</p><img src="article-file:{shown.pk}">', article=row.article, published=False)
    assert reader.get(f"/help/files/{shown.pk}").status_code == 404  # only a draft does
    actions.publish(**by(lead), translation=row.article.translations.get())
    picture = reader.get(f"/help/files/{shown.pk}")
    assert picture.getvalue() == PNG
    assert picture["Content-Type"] == "image/png"
    assert picture["Content-Disposition"].startswith("inline")
    assert f'src="/help/files/{shown.pk}"' in reader.get("/help/en/articles/one").content.decode()

    answer = reader.get(f"/help/files/{page.pk}/a.html")
    assert answer.getvalue()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    actions.unpublish(**by(lead), translation=row.article.translations.get())
    assert reader.get(f"/help/files/{page.pk}/a.html").status_code == 404
    assert reader.get(f"/help/files/{shown.pk}").status_code == 404


# --- hostile input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [
    "/help/en/articles/%00", "/help/en/articles/" + "a" * 3000, "/help/en/articles/..%2f..%2fetc", "/help/xx/",
    "/help//", "/help/en/categories/%F0%9F%98%80", "/help/files/99999999999999999999", "/help/files/-1", "/help/logo/x",
    "/help/en/opinions/x", "/help/en/request/x", "/help/en/%ff",
])  # fmt: skip
def test_odd_addresses_lead_nowhere(reader: Reader, path: str) -> None:
    assert reader.get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "words", ["", " ", "\0", "'\"<script>", "NEAR(", "a" * 5000, "*", "=public", "=article", "\ud800", "%"]
)
def test_odd_searches_find_nothing_and_break_nothing(reader: Reader, write: Write, words: str) -> None:
    write("Secret", audience="internal")
    answer = reader.client.get("/help/en/search", {"q": words.encode("utf-8", "replace").decode()})
    assert answer.status_code == 200
    assert "<script>'" not in answer.content.decode()
    assert "Secret" not in answer.content.decode()


def test_a_reader_is_told_for_which_word_results_are_shown(reader: Reader, write: Write) -> None:
    write("Internet at home", "<p>The internet.</p>")
    write("Дома", "<p>Zeppelin.</p>", language="ru")
    page = reader.get("/help/en/search?q=internt").content.decode()
    assert "<h1>Results for “internet”</h1>" in page
    assert "Nothing here is spelt “internt”" in page
    assert "<mark>Internet</mark> at home" in page
    assert 'data-found="internt"' in page
    assert "Results for “internet”" in reader.get("/help/en/suggest?q=internt").content.decode()
    for path in ("/help/en/search?q=internet", "/help/en/suggest?q=internet", "/help/en/search?q=zzzzzz"):
        assert "instead" not in reader.get(path).content.decode(), path
    assert "<small>Русский</small>" in reader.get("/help/en/search?q=zeppelin").content.decode()


def test_only_what_is_asked_for_by_its_method_is_done(reader: Reader, write: Write) -> None:
    write("One")
    assert reader.post("/help/en/articles/one", {}).status_code == 405
    assert reader.client.head("/help/en/articles/one").status_code == 200
    assert reader.get("/help/en/articles/one/opinion").status_code == 405
