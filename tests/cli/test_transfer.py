"""`tamada import`, `tamada export`, `tamada webhook`: what they print, and how they end."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tamada.cli import main
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tamada.webhooks.models import Endpoint
from tests.transfer.archives import CHATWOOT, CONVERSATIONS, CUSTOMERS, ZENDESK_LINES

Run = Callable[..., int]


@pytest.fixture
def run(team: object, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, on the test's database."""
    del team
    monkeypatch.setattr("tamada.cli._have_database", lambda: None)
    create_inbox(agent=None, actor=SYSTEM, name="Support", channel="email", address="support@help.example")
    return lambda *arguments: main([str(argument) for argument in arguments])


def summary(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_another_desks_export(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tickets.json").write_text(ZENDESK_LINES[:-100])
    assert run("import", "zendesk", tmp_path / "tickets.json", "--inbox", "support@help.example") == 1
    assert "ends in the middle" in capsys.readouterr().err
    (tmp_path / "tickets.json").write_text(ZENDESK_LINES)
    assert run("import", "zendesk", tmp_path / "tickets.json", "--inbox", "support@help.example") == 0
    assert summary(capsys) == {
        "read": 2,
        "customers": 0,
        "conversations": 1,
        "messages": 1,
        "duplicates": 3,
        "blocked": 0,
        "erased": 0,
        "skipped": 0,
        "cut": False,
    }


def test_tables(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "messages.csv").write_text(CONVERSATIONS)
    assert run("import", "csv", tmp_path / "customers.csv", "--dry-run") == 0
    assert not Customer.objects.exists()
    assert run("import", "csv", tmp_path / "customers.csv") == 0
    assert "Row 4" in capsys.readouterr().err
    messages = ("import", "csv", tmp_path / "messages.csv", "--what", "conversations")
    assert run(*messages, "--inbox", "support@help.example") == 0
    assert (Customer.objects.count(), Conversation.objects.count()) == (2, 2)


def test_a_file_that_names_no_account_wants_a_name_for_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chats.json").write_text(CHATWOOT)
    command = ("import", "chatwoot", tmp_path / "chats.json", "--inbox", "support@help.example")
    assert run(*command) == 1
    assert "--system" in capsys.readouterr().err
    assert run(*command, "--system", "ours") == 0
    assert summary(capsys)["messages"] == 3
    assert run(*command, "--system", "Ours", "--dry-run") == 0
    assert summary(capsys)["messages"] == 0
    assert run(*command, "--system", "theirs", "--dry-run") == 0
    assert summary(capsys)["messages"] == 3


@pytest.mark.parametrize("kind", ["zendesk", "mbox"])
def test_an_inbox_is_needed(kind: str, run: Run, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run("import", kind, tmp_path / "x")
    assert ended.value.code == 2


def test_errors_are_one_line(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("hello")
    for arguments in (
        ("zendesk", tmp_path / "x", "--inbox", "support@help.example"),
        ("zendesk", tmp_path / "x", "--inbox", "nobody@help.example"),
        ("csv", tmp_path / "gone"),
        ("csv", tmp_path / "x", "--column", "nonsense"),
    ):
        assert run("import", *arguments) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_everything_is_exported_and_nothing_overwritten(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", tmp_path / "out.zip") == 0
    assert summary(capsys)["messages"] == 0
    assert run("export", tmp_path / "out.zip") == 1
    assert "nothing is overwritten" in capsys.readouterr().err


def test_a_webhook_of_the_operators_own_may_be_inside(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("webhook", "add", "http://127.0.0.1:9/hooks", "--type", "message.received") == 0
    made = summary(capsys)
    assert str(made["secret"]).startswith("whsec_")
    row = Endpoint.objects.get(pk=str(made["id"]))
    assert (row.is_trusted, row.types) == (True, ["message.received"])
    assert run("webhook", "add", "nonsense") == 1
    assert run("webhook", "add", "http://127.0.0.1:9/", "--type", "draft.changed") == 1
