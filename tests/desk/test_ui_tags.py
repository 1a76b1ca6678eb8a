"""The tags that every screen is drawn with."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation

from tamada.desk import assets
from tamada.desk.addresses import numbered
from tamada.desk.templatetags import tamada_ui as ui


def drawn(source: str, **context: object) -> str:
    return Template("{% load tamada_ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Անի Հակոբյան", "ԱՀ"),
        ("ნინო ბერიძე", "ნბ"),
        ("иван петров", "ИП"),
        ("Lucy van der Brown", "LB"),
        ("Cher", "C"),
        ("«Арегак» ООО", "О"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials(name: str | None, expected: str) -> None:
    assert ui.initials(name) == expected


def test_a_colour_belongs_to_its_owner() -> None:
    assert ui.hue(SimpleNamespace(pk=5)) == ui.hue(SimpleNamespace(pk=5, name="renamed"))
    assert ui.hue(SimpleNamespace(pk=5, hue=30)) == 6
    assert all(0 <= ui.hue(str(number)) < ui.HUES for number in range(200))


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 B"), (None, "0 B"), (812, "812 B"), (1023, "1.0 KB"), (4_404_019, "4.2 MB"), (25 << 20, "25 MB")],
)
def test_sizes_are_short(size: int | None, expected: str) -> None:
    assert ui.filesize_short(size) == expected


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 2, 10), (0, 0, 0), (5, 2, 20), (-1, 2, 0)])
def test_shares_are_twentieths(part: float, whole: float, expected: int) -> None:
    assert ui.steps(part, whole) == expected


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "mail" %}')
    assert 'aria-label="&lt;Mail&gt;"' in drawn('{% icon "mail" label %}', label="<Mail>")


def test_names_are_escaped() -> None:
    html = drawn("{% avatar person %}", person=SimpleNamespace(pk=1, name='<script>"x"'))
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("name", "letters", "shown"),
    [("<Ani> & Co", "C", "&lt;Ani&gt; &amp; Co"), ("Nare <b>", "N", "Nare &lt;b&gt;"), ("", "?", "")],
)
def test_an_avatar_shows_letters_of_the_name_as_written(name: str, letters: str, shown: str) -> None:
    html = drawn('{% avatar name "tiny" %}', name=name)
    assert f'title="{shown}"><span aria-hidden="true">{letters}</span><span class="hush">{shown}</span>' in html
    assert ("nobody" in html) == (not name)


def test_a_fixed_part_follows_the_language_and_sees_nothing_of_the_page() -> None:
    template = Template("{% load i18n tamada_ui %}{% fixed %}{% translate 'Reply' %}{{ name }}{% endfixed %}")
    for _again in range(2):
        for language, word in (("en", "Reply"), ("ru", "Ответ"), ("hy", "Պատասխան")):
            with translation.override(language):
                assert template.render(Context({"name": language})) == word


def test_addresses_are_those_of_the_resolver() -> None:
    for name in ("conversation", "details", "raw"):
        assert numbered(name, 1234567) == reverse(f"desk:{name}", args=[1234567])


def test_waiting_carries_what_the_page_needs_to_tick() -> None:
    html = drawn("{% waiting since %}", since=timezone.now() - timedelta(hours=3))
    assert 'data-heat="hot"' in html
    assert ">3 h<" in html
    assert drawn("{% waiting since %}", since=None) == ""


def test_an_asset_that_was_not_built_is_named() -> None:
    with pytest.raises(assets.AssetMissingError, match=r"nothing\.js"):
        assets.url("nothing.js")


def test_every_icon_that_a_template_asks_for_is_drawn() -> None:
    from pathlib import Path
    from re import findall

    import tamada

    sprite = set(findall(r'id="i-([\w-]+)"', assets.path("icons.svg").read_text()))
    package = Path(tamada.__file__).parent
    sources = [file.read_text() for file in package.rglob("*.html")]
    asked = {name for text in sources for name in findall(r'{% (?:icon|empty) "([\w-]+)"', text)}
    assert asked - sprite == set()
