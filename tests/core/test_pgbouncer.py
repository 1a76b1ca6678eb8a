"""Behind PgBouncer, where each transaction may have another connection to PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.helpers.polling import until
from tests.helpers.proof import full_only
from tests.helpers.servers import Server
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.servers, pytest.mark.proof, full_only]


def test_mail_events_and_backups_pass_through_a_pool(
    running: Callable[..., RunningTamada], pgbouncer: str, redis_server: Server, tmp_path: Path
) -> None:
    tamada = running(environment={"TAMADA_DATABASE_URL": pgbouncer, "TAMADA_REDIS_URL": redis_server.url})
    tamada.add_user("ani@desk.example")
    tamada.add_inbox("Support", "--email", "info@company.example")
    token = tamada.token("ani@desk.example")
    url, headers = f"{tamada.base_url}/api/v1/stream", {"Authorization": f"Bearer {token}"}
    with tamada.api(token) as api, httpx.stream("GET", url, headers=headers, timeout=30, trust_env=False) as stream:
        lines = stream.iter_lines()
        next(line for line in lines if line.startswith("id: "))
        for number in range(20):
            raw = f"From: ani{number}@mail.am\r\nTo: info@company.example\r\nSubject: {number}\r\n\r\nHello".encode()
            tamada.send_mail(raw, sender="ani@mail.am", recipients=["info@company.example"])
        until(lambda: len(api.get("conversations").json()["items"]) == 20, seconds=60, what="the mail")
        next(line for line in lines if line == "event: message.received")
        conversation = api.get("conversations").json()["items"][0]["id"]
        said = api.post(f"conversations/{conversation}/messages", json={"kind": "note", "text": "Seen."})
        assert said.status_code == 201
    tamada.cli("backup", str(tmp_path / "backup.tgz"))
    assert tamada.stop() == 0


def test_a_pool_that_nobody_told_of_is_noticed(
    running: Callable[..., RunningTamada], pgbouncer: str, redis_server: Server
) -> None:
    bare = {"TAMADA_DATABASE_URL": pgbouncer.partition("?")[0], "TAMADA_REDIS_URL": redis_server.url}
    tamada = running(environment=bare)
    text = "The database is behind a pool: add pooled=1 to TAMADA_DATABASE_URL"
    assert text in tamada.log()
    assert text in tamada.cli("check", check=False).stderr
    assert tamada.stop() == 0
