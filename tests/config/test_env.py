"""What an installation may set, and what happens when it sets it wrong."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tamada.config import env


def load(folder: Path, **values: str) -> env.Config:
    return env.load(
        {"TAMADA_DATA_DIR": str(folder), **{f"TAMADA_{key.upper()}": value for key, value in values.items()}}
    )


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    config = load(tmp_path / "new" / "data")
    assert config.database_url == f"sqlite:///{tmp_path}/new/data/tamada.sqlite3"
    assert config.base_url == "http://127.0.0.1:8000"
    assert not config.https
    assert not config.debug
    assert stat.S_IMODE(config.data_dir.stat().st_mode) == 0o700
    assert env.database(config)["NAME"] == f"{tmp_path}/new/data/tamada.sqlite3"


def test_the_first_start_makes_a_secret_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    key = load(tmp_path).secret_key
    file = tmp_path / "secret.key"
    assert len(key) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(tmp_path).secret_key == key
    assert list(tmp_path.iterdir()) == [file]


def test_a_key_file_without_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short\n")
    with pytest.raises(ImproperlyConfigured, match=r"secret\.key"):
        load(tmp_path)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "tamada.toml").write_text(
        'base_url = "https://desk.example/"\nTAMADA_REDIS_URL = "redis://file"\n'
        'allowed_hosts = ["a.example", "b.example"]\n'
    )
    config = load(tmp_path, redis_url="redis://environment")
    assert config.base_url == "https://desk.example"
    assert config.https
    assert config.redis_url == "redis://environment"
    assert config.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize("text", ["databse_url = 'x'", "not toml"])
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "tamada.toml").write_text(text)
    with pytest.raises(ImproperlyConfigured, match=r"tamada\.toml"):
        load(tmp_path)


def test_the_base_url_names_a_host_we_answer_to(tmp_path: Path) -> None:
    assert "desk.example" in load(tmp_path, base_url="https://desk.example").allowed_hosts
    assert "127.0.0.1" in load(tmp_path).allowed_hosts
    assert load(tmp_path, allowed_hosts="only.example").allowed_hosts == ("only.example",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "desk.example"),
        ("base_url", "http://[::1"),
        ("base_url", "https:///path"),
        ("smtp_url", "mail.example:587"),
        ("smtp_url", "http://mail.example"),
        ("smtp_url", "smtp://mail.example:submission"),
        ("redis_url", "localhost:6379"),
        ("storage_url", "ftp://files.example"),
        ("database_url", "mysql://host/name"),
        ("database_url", "postgres://host:port/name"),
        ("trusted_proxies", "10.0.0.0/40"),
        ("trusted_proxies", "nginx"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"TAMADA_{name.upper()}"):
        load(tmp_path, **{name: value})


def test_a_password_in_a_wrong_address_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(tmp_path, smtp_url="smtp://desk:s3cret@mail.example:none")
    assert "s3cret" not in str(refused.value)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="can't be used: File exists"):
        load(tmp_path / "file")


def test_a_postgres_url_is_taken_apart(tmp_path: Path) -> None:
    url = "postgres://ta%40mada:p%2Fw@db.example:5433/desk?sslmode=require"
    database = env.database(load(tmp_path, database_url=url))
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"], database["NAME"]) == ("ta@mada", "p/w", "desk")
    assert (database["HOST"], database["PORT"]) == ("db.example", "5433")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["prepare_threshold"] == 3
    assert env.database(load(tmp_path, database_url="postgres:///desk?host=/run/pg"))["HOST"] == "/run/pg"


def test_sqlite_paths_are_relative_with_three_slashes_and_absolute_with_four(tmp_path: Path) -> None:
    relative = env.database(load(tmp_path, database_url="sqlite:///some.db"))["NAME"]
    assert relative == str(Path.cwd() / "some.db")
    assert env.database(load(tmp_path, database_url="sqlite:////srv/some.db"))["NAME"] == "/srv/some.db"


def test_behind_a_pool_nothing_outlives_a_transaction_and_redis_is_needed(tmp_path: Path) -> None:
    url = "postgres://u:p@db.example:6432/desk?pooled=1&sslmode=require"
    with pytest.raises(ImproperlyConfigured, match="TAMADA_REDIS_URL"):
        env.database(load(tmp_path, database_url=url))
    found = env.database(load(tmp_path, database_url=url, redis_url="redis://127.0.0.1/0"))
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert found["OPTIONS"] == {"application_name": "tamada", "sslmode": "require"}


def test_a_shared_folder_must_be_there_and_is_the_data_folder_otherwise(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    environ = {"TAMADA_DATA_DIR": str(own)}
    assert env.load(environ).shared_dir == own
    with pytest.raises(ImproperlyConfigured, match="TAMADA_SHARED_DIR"):
        env.load(environ | {"TAMADA_SHARED_DIR": str(shared)})
    shared.mkdir()
    assert env.load(environ | {"TAMADA_SHARED_DIR": str(shared)}).shared_dir == shared
