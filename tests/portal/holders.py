"""Somebody who opens their requests by a link."""

import re
from typing import Any

from django.test import Client

from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tamada.operations import actions
from tamada.operations.models import Job


class Holder:
    """Somebody with a link, and a browser without JavaScript that keeps no cookies."""

    def __init__(self, customer: Customer, address: str = "203.0.113.8", *, job: Job | None = None) -> None:
        self.made = actions.make_link(agent=None, actor=SYSTEM, customer=customer, job=job)
        self.root = "/requests/" + self.made.address.rpartition("/")[2]
        self.client = Client(REMOTE_ADDR=address)

    def get(self, path: str = "", **headers: str) -> Any:
        return self.client.get(f"{self.root}{path}", headers=headers)

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Any:
        return self.client.post(f"{self.root}{path}", form, headers={"Sec-Fetch-Site": "same-origin", **headers})

    def send(self, job: Job, step: str, do: str, **form: Any) -> Any:
        """Fill in the form of a step as the page has it."""
        page = self.get(f"/jobs/{job.pk}").content.decode()
        key = re.search(r'name="form" value="([^"]+)"', page)
        assert key is not None
        return self.post(f"/jobs/{job.pk}/steps/{step}", {"form": key[1], "do": do, **form})


def text_of(answer: Any) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
