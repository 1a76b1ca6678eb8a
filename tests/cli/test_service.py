"""`tamada service check`: what is wrong with a template, a line each, without a database."""

import json
from pathlib import Path

import pytest

from tamada import cli, operations

READY = Path(operations.__file__).parent / "ready" / "repair.yaml"
WITHIN = next(line for line in READY.read_text(encoding="utf-8").splitlines() if line.startswith("within: "))


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "repair.yaml"
    file.write_bytes(READY.read_bytes())
    return file


def change(file: Path, old: str, new: str) -> int:
    """Replace what stands in it once; returns its line."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_service_that_is_one_is_summed_up(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["service", "check", str(template)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"service": "repair", "stages": 4, "steps": 9, "warnings": 0}
    assert said.err == ""


def test_each_problem_is_a_line_with_its_place(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        change(template, WITHIN, "within: a week"),
        change(template, "after: [order_part, back_up]", "after: [order_prat, back_up]"),
    ]
    assert cli.main(["service", "check", str(template)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        (
            f"{template}:{lines[0]}: within: “a week” is no time: "
            "write hours and minutes of work, such as 40h, 90m or 1h30m."
        ),
        f"{template}:{lines[1]}: work › repair › after: There is no step “order_prat”. Did you mean “order_part”?",
    ]


def test_warnings_are_said_and_counted_and_the_service_is_one(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = change(template, WITHIN, "within: 50h")
    assert cli.main(["service", "check", str(template)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["warnings"] == 1
    assert said.err.startswith(f"{template}:{line}: within: It is promised within 50h")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("hy", "Գուցե նկատի ունեիք «order_part»։"),
        ("ka", "„order_part“ ხომ არ გულისხმობდით?"),
        ("ru", "Может быть, «order_part»?"),
    ],
    ids=["hy", "ka", "ru"],
)
def test_it_speaks_the_language_of_the_user(
    template: Path, language: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    change(template, "after: [order_part, back_up]", "after: [order_prat, back_up]")
    assert cli.main(["service", "check", str(template)]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert "There is" not in said


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"service: \xff", "1: It is not a text in UTF-8."),
        (b"", "1: There is nothing in it."),
        (b"x" * 3_000_000, "1: It is longer than 500000 characters."),
        ("ա".encode() * 1_200_000, "1: It is longer than 500000 characters."),
    ],
    ids=["not text", "empty", "large", "large and cut in a letter"],
)
def test_what_is_no_template_is_one_line(
    content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    assert cli.main(["service", "check", str(file)]) == 1
    assert capsys.readouterr().err == f"{file}:{told}\n"


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        assert cli.main(["service", "check", str(path)]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"tamada: {path} can't be read: ")
        assert len(said.splitlines()) == 1


def test_it_needs_no_database_and_no_data_folder(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_have_database", lambda: pytest.fail("a database was looked for"))
    assert cli.main(["service", "check", str(template), "--data", str(tmp_path / "nowhere")]) == 0
    assert not (tmp_path / "nowhere").exists()
