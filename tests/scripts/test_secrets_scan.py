"""The search for secrets: finds what is one, leaves what is none, and every exception is needed."""

import base64
import importlib.util
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "scripts" / "secrets_scan.py"


@pytest.fixture(scope="module")
def scanner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("secrets_scan", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_kept_in_the_repository_looks_like_a_secret(scanner: ModuleType) -> None:
    files = scanner.kept_files()
    assert len(files) > 500
    found = {(name, what) for name, _line, what in scanner.scan(files)}
    assert sorted(found - scanner.ALLOWED.keys()) == []
    assert sorted(scanner.ALLOWED.keys() - found) == []  # an exception that nothing needs hides the next one


# Put together here, so that this file holds none itself.
SECRETS = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow",
    "an AWS key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a GitHub token": "ghp_" + "a1" * 18,
    "a token of Tamada": "tmd_" + "aB3-" * 10 + "xyz",
    "a secret by its name": 'PASSWORD = "' + 'q8Zt2Lw9Xv4Rk7Ys1Pd6"',
    "a password in an address": "postgres://tamada:" + "q8Zt2Lw9Xv4Rk7@db.internal/tamada",
    "a Slack token": "xoxb-" + "123456789012-abcdef",
    "a signed token (JWT)": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0In0.c2lnbmF0dXJl",
}


@pytest.mark.parametrize("what", SECRETS)
def test_a_secret_is_found_on_its_line_and_not_repeated(
    what: str, scanner: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.txt"
    file.write_text(f"first\n{SECRETS[what]}\n")
    assert scanner.main([str(file)]) == 1
    told = capsys.readouterr().out
    assert f"{file}:2: looks like {what}" in told
    assert SECRETS[what].split("\n")[0] not in told


@pytest.mark.parametrize("form", ["urlsafe", "hex"])
def test_whatever_a_generator_makes_is_found(form: str, scanner: ModuleType) -> None:
    dice = Random(5)  # the same each time: one in a hundred thousand has too much order
    for _ in range(500):
        drawn = dice.randbytes(32 if form == "urlsafe" else 16)
        made = base64.urlsafe_b64encode(drawn).decode().rstrip("=") if form == "urlsafe" else drawn.hex()
        assert list(scanner.found_in(f'api_key = "{made}"')), made


@pytest.mark.parametrize(
    "text",
    [
        'password = "correct horse battery staple"',
        'password="{{ password }}"',
        'token_url = "https://login.example/common/oauth2/v2.0/token"',
        'secret_name = "tamada.accounts.invitation"',
        "postgres://user:password@host/name",
        'SECRET_KEY = os.environ["TAMADA_SECRET_KEY"]',
        "-----BEGIN PUBLIC KEY-----\nMIIB",
    ],
)
def test_what_only_speaks_of_secrets_is_none(text: str, scanner: ModuleType) -> None:
    assert list(scanner.found_in(text)) == []


def test_what_is_no_text_is_passed_over(scanner: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\xff" + b"AKIA" + b"IOSFODNN7EXAMPLE")
    assert scanner.main([str(file)]) == 0
