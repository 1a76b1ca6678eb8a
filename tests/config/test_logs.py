"""The log: one JSON object a line, with what every call means to say and nothing else."""

import ast
import json
import logging
import sys
from pathlib import Path

import pytest

import tamada
from tamada.config import logs
from tamada.config.logs import FIELDS, OUTAGES, JsonFormatter, Seldom
from tamada.core import cache, limits, machines


def extras() -> set[tuple[str, str]]:
    """(key, file) of every key that is given to a log call as `extra`."""
    root = Path(tamada.__file__).parent
    found = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
                found |= {(str(key.value), file.name) for key in node.value.keys if isinstance(key, ast.Constant)}
    return found


def test_whatever_a_line_is_given_stands_in_it() -> None:
    given = extras()
    assert len(given) > 10
    assert not [(key, file) for key, file in given if key not in FIELDS]


def test_the_process_that_died_is_named_and_nothing_private_is() -> None:
    record = logging.makeLogRecord(
        {"msg": "A process ended and is started again.", "part": "reader", "reason": "status -9", "text": "Dear Ani"}
    )
    line = json.loads(JsonFormatter().format(record))
    assert (line["part"], line["reason"]) == ("reader", "status -9")
    assert "text" not in line


def test_no_text_begins_a_line_of_its_own_or_moves_the_cursor() -> None:
    hostile = 'x"}\r\n{"level": "info"}\x1b[2J\x9b2J\x85\u2028\u202e\u2066\udc80'
    record = logging.makeLogRecord({"msg": hostile, "path": hostile, "reason": hostile})
    written = JsonFormatter().format(record)
    assert written.isprintable()
    written.encode()
    line = json.loads(written)
    assert line["message"] == line["path"] == hostile


def test_secrets_in_the_facts_of_a_line_are_blanked_too() -> None:
    record = logging.makeLogRecord({"msg": "No answer.", "url": "smtp://ani:hunter2@mail.example", "status": 5})
    written = JsonFormatter().format(record)
    assert "hunter2" not in written
    assert json.loads(written)["status"] == 5


def written(said: Seldom, *, name: str = "tamada.core.cache", msg: str = "Redis is away.", level: int = 30) -> int:
    """How often one line says it was meant; 0 when it isn't written."""
    record = logging.makeLogRecord({"name": name, "msg": msg, "levelno": level})
    return getattr(record, "count", 1) if said.filter(record) else 0


def test_a_server_that_is_away_is_told_of_once_a_minute_and_how_often_it_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = Seldom()
    assert [written(said), written(said), written(said), written(said, msg="Lost the others.")] == [1, 0, 0, 1]
    monkeypatch.setattr(logs, "SELDOM", 0.0)  # the minute is over
    assert [written(said), written(said)] == [3, 1]


def test_what_is_held_back_is_what_tells_of_servers() -> None:
    assert {one.log.name for one in (cache, limits, machines)} == OUTAGES


def test_errors_and_whatever_else_warns_are_always_written() -> None:
    said = Seldom()
    assert [written(said, level=logging.ERROR) for _again in range(2)] == [1, 1]
    assert [written(said, name="tamada.config.refused") for _again in range(2)] == [1, 1]


def test_a_traceback_says_where_and_what_kind_and_not_what_the_error_says() -> None:
    def fail(who: str) -> None:
        try:
            dict[str, str]()[who]
        except KeyError as error:
            raise ValueError(f"Failing row contains ({who})") from error

    try:
        fail("ani@mail.example")
    except ValueError:
        record = logging.makeLogRecord({"msg": "Broken.", "exc_info": sys.exc_info()})
    line = json.loads(JsonFormatter().format(record))
    assert "builtins.KeyError" in line["traceback"]
    assert line["traceback"].endswith("builtins.ValueError")
    assert Path(__file__).name in line["traceback"]
    assert "mail.example" not in line["traceback"].replace('fail("ani@mail.example")', "")
