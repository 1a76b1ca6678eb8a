"""A Tamada whose Redis does not answer: people sign in, read, write and are written to all the same."""

import re

import httpx
import pytest

from tests.channels.conftest import ADDRESS, mail
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.tamada import running_tamada

pytestmark = [pytest.mark.servers, pytest.mark.sqlite, pytest.mark.timeout(240)]
PASSWORD = "rustavi-tbilisi-2026"


def test_the_desk_works_on_without_redis() -> None:
    with running_tamada(environment={"TAMADA_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}) as tamada:
        tamada.add_user("ani@desk.example", password=PASSWORD)
        tamada.add_inbox("Support", "--email", ADDRESS)
        with httpx.Client(base_url=tamada.base_url, timeout=60, trust_env=False) as desk:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', desk.get("/login").text)
            assert token
            form = {"email": "ani@desk.example", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
            assert desk.post("/login", data=form).status_code == 302
            assert desk.get("/inbox/open").status_code == 200
        tamada.send_mail(mail(), sender="karine@customer.example", recipients=[ADDRESS])
        with tamada.api(tamada.token("ani@desk.example")) as api:
            until(lambda: api.get("conversations").raise_for_status().json()["items"], seconds=30, what="the mail")
