"""The HTML of articles, and names in addresses."""

import pytest

from tamada.kit.html.article import clean_article, files_in, links_in, shown_article
from tamada.kit.text import slug


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<h1>A</h1><div>one<br>two<br><br>three</div>", "<h2>A</h2><p>one<br>two</p><p>three</p>"),
        ("<div>a<ul><li>b<br></li></ul></div>", "<p>a</p><ul><li>b</li></ul>"),
        ('<p style="color:red" onclick="x()" class="y">a<script>x()</script></p>', "<p>a</p>"),
        ('<img src="https://evil.example/x.png"><img src="data:image/png;base64,AA">', ""),
        ('<img src="article-file:7" onerror="x()" alt="A">', '<img src="article-file:7" alt="A">'),
        ('<img src="article-file:7/../x">', ""),
        ('<a href="javascript:x()">a</a><a href="/x">b</a>', "<a>a</a><a>b</a>"),
        ('<a href="article:3">a</a><a href="#b">b</a>', '<a href="article:3">a</a><a href="#b">b</a>'),
        ("<b>a</b><i>b</i><del>c</del>", "<strong>a</strong><em>b</em><s>c</s>"),
        ("<svg><path d=x></path></svg><iframe src=x></iframe>", ""),
    ],
)
def test_what_is_kept(given: str, kept: str) -> None:
    assert clean_article(given) == kept
    assert clean_article(kept) == kept


def test_whoever_shows_it_says_where_things_are() -> None:
    kept = '<img src="article-file:7"><a href="article:3">a</a><a href="article:4">b</a><a href="https://t.am/">c</a>'
    shown = shown_article(kept, file=lambda pk: f"/f/{pk}", article=lambda pk: "/a/3" if pk == 3 else "")
    assert '<img src="/f/7" loading="lazy">' in shown
    assert '<a href="/a/3">a</a><a>b</a><a href="https://t.am/" rel="noopener">c</a>' in shown
    assert files_in(kept) == {7}
    assert links_in(kept) == ["article:3", "article:4", "https://t.am/"]


def test_the_name_of_a_file_that_an_editor_wrote_below_a_picture_is_not_shown() -> None:
    def shown(caption: str) -> str:
        kept = f'<figure><img src="article-file:7"><figcaption>{caption}</figcaption></figure>'
        return shown_article(kept, file=lambda pk: f"/f/{pk}", article=lambda _pk: "")

    for written in ("Screenshot 2026-11-26.png 419 Bytes", "IMG_1.JPG 1.24 MB"):
        assert "figcaption" not in shown(written)
    for said in ("Box", "Upload photo.png here", "photo.png"):
        assert f"<figcaption>{said}</figcaption>" in shown(said)


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Ինչպե՞ս վերադարձնել ապրանքը", "inchpes-veradardznel-apranqy"),
        ("როგორ დავაბრუნო ნივთი?", "rogor-davabruno-nivti"),
        ("Как вернуть товар?", "kak-vernut-tovar"),
        ("Wi-Fi doesn't work: café", "wi-fi-doesnt-work-cafe"),
        ("???", "article"),
        ("a" * 200, "a" * 80),
    ],
)
def test_titles_in_addresses(title: str, made: str) -> None:
    assert slug(title) == made
