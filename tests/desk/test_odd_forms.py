"""Whatever a form, a query or an address holds instead of what belongs there, it is answered and nothing breaks."""

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.core.db import is_postgres
from tests.cast import SignedIn
from tests.desk.test_access import CASES, Case, filled, mail_inbox, scene
from tests.helpers.proof import sized

__all__ = ["mail_inbox", "scene"]

pytestmark = pytest.mark.sized

# More than a row's number can be; then on PostgreSQL what troubles a database: nothing; what no text column takes. On
# SQLite what troubles a parser: a digit that is none, and at full size no number; less than one; one with a space; one
# of other signs; one of another script; too long by far.
ODD = (
    ("99999999999999999999", "", "nul\0")
    if is_postgres()
    else ("99999999999999999999", "²", *sized((), ("abc", "-1", "1 ", "1e3", "٣", "9" * 5000)))
)


def odd(case: Case) -> Iterator[Case]:
    """The case with each of its values spoilt in turn."""
    for word in ODD:
        for name in case.data or {}:
            yield replace(case, data={**(case.data or {}), name: word})
        for name, _value in parse_qsl(case.query.removeprefix("?")):
            odd_query = {**dict(parse_qsl(case.query[1:])), name: word}
            yield replace(case, query="?" + urlencode(odd_query))
    for i, part in enumerate(case.args):
        if "{" in part:
            spoilt = part.partition("{")[0] + "99999999999999999999"
            yield replace(case, args=(*case.args[:i], spoilt, *case.args[i + 1 :]))


# What a form may hold besides what the cases send.
MORE = (
    Case("bulk", (0, 0, 0, 0), data={"selected": "{conversation}", "team": "{team}"}),
    Case("bulk", (0, 0, 0, 0), data={"selected": "{conversation}", "assignee": "{teammate}"}),
    Case("update", (0, 0, 0, 0), ("{conversation}",), {"snooze": "custom", "until": "2030-01-01T10:00"}),
    Case("update", (0, 0, 0, 0), ("{conversation}",), {"assignee": "{teammate}"}),
    Case("send", (0, 0, 0, 0), ("{conversation}",), {"text": "Hi", "attachments": "{upload}", "last_seen": "{held}"}),
    Case("send", (0, 0, 0, 0), ("{conversation}",), {"text": "Hi", "send_at": "custom", "send_at_custom": "x"}),
    Case("send", (0, 0, 0, 0), ("{conversation}",), {"text": "Hi", "then": "snooze", "snooze": "tomorrow"}),
    Case("draft", (0, 0, 0, 0), ("{conversation}",), {"text": "Hi", "attachments": "{upload}", "version": "1"}),
    Case("new", (0, 0, 0, 0), data={"inbox": "{inbox}", "to": "a@b.example", "text": "x", "attachments": "{upload}"}),
    Case("notifications_seen", (0, 0, 0, 0), data={"id": "1"}),
    Case("inbox", (0, 0, 0, 0), ("open",), query="?rows=60&cursor=x&fragment=list&order=newest"),
    Case("customers", (0, 0, 0, 0), query="?cursor=x&tag=x&q=x"),
    Case("customer", (0, 0, 0, 0), ("{customer}",), query="?cursor=x&kind=in"),
    Case("search", (0, 0, 0, 0), query="?q=x&cursor=x&kind=customers"),
    Case("settings_audit", (0, 0, 0, 0), query="?page=2&action=x"),
    Case("settings_quarantine", (0, 0, 0, 0), query="?page=2"),
    Case("mentions", (0, 0, 0, 0), query="?q=o&conversation={conversation}"),
    Case("person", (0, 0, 0, 0), ("{teammate}",), {"name": "T", "role": "agent", "teams": "{team}"}),
    Case("team", (0, 0, 0, 0), ("{team}",), {"name": "T", "members": "{teammate}"}),
)


def ask(client: Client, case: Case, scene: dict[str, int]) -> int:
    path, data = filled(case, scene)
    if case.data is None:
        response = client.get(path)
        response.getvalue()
        return response.status_code
    if case.method:
        body = urlencode(data)
        return client.generic(case.method, path, body, "application/x-www-form-urlencoded").status_code
    return client.post(path, data).status_code


# To set the scene takes longer than to ask at one address.
SHARES = 12


@pytest.mark.parametrize("share", range(SHARES))
def test_an_odd_value_is_answered(share: int, owner: Agent, signed_in: SignedIn, scene: dict[str, int]) -> None:
    client = signed_in(owner)
    client.raise_request_exception = False
    client.get(reverse("desk:rail"))
    session, broken = client.cookies.copy(), []
    for case in [spoilt for whole in (*CASES, *MORE)[share::SHARES] for spoilt in odd(whole)]:
        client.cookies = SimpleCookie(session)
        with transaction.atomic():
            if ask(client, case, scene) >= 500:
                broken.append(str(case))
            transaction.set_rollback(True)
    mail.outbox.clear()
    assert broken == []
