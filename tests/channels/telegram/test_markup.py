"""Telegram's entities and our HTML, both ways, counted in UTF-16 units."""

import pytest

from tamada.channels.telegram.markup import LONGEST, from_html, split, to_html, units

pytestmark = pytest.mark.sqlite


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("plain", [], ""),
        ("see https://a.example", [entity("url", 4, 17)], ""),
        ("bold", [entity("bold", 0, 4)], "<b>bold</b>"),
        # The emoji has two units, so the word begins at 3.
        ("😀 ok", [entity("italic", 3, 2)], "😀 <i>ok</i>"),
        ("ab", [entity("bold", 0, 2), entity("italic", 1, 1)], "<b>a</b><b><i>b</i></b>"),
        # Crossing each other, which Telegram does not send: well formed all the same.
        ("abc", [entity("bold", 0, 2), entity("italic", 1, 2)], "<b>a</b><b><i>b</i></b><i>c</i>"),
        ("here", [entity("text_link", 0, 4, url='https://a.example/?q="x"')], '<a href="https://a.example/?q=&quot;x&quot;">here</a>'),
        ("<b>&", [entity("code", 0, 4)], "<code>&lt;b&gt;&amp;</code>"),
        ("x", [entity("bold", -5, 900)], "<b>x</b>"),
        ("a\nb", [entity("bold", 0, 3)], "<b>a<br>b</b>"),
    ],
)  # fmt: skip
def test_formatting_that_comes_in(text: str, entities: list[dict[str, object]], html: str) -> None:
    assert to_html(text, entities) == html


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<div>Hello<br>there</div>", "Hello\nthere", []),
        ("<div><strong>Hi</strong> <em>you</em></div>", "Hi you", [entity("bold", 0, 2), entity("italic", 3, 3)]),
        ("<div>😀 <del>no</del></div>", "😀 no", [entity("strikethrough", 3, 2)]),
        ('<a href="https://a.example/">here</a>', "here", [entity("text_link", 0, 4, url="https://a.example/")]),
        ('<a href="javascript:alert(1)">here</a>', "here", []),
        ("<div>List:</div><ul><li>one</li><li>two</li></ul>", "List:\n• one\n• two", []),
        ("<ol><li>one</li><li>two</li></ol><div>end</div>", "1. one\n2. two\nend", []),
        ("<p>one</p><p>two</p>", "one\n\ntwo", []),
        ("<pre>a  b\n c</pre>", "a  b\n c", [entity("pre", 0, 7)]),
        ("<blockquote>said</blockquote><div>yes</div>", "said\nyes", [entity("blockquote", 0, 4)]),
        ("<h1>Title</h1><div>1 &lt; 2 &amp; 3</div>", "Title\n\n1 < 2 & 3", [entity("bold", 0, 5)]),
        ('<div>a <img src="cid:x"></div>', "a", []),
    ],
)  # fmt: skip
def test_formatting_that_leaves(html: str, text: str, entities: list[dict[str, object]]) -> None:
    assert from_html(html) == (text, entities)


def test_a_long_text_is_cut_between_paragraphs_and_keeps_its_formatting() -> None:
    first, second = "a" * 3000, "b" * 3000
    pieces = split(f"{first}\n\n{second}", [entity("bold", 2990, 40)])
    assert [text for text, _ in pieces] == [first, second]
    assert pieces[0][1] == [entity("bold", 2990, 10)]
    assert pieces[1][1] == [entity("bold", 0, 28)]


def test_emoji_are_counted_as_telegram_counts_them_and_never_cut() -> None:
    pieces = split("😀" * 3000)
    assert [units(text) for text, _ in pieces] == [LONGEST, 6000 - LONGEST]
    assert "".join(text for text, _ in pieces) == "😀" * 3000


def test_an_empty_text_is_no_message() -> None:
    assert split(" \n ") == []
