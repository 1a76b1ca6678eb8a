"""The command itself: help in the user's language, one line for errors, the right exit status."""

import argparse
import json
import re
import sys
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

from tamada import cli


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A command `try` whose `run` the test replaces."""
    module = ModuleType("tamada.cli.trial")
    module.add_arguments = lambda parser: parser.add_argument("--count", type=int)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(cli.COMMANDS, "try", ("trial", "Try something."))
    monkeypatch.setattr(cli, "_exists", lambda name: True)
    monkeypatch.setattr(cli, "SEES_TO_THE_DATABASE", frozenset({"try"}))
    return module


def test_without_a_command_it_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    assert "Start Tamada: web, workers and mail listeners." in capsys.readouterr().out


@pytest.mark.parametrize("language", ["hy", "ka", "ru"])
def test_help_and_wrong_usage_are_in_the_users_language(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    assert cli.main([]) == 0
    told = capsys.readouterr().out
    for arguments in (["import", "tar", "x"], ["up", "--port", "many"], ["up", "--port"], ["inbox", "add", "Name"]):
        with pytest.raises(SystemExit):
            cli.main(arguments)
    told += capsys.readouterr().err
    english = re.findall(r"version number|show|choose|invalid|argument|expected|required|options|commands", told)
    assert not english, told


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--nonsense"], ["up", "--port", "many"], ["up", "--onl"]])
def test_wrong_usage_is_one_line_and_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("error", [cli.CommandError("It is broken."), ImproperlyConfigured("It is broken.")])
def test_an_error_is_one_line_and_status_1(
    command: ModuleType, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(options: argparse.Namespace) -> int:
        raise error

    command.run = run  # type: ignore[attr-defined]
    assert cli.main(["try"]) == 1
    assert capsys.readouterr().err == "tamada: It is broken.\n"


def test_a_command_gets_its_options_and_gives_the_status(command: ModuleType) -> None:
    command.run = lambda options: options.count  # type: ignore[attr-defined]
    assert cli.main(["try", "--count", "3"]) == 3
    command.run = lambda options: None  # type: ignore[attr-defined]
    assert cli.main(["try"]) == 0


def test_an_interrupted_command_says_nothing(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    def run(options: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    command.run = run  # type: ignore[attr-defined]
    assert cli.main(["try"]) == 130
    assert capsys.readouterr().err == ""


def test_the_summary_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    cli.summary(read=5, name="Ղարաբաղ")
    assert json.loads(capsys.readouterr().out) == {"read": 5, "name": "Ղարաբաղ"}


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(cli.progress([1, 2], what="Reading")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_the_data_folder_is_known_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    given = (
        (["up", "--data", "/a"], "/a", ["up"]),
        (["user", "list", "--data=/b"], "/b", ["user", "list"]),
        (["up"], None, ["up"]),
        (["up", "--data"], None, ["up", "--data"]),
    )
    for arguments, folder, rest in given:
        monkeypatch.delenv("TAMADA_DATA_DIR", raising=False)
        assert cli._take_data_dir(arguments) == rest
        assert os.environ.get("TAMADA_DATA_DIR") == folder
