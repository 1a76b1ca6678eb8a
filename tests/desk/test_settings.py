"""The company's settings: where they begin, what each page changes, what a lead may and may not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.journal import default_journal
from tamada.channels.models import RawInput, RawState
from tamada.core import audit
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tests.cast import SignedIn


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("owner", "settings_inboxes"),
        ("lead", "settings_inboxes"),
        ("teammate", "profile"),
        ("outsider", "profile"),
        ("observer", "profile"),
    ],
)
def test_the_settings_begin_where_each_may_be(
    who: str, first: str, request: pytest.FixtureRequest, signed_in: SignedIn
) -> None:
    response = signed_in(request.getfixturevalue(who)).get(reverse("desk:settings"), follow=True)
    assert response.status_code == 200
    assert [path for path, _status in response.redirect_chain] == [reverse(f"desk:{first}")]


def raw_input(content: bytes, state: RawState, sender: str = "") -> RawInput:
    """One row of the journal with its file."""
    name = default_journal().keep(content, {"channel": "email"})
    return RawInput.objects.create(
        name=name,
        channel="email",
        source="smtp",
        digest=name[:64],
        size=len(content),
        sender=sender,
        state=state,
        received_at=timezone.now(),
    )


def test_what_could_not_be_read_or_was_refused_is_looked_at_and_put_aside(owner: Agent, signed_in: SignedIn) -> None:
    broken = raw_input(b"\0 no mail at all", RawState.QUARANTINED, "who@knows.example")
    refused = raw_input(b"From: spam@bad.example\r\n\r\nBuy", RawState.BLOCKED, "spam@bad.example")
    done = raw_input(b"From: karine@customer.example\r\n\r\nHello", RawState.DONE)
    client, page = signed_in(owner), reverse("desk:settings_quarantine")
    unread, blocked = client.get(page).text, client.get(page, {"show": "blocked"}).text
    assert ("who@knows.example" in unread, "spam@bad.example" in unread) == (True, False)
    assert ("who@knows.example" in blocked, "spam@bad.example" in blocked) == (False, True)
    for raw, content in ((broken, b"\0 no mail at all"), (refused, b"From: spam@bad.example\r\n\r\nBuy")):
        path = reverse("desk:quarantine_raw", args=[raw.pk])
        assert path in (unread + blocked)
        answer = client.get(path)
        assert answer.getvalue() == content
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("desk:quarantine_raw", args=[done.pk])).status_code == 404
    answer = client.post(f"{page}?show=blocked", {"raw": refused.pk, "then": "discard"})
    assert answer["Location"] == f"{page}?show=blocked"
    refused.refresh_from_db()
    assert refused.state == RawState.DISCARDED


def test_further_pages_keep_what_was_asked_for(owner: Agent, signed_in: SignedIn) -> None:
    for n in range(60):
        audit.record(SYSTEM, "tag.updated", None, n=n)
    page = signed_in(owner).get(reverse("desk:settings_audit"), {"action": "tag."}).text
    oldest = AuditEntry.objects.filter(action="tag.updated").order_by("-pk")[49]
    assert f"?action=tag.&amp;page=before-{oldest.pk}" in page
