"""A bot on the Bot API as others emulate it (npm telegram-test-api): what it gives and takes is not ours to choose."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hatch_build import npm, system_node, wheel_folder
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.proof import full_only
from tests.helpers.tamada import RunningTamada
from tests.helpers.telegram import ANI, TOKEN

pytestmark = [pytest.mark.servers, pytest.mark.proof, full_only, pytest.mark.timeout(600)]
PACKAGE = "telegram-test-api@4.2.1"
START = "new (require('telegram-test-api'))({{port: {port}, host: '127.0.0.1', storeTimeout: 3600}}).start()"


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[httpx.Client]:
    """It runs on this machine; the client speaks for whoever writes to the bot."""
    npm("install", "--no-audit", "--no-fund", "--prefix", str(tmp_path), PACKAGE, cwd=tmp_path)
    port = free_port()
    node = system_node() or str(wheel_folder() / "bin" / "node")
    process = subprocess.Popen([node, "-e", START.format(port=port)], cwd=tmp_path)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as person:

            def answers() -> bool:
                try:
                    return person.get(f"/bot{TOKEN}/getMe").is_success
                except httpx.TransportError:
                    return False

            until(answers, seconds=60, what="the emulator")
            yield person
    finally:
        process.terminate()
        process.wait(30)


def test_people_write_and_are_answered_once_also_across_a_kill(
    emulator: httpx.Client, running: Callable[..., RunningTamada]
) -> None:
    chat = {"id": ANI["id"], "first_name": ANI["first_name"], "type": "private"}

    def say(text: str) -> None:
        message = {"botToken": TOKEN, "date": int(time.time()), "from": ANI, "chat": chat, "text": text}
        emulator.post("/sendMessage", json=message).raise_for_status()

    def answered() -> list[dict[str, Any]]:
        every = emulator.post("/getUpdatesHistory", json={"token": TOKEN}).raise_for_status().json()["result"]
        return [one["message"] for one in every if "chat_id" in one["message"]]

    tamada = running(environment={"TAMADA_TELEGRAM_URL": str(emulator.base_url).rstrip("/")})
    tamada.add_user("nare@desk.example")
    tamada.add_inbox("Bot", "--telegram", given=f"{TOKEN}\n")
    token = tamada.token("nare@desk.example")
    with tamada.api(token) as api:
        say("/start")
        say("The line is slow")
        (row,) = until(lambda: api.get("conversations").json()["items"], seconds=30, what="the conversation")
        path = f"conversations/{row['id']}/messages"
        until(lambda: len(api.get(path).json()["items"]) == 2, seconds=30, what="both messages")
        api.post(path, json={"html": "We <b>look</b> at it."}).raise_for_status()
        (answer,) = until(answered, seconds=30, what="the answer")
    assert (answer["chat_id"], answer["text"]) == (ANI["id"], "We look at it.")
    assert answer["entities"] == [{"type": "bold", "offset": 3, "length": 4}]
    tamada.kill()
    say("Thank you")
    tamada.restart()
    with tamada.api(token) as api:
        until(lambda: len(api.get(path).json()["items"]) == 4, seconds=60, what="what was written meanwhile")
        texts = [one["text"] for one in api.get(path).json()["items"]]
    assert texts == ["/start", "The line is slow", "We look at it.", "Thank you"]
    assert len(answered()) == 1
