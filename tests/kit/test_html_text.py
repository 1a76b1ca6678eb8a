"""HTML as plain text and plain text as HTML."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.html import clean, from_text, to_text


def test_paragraphs_breaks_and_spaces() -> None:
    assert to_text("<p>One  \n two</p><p>three<br>four</p><div>five</div><div>six</div>") == (
        "One two\n\nthree\nfour\n\nfive\nsix"
    )


def test_lists_keep_their_marks_numbers_and_depth() -> None:
    assert to_text("<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>") == "- a\n\n- b\n\nc"
    markup = "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start=3><li>d</li><li>e</li></ol>"
    assert to_text(markup) == "- a\n  - b\n- c\n\n3. d\n4. e"


def test_links_show_where_they_lead_unless_the_words_say_it() -> None:
    assert to_text('<a href="https://a.example/x">here</a>') == "here (https://a.example/x)"
    assert to_text('<a href="https://a.example/">a.example</a>') == "a.example"
    assert to_text('<a href="mailto:a@a.example">a@a.example</a>') == "a@a.example"
    assert to_text('<a href="javascript:alert(1)">here</a>') == "here"


def test_table_rows_are_lines() -> None:
    assert to_text("<table><tr><th>Name</th><th>Sum</th></tr><tr><td>Անի</td><td>5</td></tr></table>") == (
        "Name | Sum\nԱնի | 5"
    )


def test_quotes_are_marked_by_depth() -> None:
    assert to_text("<p>yes</p><blockquote>no<blockquote>maybe</blockquote></blockquote>") == (
        "yes\n\n> no\n>\n> > maybe"
    )


def test_preformatted_text_keeps_its_lines() -> None:
    assert to_text("<pre>a\n  b</pre>") == "a\n  b"


def test_pictures_speak_by_their_alternative_text() -> None:
    assert to_text('<p>See <img src="x" alt="the  plan"></p>') == "See [the plan]"


def test_what_is_not_for_reading_is_left_out() -> None:
    assert to_text("<style>p{}</style><title>t</title><script>x</script><!-- c --><p>a&nbsp;&lt;b&gt;</p>") == "a <b>"


def test_cleaning_gives_the_same_text() -> None:
    markup = "<p>One</p><ul><li>two</li></ul>"
    assert clean(markup).text == to_text(markup)


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_survives_the_way_to_html_and_back(text: str) -> None:
    back = to_text(from_text(text, links=False))
    assert "".join(back.split()) == "".join(text.replace("\x00", "").replace("\ufeff", "").split()) or "\x00" in text


def test_text_becomes_paragraphs_with_links() -> None:
    assert from_text("a < b\nc\n\nd") == "<p>a &lt; b<br>c</p><p>d</p>"
    linked = from_text("See https://a.example/x?a=1&b=2. Or (https://b.example/y) or me@c.example.")
    assert '<a href="https://a.example/x?a=1&amp;b=2" ' in linked
    assert ">https://b.example/y</a>)" in linked
    assert 'href="mailto:me@c.example"' in linked


def test_text_never_becomes_markup() -> None:
    assert "<script>" not in from_text("<script>alert(1)</script> https://a.example/<script>")
