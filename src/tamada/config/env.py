"""What an installation may set: the environment first, then `tamada.toml` in the data directory, then defaults."""

import ipaddress
import os
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

type_network = ipaddress.IPv4Network | ipaddress.IPv6Network

NAMES = (
    "TAMADA_DATABASE_URL",
    "TAMADA_REDIS_URL",
    "TAMADA_STORAGE_URL",
    "TAMADA_SHARED_DIR",
    "TAMADA_SECRET_KEY",
    "TAMADA_BASE_URL",
    "TAMADA_SMTP_URL",
    "TAMADA_SSO_ISSUER",
    "TAMADA_TELEGRAM_URL",
    "TAMADA_LLM_URL",
    "TAMADA_ALLOWED_HOSTS",
    "TAMADA_TRUSTED_PROXIES",
    "TAMADA_INNER_HOSTS",
    "TAMADA_DEBUG",
)

# How each address may begin, and how it is written.
ADDRESSES = {
    "TAMADA_BASE_URL": (("http", "https"), "http://HOST or https://HOST"),
    "TAMADA_DATABASE_URL": (
        ("sqlite", "postgres", "postgresql"),
        "sqlite:///PATH or postgres://USER:PASSWORD@HOST/NAME",
    ),
    "TAMADA_REDIS_URL": (("redis", "rediss", "unix"), "redis://HOST:PORT/NUMBER"),
    "TAMADA_STORAGE_URL": (("file", "s3"), "file:///PATH or s3://KEY:SECRET@HOST/BUCKET"),
    "TAMADA_SMTP_URL": (("smtp", "smtps"), "smtp://USER:PASSWORD@HOST:PORT or smtps://…"),
    "TAMADA_SSO_ISSUER": (("http", "https"), "http://HOST or https://HOST"),
    "TAMADA_TELEGRAM_URL": (("http", "https"), "http://HOST or https://HOST"),
    "TAMADA_LLM_URL": (("http", "https"), "http://HOST:PORT/v1 or https://HOST/v1"),
}
_NEED_A_HOST = frozenset({"http", "https", "redis", "rediss", "s3", "smtp", "smtps"})


@dataclass(frozen=True, slots=True)
class Config:
    """The installation's settings, parsed. Addresses in it come from its owner and stand outside the SSRF guard."""

    data_dir: Path
    database_url: str
    redis_url: str | None
    storage_url: str | None
    given_shared_dir: Path | None
    secret_key: str
    base_url: str
    base_url_is_set: bool
    smtp_url: str | None
    sso_issuer: str | None
    telegram_url: str | None
    llm_url: str | None
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[type_network, ...]
    inner_hosts: frozenset[str]
    debug: bool

    @property
    def shared_dir(self) -> Path:
        """What every machine must see: the journal, mail as it came, who was erased. One file system."""
        return self.given_shared_dir or self.data_dir

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read everything. Raises ImproperlyConfigured naming the variable that is wrong.

    Makes the data directory (0700) and the secret key file (0600) when they are missing.
    """
    data_dir = Path(environ.get("TAMADA_DATA_DIR") or "var").expanduser().resolve()
    try:
        return _load(environ, data_dir)
    except OSError as error:
        text = f"The data folder {data_dir} can't be used: {error.strerror} ({error.filename})."
        raise ImproperlyConfigured(text) from error


def _load(environ: Mapping[str, str], data_dir: Path) -> Config:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = _merged(environ, data_dir / "tamada.toml")
    for name in ADDRESSES.keys() & values.keys():
        _check_address(name, values[name])
    base_url = values.get("TAMADA_BASE_URL", "").rstrip("/")
    return Config(
        data_dir=data_dir,
        database_url=values.get("TAMADA_DATABASE_URL") or f"sqlite:///{data_dir / 'tamada.sqlite3'}",
        redis_url=values.get("TAMADA_REDIS_URL") or None,
        storage_url=values.get("TAMADA_STORAGE_URL") or None,
        given_shared_dir=_shared_dir(values.get("TAMADA_SHARED_DIR", "")),
        secret_key=values.get("TAMADA_SECRET_KEY") or _secret_key(data_dir / "secret.key"),
        base_url=base_url or "http://127.0.0.1:8000",
        base_url_is_set=bool(base_url),
        smtp_url=values.get("TAMADA_SMTP_URL") or None,
        sso_issuer=values.get("TAMADA_SSO_ISSUER") or None,
        telegram_url=values.get("TAMADA_TELEGRAM_URL") or None,
        llm_url=values.get("TAMADA_LLM_URL") or None,
        allowed_hosts=_hosts(values.get("TAMADA_ALLOWED_HOSTS", ""), base_url),
        trusted_proxies=_networks(values.get("TAMADA_TRUSTED_PROXIES", "")),
        inner_hosts=frozenset(part.lower().rstrip(".") for part in _split(values.get("TAMADA_INNER_HOSTS", ""))),
        debug=values.get("TAMADA_DEBUG", "").lower() in ("1", "true", "yes"),
    )


def _merged(environ: Mapping[str, str], file: Path) -> dict[str, str]:
    """The known names from the file, overlaid with those of the environment. A file may say `base_url` too."""
    values: dict[str, str] = {}
    if file.exists():
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{file} is not valid TOML: {error}") from error
        for key, value in table.items():
            name = key.upper() if key.upper().startswith("TAMADA_") else f"TAMADA_{key.upper()}"
            if name not in NAMES:
                raise ImproperlyConfigured(f"{file} holds an unknown setting: {key}.")
            values[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    values.update({name: environ[name] for name in NAMES if environ.get(name)})
    return values


def _check_address(name: str, url: str) -> None:
    """Raise ImproperlyConfigured for what is no such address. It may hold a password, so it is not repeated."""
    schemes, form = ADDRESSES[name]
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and bool(parts.hostname or parts.scheme not in _NEED_A_HOST)
        good = good and (parts.scheme == "sqlite" or parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise ImproperlyConfigured(f"{name} must be {form}.")


def _shared_dir(given: str) -> Path | None:
    """It is not made: an unmounted one would take mail that nobody finds once it is mounted again."""
    if not given:
        return None
    folder = Path(given).expanduser().resolve()
    if not folder.is_dir():
        raise ImproperlyConfigured(f"TAMADA_SHARED_DIR must be a folder that is there: {folder}.")
    return folder


def _secret_key(file: Path) -> str:
    """The key in the file; the first start makes it. Two processes starting at once agree on one key."""
    from django.core.management.utils import get_random_secret_key

    if not file.exists():
        temporary = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(get_random_secret_key() + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(temporary, file)
        except FileExistsError:
            pass  # Another process made the key first: theirs holds.
        finally:
            temporary.unlink()
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ImproperlyConfigured(f"{file} holds no usable key: at least 32 characters are needed.")
    return key


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _hosts(text: str, base_url: str) -> tuple[str, ...]:
    """Names this server answers to. Unset: this machine by its usual names, and the base URL's host."""
    if named := _split(text):
        return tuple(named)
    hosts = ["localhost", ".localhost", "127.0.0.1", "[::1]", socket.gethostname().lower()]
    if base_url and (host := urlsplit(base_url).hostname):
        hosts.append(host)
    return tuple(hosts)


def _networks(text: str) -> tuple[type_network, ...]:
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in _split(text))
    except ValueError as error:
        raise ImproperlyConfigured(f"TAMADA_TRUSTED_PROXIES must list addresses or networks: {error}") from error


def database(config: Config) -> dict[str, Any]:
    """Django's description of the database behind the URL. Raises ImproperlyConfigured for a scheme we don't run on."""
    url = urlsplit(config.database_url)
    if url.scheme == "sqlite":
        return _sqlite(url.path)
    if url.scheme in ("postgres", "postgresql"):
        options: dict[str, Any] = {"application_name": "tamada", **dict(parse_qsl(url.query))}
        is_pooled = options.pop("pooled", "") == "1"
        if is_pooled and not config.redis_url:
            text = (
                "TAMADA_DATABASE_URL with pooled=1 needs TAMADA_REDIS_URL: PostgreSQL's NOTIFY passes through no pool."
            )
            raise ImproperlyConfigured(text)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": options.pop("host", None) or unquote(url.hostname or ""),
            "PORT": str(options.pop("port", None) or url.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            # Behind PgBouncer each transaction may have another connection: nothing may outlive one.
            "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
            # A third of what a chat message cost PostgreSQL was planning the same statements again.
            "OPTIONS": options | ({} if is_pooled else {"server_side_binding": True, "prepare_threshold": 3}),
        }
    raise ImproperlyConfigured(f"TAMADA_DATABASE_URL must be {ADDRESSES['TAMADA_DATABASE_URL'][1]}.")


def _sqlite(path: str) -> dict[str, Any]:
    """`sqlite:///name` is relative to the working directory, `sqlite:////path` absolute, as in SQLAlchemy."""
    name = Path(unquote(path.removeprefix("/"))).resolve() if not path.startswith("//") else Path(unquote(path[1:]))
    return {
        "ENGINE": "tamada.core.sqlite",
        "NAME": str(name),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000; "
                "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON"
            ),
        },
        "TEST": {"NAME": f"{name}.test"},
    }
