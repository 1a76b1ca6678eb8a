"""`tamada user` and `tamada token`, as a person or a script runs them."""

import io
import json

import pytest

from tamada import cli
from tamada.accounts.models import Agent, Role, Team, TotpKey
from tamada.accounts.queries import has_admin, token_for
from tests.cast import PASSWORD, owner_of


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    text = io.StringIO()
    monkeypatch.setattr("sys.stdin", text)
    return text


def test_an_admin_is_added_with_a_password_and_completes_the_set_up(
    db: None, given: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    given.write(PASSWORD + "\n")
    given.seek(0)
    arguments = ["user", "add", "Ani@desk.example", "--name", "Ani", "--role", "admin", "--password-stdin"]
    assert cli.main(arguments) == 0
    agent = Agent.objects.get()
    assert json.loads(capsys.readouterr().out) == {"id": str(agent.pk), "email": "ani@desk.example", "role": "admin"}
    assert agent.check_password(PASSWORD)
    assert has_admin()


def test_without_a_password_a_link_to_set_one_is_told(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["user", "add", "ani@desk.example", "--name", "Ani"]) == 0
    assert "/reset/" in capsys.readouterr().err
    assert not Agent.objects.get().has_usable_password()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["user", "add", "tamar@desk.example", "--name", "Tamar"], 1, "belongs to somebody"),
        (["user", "add", "nonsense", "--name", "Tamar"], 1, "Enter an e-mail address"),
        (["user", "add", "ani@desk.example", "--name", "Ani", "--team", "Ghosts"], 1, "There is no team Ghosts"),
        (["user", "add", "ani@desk.example", "--name", "Ani", "--role", "boss"], 2, "invalid choice"),
        (["user", "add", "ani@desk.example"], 2, "--name"),
        (["user", "set-password", "nobody@desk.example", "--password-stdin"], 1, "Nobody here"),
        (["token", "add", "nobody@desk.example"], 1, "Nobody here"),
        (["token", "add", "oksana@desk.example", "--scope", "write"], 1, "within your own rights"),
        (["token", "add", "tamar@desk.example", "--scope", "admin"], 2, "invalid choice"),
        (["token", "add", "gaspar@desk.example"], 1, "doesn't work here any more"),
    ],
)
@pytest.mark.usefixtures("teammate", "observer", "gone")
def test_what_is_wrong_is_one_line(
    arguments: list[str], status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = cli.main(arguments)
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert (code, told.out) == (status, "")
    assert words in told.err
    assert told.err.count("\n") == 1


def test_a_weak_password_is_refused_and_nobody_is_added(
    db: None, given: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    given.write("password1234\n")
    given.seek(0)
    assert cli.main(["user", "add", "ani@desk.example", "--name", "Ani", "--password-stdin"]) == 1
    assert "guessed first" in capsys.readouterr().err
    assert not Agent.objects.exists()


def test_people_are_listed_one_a_line(
    owner: Agent, gone: Agent, team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["user", "list"]) == 0
    people = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(p["name"], p["role"], p["active"], p["teams"]) for p in people] == [
        ("Gaspar", Role.AGENT, False, [team.name]),
        ("Olga", Role.ADMIN, True, [team.name]),
    ]


def test_a_password_set_here_ends_the_old_one(teammate: Agent, given: io.StringIO) -> None:
    given.write("another horse battery\n")
    given.seek(0)
    assert cli.main(["user", "set-password", teammate.email, "--password-stdin"]) == 0
    teammate.refresh_from_db()
    assert teammate.check_password("another horse battery")
    assert not teammate.check_password(PASSWORD)


def test_a_token_is_alone_on_the_last_line(teammate: Agent, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["token", "add", teammate.email, "--name", "CRM", "--scope", "read"]) == 0
    raw = capsys.readouterr().out.strip().splitlines()[-1]
    assert owner_of(raw) == teammate
    token = token_for(raw)
    assert token is not None
    assert (token.name, token.scopes) == ("CRM", ["read"])


def test_who_lost_everything_is_let_in_by_password_again(teammate: Agent, capsys: pytest.CaptureFixture[str]) -> None:
    TotpKey.objects.create(agent=teammate, secret="x")
    assert cli.main(["user", "reset-second-step", "TAMAR@desk.example"]) == 0
    assert json.loads(capsys.readouterr().out)["email"] == teammate.email
    assert not TotpKey.objects.exists()
    assert cli.main(["user", "reset-second-step", "nobody@desk.example"]) == 1
