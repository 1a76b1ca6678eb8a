"""Old state + events = fresh state: an open desk that hears an event ends equal to the page loaded afterwards."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tamada.core.events import types
from tests.cast import PASSWORD
from tests.helpers.polling import until
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada
from tests.helpers.telegram import TOKEN, BotApi, bot_api

SUPPORT = "support@help.example"
# What the page shows, in a form that two loads of the same state share: no composer (it holds what is being typed),
# no ticking times, nothing that a script marks for its own use.
STATE = """() => {
  const shown = {};
  for (const selector of ['#rows', '#rail-links', '#bell', '.talk-head', 'tamada-thread', '#about']) {
    const node = document.querySelector(selector)?.cloneNode(true);
    if (!node) { shown[selector] = null; continue; }
    node.querySelectorAll('script, input[name=csrfmiddlewaretoken], [data-presence]').forEach(one => one.remove());
    node.querySelectorAll('time, tamada-wait, tamada-due b').forEach(one => { one.textContent = ''; });
    for (const one of [node, ...node.querySelectorAll('*')]) {
      for (const name of ['style', 'data-heat', 'tabindex', 'data-read-seq', 'title']) one.removeAttribute(name);
      for (const name of [...one.classList]) if (name.startsWith('htmx-')) one.classList.remove(name);
      if (!one.classList.length) one.removeAttribute('class');
      const sorted = [...one.attributes].map(a => [a.name, a.value]).sort();
      for (const [name] of sorted) one.removeAttribute(name);
      for (const [name, value] of sorted) one.setAttribute(name, value);
    }
    shown[selector] = node.outerHTML.replace(/\\s+/g, ' ').replace(/></g, '>\\n<').split('\\n').map(s => s.trim());
  }
  return shown;
}"""
POST = """async ([path, fields]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const body = new URLSearchParams(fields);
  const answer = await fetch(path, {method: 'POST', body, redirect: 'follow',
    headers: {'X-CSRFToken': token, 'X-Requested-With': 'fetch'}});
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status}`);
  return [answer.url, await answer.text()];
}"""


def signed_in_page(context: BrowserContext, base: str, who: str, then: str = "/profile") -> Page:
    page = context.new_page()
    page.goto(base + "/login?next=" + then)
    page.get_by_label("E-mail").fill(f"{who}@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page).to_have_url(base + then)
    return page


@dataclass
class Stage:
    """Olga's open page (`live`), a second one of hers that is loaded anew, and Ani, the admin, who does things."""

    tamada: RunningTamada
    live: Page
    fresh: Page
    admin: Page
    api: httpx.Client
    visitor: httpx.Client
    folder: Path
    bots: BotApi
    conversation: str = ""
    other: str = ""
    customer: str = ""
    count: int = 0
    kept: dict[str, str] = field(default_factory=dict)

    # doing things

    def mail(self, sender: str, *, answers: str = "") -> str:
        """A letter reaches the listener; returns its Message-ID."""
        self.count += 1
        letter = EmailMessage()
        letter["From"], letter["To"] = f"{sender.title()} <{sender}@mail.example>", SUPPORT
        letter["Subject"], letter["Message-ID"] = f"Letter {self.count}", f"<{self.count}@mail.example>"
        if answers:
            letter["In-Reply-To"] = letter["References"] = answers
        letter.set_content(f"This is letter number {self.count}.")
        self.tamada.send_mail(letter, sender=f"{sender}@mail.example", recipients=[SUPPORT])
        return str(letter["Message-ID"])

    def say(self, kind: str, text: str, **more: Any) -> dict[str, Any]:
        """Ani writes in the open conversation."""
        given = {"kind": kind, "text": text, **more}
        answer = self.api.post(f"conversations/{self.conversation}/messages", json=given)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def patch(self, path: str, **fields: Any) -> None:
        answer = self.api.patch(path, json=fields)
        assert answer.status_code == 200, answer.text

    def post(self, page: Page, path: str, **fields: str) -> tuple[str, str]:
        """What a form of the desk sends; the address it led to and its body."""
        url, text = page.evaluate(POST, [path, fields])
        return url, text

    def posted_id(self, path: str, **fields: str) -> str:
        """The number in the address that a form of the admin's led to."""
        return re.findall(r"\d+", self.post(self.admin, path, **fields)[0].partition("//")[2].partition("/")[2])[-1]

    def person(self, name: str) -> str:
        """An agent's id."""
        rows = self.sql("SELECT id FROM accounts_agent WHERE name = ?", name)
        return str(rows[0][0])

    # what came of it

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(self.tamada.data_dir / "tamada.sqlite3", timeout=30, isolation_level=None)
        try:
            return database.execute(statement, values).fetchall()
        finally:
            database.close()

    def last_event(self) -> int:
        return int(self.sql("SELECT coalesce(max(id), 0) FROM core_event")[0][0])

    def holds(self, conversations: int) -> bool:
        return len(self.api.get("conversations").json()["items"]) == conversations

    def happened(self, name: str, after: int) -> bool:
        return bool(self.sql("SELECT 1 FROM core_event WHERE id > ? AND type = ?", after, name))

    def settled(self, what: str) -> None:
        """The live page becomes equal to a fresh load, and no work is left that would change either."""

        def equal() -> bool:
            self.fresh.reload()
            live, fresh = self.live.evaluate(STATE), self.fresh.evaluate(STATE)
            for part, lines in fresh.items():
                assert difference(live[part], lines) == [], part
            return True

        until(equal, seconds=60, what=f"after {what}: a state equal to a fresh load", every=0.3)


def difference(live: list[str] | None, fresh: list[str] | None) -> list[str]:
    """Lines that only one of them has."""
    live, fresh = live or [], fresh or []
    return [f"live only: {line}" for line in live if line not in fresh] + [
        f"fresh only: {line}" for line in fresh if line not in live
    ] or ([] if live == fresh else ["in another order"])


# --- for every type of event, something that makes it happen --------------------------------------------------------


def _withdrawn(stage: Stage) -> None:
    _url, body = stage.post(stage.fresh, f"/conversations/{stage.conversation}/messages", kind="out", text="Too early")
    message = re.search(r'"message": "(\d+)"', body)
    assert message
    stage.settled("a held message")
    stage.post(stage.fresh, f"/messages/{message[1]}/undo")


def _imported(stage: Stage) -> None:
    archive = stage.folder / "old.mbox"
    letter = f"From: Old <old@mail.example>\nTo: {SUPPORT}\nSubject: Old\nMessage-ID: <old@mail.example>\n\nOld.\n"
    archive.write_text(f"From old@mail.example Mon Mar  2 09:00:00 2026\n{letter}\n")
    stage.tamada.cli("import", "mbox", str(archive), "--inbox", SUPPORT)


def _access_changed(stage: Stage) -> None:
    number = stage.kept["team"] = stage.posted_id("/settings/teams/new", name="Night")
    stage.post(stage.admin, f"/settings/teams/{number}", name="Night", members=stage.person("Olga"))


def _person_changed(stage: Stage) -> None:
    stage.post(stage.admin, f"/settings/people/{stage.person('Ani')}", name="Anahit", role="admin", teams="1")


def _notified(stage: Stage) -> None:
    stage.patch(f"conversations/{stage.other}", assignee=None)
    stage.patch(f"conversations/{stage.other}", assignee=stage.person("Olga"))


def _tag_renamed(stage: Stage) -> None:
    stage.patch(f"conversations/{stage.conversation}", tags=["fibre"])
    stage.settled("a tag")
    number = str(stage.sql("SELECT id FROM customers_tag WHERE key = 'fibre'")[0][0])
    stage.post(stage.admin, "/settings/tags", tag=number, name="Glass")


def _merged(stage: Stage) -> None:
    """The open one into the other: its page goes on there."""
    answer = stage.api.post(f"conversations/{stage.conversation}/merge", json={"into": stage.other})
    assert answer.status_code == 201, answer.text
    stage.kept["merge"] = answer.json()["id"]


def _parted(stage: Stage) -> None:
    assert stage.api.post(f"merges/{stage.kept['merge']}/undo").status_code == 200
    for page in (stage.live, stage.fresh):
        page.goto(f"{stage.tamada.base_url}/conversations/{stage.conversation}")
    stage.settled("the open one is shown again")
    into = {"into": stage.conversation}
    other = stage.api.post(f"conversations/{stage.other}/merge", json=into).json()["id"]
    stage.settled("another one was merged into the open one")
    assert stage.api.post(f"merges/{other}/undo").status_code == 200


def _customers_merged(stage: Stage) -> None:
    other = stage.sql("SELECT customer_id FROM conversations_conversation WHERE id = ?", int(stage.other))[0][0]
    answer = stage.api.post(f"customers/{stage.customer}/merge", json={"into": str(other)})
    assert answer.status_code == 201, answer.text
    stage.kept["customer_merge"] = answer.json()["id"]


def _erased(stage: Stage) -> None:
    stage.mail("nvard")
    until(lambda: "Nvard" in stage.api.get("conversations").text, what="the mail")
    stage.settled("the mail of who is then erased")
    her = stage.sql("SELECT id FROM customers_customer WHERE name = 'Nvard'")[0][0]
    stage.post(stage.admin, f"/customers/{her}/erase", typed="Nvard", reason="asked")


def _people_imported(stage: Stage) -> None:
    table = stage.folder / "people.csv"
    table.write_text("Name,E-mail\nSona,sona@mail.example\n")
    stage.tamada.cli("import", "csv", str(table))


def _chatted(stage: Stage) -> None:
    """A visitor of a site writes, and is answered in the chat."""
    key = stage.tamada.add_inbox("Site", "--chat")["key"]
    visitor = stage.visitor
    token = visitor.post("visitors", json={"key": key}).raise_for_status().json()["token"]
    visitor.headers["Authorization"] = f"Bearer {token}"
    sent = visitor.post("messages", json={"client_id": "one", "text": "Is anybody there?"}).raise_for_status().json()
    stage.kept["thread"] = sent["conversation"]["id"]
    stage.settled("a chat begins")
    chat = stage.sql("SELECT max(id) FROM conversations_conversation")[0][0]
    stage.api.post(f"conversations/{chat}/messages", json={"text": "Ani is here."}).raise_for_status()


def _read_in_the_chat(stage: Stage) -> None:
    stage.visitor.post(f"conversations/{stage.kept['thread']}/seen", json={"seq": 2, "read": True}).raise_for_status()


def _edited(stage: Stage) -> None:
    """Who wrote over Telegram changes it."""
    stage.tamada.add_inbox("Bot", "--telegram", given=f"{TOKEN}\n")
    said = stage.bots.say("Is anybody their?")
    until(lambda: "their?" in stage.api.get("conversations").text, what="the message")
    stage.settled("a message over Telegram")
    stage.bots.edit(said, text="Is anybody there?")


POLICY = {"name": "Gold", "first_minutes": "100:00", "next_minutes": "100:00", "hours": "always"}
POLICY |= {"warn_percent": "80", "position": "1", "is_active": "on"}


RUN = """
    INSERT INTO core_task
        (name, queue, kwargs, state, priority, run_after, attempts, max_attempts, owner, error, created_at)
    VALUES (?, 'default', '{}', 'ready', 0, '2026-01-01', 0, 1, '', '', '2026-01-01')
"""


def _deadline_passes(stage: Stage, column: str) -> None:
    """Time passes: the clock of every open conversation comes to this instant, and is looked at without delay."""
    stage.sql(f"UPDATE automation_deadline SET {column} = '2026-01-01 00:00:00' WHERE met_at IS NULL")
    stage.sql(RUN, "tamada.automation.tasks.tell_deadlines")


def _promise_passes(stage: Stage) -> None:
    """Time passes: a promise that was open again is late, and is looked at without delay."""
    stage.sql("UPDATE operations_commitment SET state = 'open', due_at = '2026-01-01 00:00:00'")
    stage.sql(RUN, "tamada.operations.tasks.tell_due")


def _job(stage: Stage) -> int:
    return int(stage.sql("SELECT max(id) FROM operations_job")[0][0])


def _answered(stage: Stage, status: str, *, offers: bool = True) -> None:
    """A job is offered to the admin's own team, and answered."""
    if offers:
        stage.post(stage.admin, f"/jobs/{_job(stage)}/handoff", to="team:1")
    last = stage.sql("SELECT max(id) FROM operations_handoff")[0][0]
    stage.post(stage.admin, f"/handoffs/{last}", status=status, reason="Not ours")


def _handoff_waits(stage: Stage) -> None:
    """Time passes: nobody has answered."""
    stage.sql("UPDATE operations_handoff SET due_at = '2026-01-01 00:00:00'")
    stage.sql(RUN, "tamada.operations.tasks.look_after_handoffs")


def _nobody_owns(stage: Stage) -> None:
    """The customer of the other one has waited since January, and it is looked at without delay."""
    stage.patch(f"conversations/{stage.other}", assignee=None, status="open")
    stage.settled("nobody's")
    stage.sql("UPDATE conversations_conversation SET waiting_since = '2026-01-01 00:00:00' WHERE id = ?", stage.other)
    stage.sql(RUN, "tamada.automation.tasks.route_waiting")


VIEW = {
    "name": "Open letters", "icon": "star", "order": "newest", "visibility": "all",
    "every_ask": "status", "every_is": "is", "every_value": "open",
}  # fmt: skip
CASES: dict[str, Callable[[Stage], object]] = {
    "conversation.started": lambda s: s.mail("nare"),
    "view.changed": lambda s: s.post(s.admin, "/views/new", **VIEW),  # its number follows all that comes below
    "message.received": lambda s: s.mail("karine", answers="<1@mail.example>"),
    "message.sent": lambda s: s.say("out", "We look into it."),
    "delivery.changed": lambda s: s.say("out", "It is on its way."),
    "delivery.refused": lambda s: s.say("out", "For both of you.", cc=["nobody@mail.example"]),
    "message.withdrawn": _withdrawn,
    "note.added": lambda s: s.say("note", "She called twice."),
    "agent.mentioned": lambda s: s.say("note", "@Olga please call back."),
    "conversation.updated": lambda s: s.patch(f"conversations/{s.conversation}", priority="urgent", tags=["vip"]),
    "conversation.assigned": lambda s: s.patch(f"conversations/{s.other}", assignee=s.person("Olga")),
    "conversation.unowned": _nobody_owns,
    "conversation.read": lambda s: s.post(s.fresh, f"/conversations/{s.other}/read", unread="1"),
    "conversation.followed": lambda s: s.post(s.fresh, f"/conversations/{s.conversation}/follow", follows="1"),
    "conversation.merged": _merged,
    "conversation.parted": _parted,
    "conversation.deleted": lambda s: s.api.delete(f"conversations/{s.other}"),
    "conversation.restored": lambda s: s.api.post(f"conversations/{s.other}/restore"),
    "customer.merged": _customers_merged,
    "customer.erased": _erased,
    "customer.parted": lambda s: s.api.post(f"customer-merges/{s.kept['customer_merge']}/undo"),
    "draft.changed": lambda s: s.post(s.fresh, f"/conversations/{s.other}/draft", kind="note", text="begun"),
    "conversations.imported": _imported,
    "inbox.changed": lambda s: s.tamada.add_inbox("Sales", "--email", "sales@help.example"),
    "notification.created": _notified,
    "notification.seen": lambda s: s.post(s.fresh, "/notifications/seen"),
    "customer.created": lambda s: s.api.post("customers", json={"name": "Vardan", "identities": []}),
    "customer.updated": lambda s: s.patch(f"customers/{s.customer}", name="Karine Grigoryan"),
    "organisation.changed": lambda s: s.api.post("organisations", json={"name": "Ararat"}),
    "sender.blocked": lambda s: s.post(s.admin, "/settings/blocked", value="karine@mail.example"),
    "sender.unblocked": lambda s: s.post(
        s.admin, "/settings/blocked", lift=str(s.sql("SELECT max(id) FROM customers_blockedsender")[0][0])
    ),
    "tag.changed": _tag_renamed,
    "customers.imported": _people_imported,
    "sla.policy_changed": lambda s: s.post(s.admin, "/settings/sla/new", **POLICY),
    "sla.replanned": lambda s: s.post(
        s.admin,
        f"/settings/sla/{s.sql('SELECT max(id) FROM automation_policy')[0][0]}",
        **(POLICY | {"first_minutes": "90:00"}),
    ),
    "commitment.made": lambda s: s.post(
        s.admin, f"/conversations/{s.other}/promise", text="Call back", due_at="2030-01-01T12:00", owner="1"
    ),
    "commitment.changed": lambda s: s.post(
        s.admin,
        f"/promises/{s.sql('SELECT max(id) FROM operations_commitment')[0][0]}",
        what="broken",
        reason="No line",
    ),
    "commitment.due": _promise_passes,
    "job.started": lambda s: s.post(s.admin, f"/conversations/{s.other}/job", service="repair"),
    "job.changed": lambda s: s.post(s.admin, f"/jobs/{_job(s)}/steps/receive", status="active"),
    "job.step_changed": lambda s: s.post(
        s.admin, f"/jobs/{_job(s)}/steps/receive", status="skipped", reason="It is here"
    ),
    "job.endangered": lambda s: s.post(
        s.admin, f"/jobs/{_job(s)}/steps/diagnose", status="active", expected_at="2029-12-01T12:00"
    ),
    "job.promise_moved": lambda s: s.post(s.admin, f"/jobs/{_job(s)}/date", to="2030-01-01T12:00", reason="No part"),
    "handoff.offered": lambda s: s.post(s.admin, f"/jobs/{_job(s)}/handoff", to="team:1"),
    "handoff.late": _handoff_waits,
    "handoff.returned": lambda s: _answered(s, "returned", offers=False),
    "handoff.withdrawn": lambda s: _answered(s, "withdrawn"),
    "handoff.accepted": lambda s: _answered(s, "accepted"),
    "sla.changed": lambda s: s.mail("karine", answers="<1@mail.example>"),
    "sla.warning": lambda s: _deadline_passes(s, "warn_at"),
    "sla.breached": lambda s: _deadline_passes(s, "due_at"),
    "agent.added": lambda s: s.tamada.add_user("tamar@desk.example", name="Tamar", role="agent"),
    "agent.updated": _person_changed,
    "agent.left": lambda s: s.post(s.admin, f"/settings/people/{s.person('Tamar')}/leave"),
    "agent.access_changed": _access_changed,
    "team.changed": lambda s: s.post(
        s.admin, f"/settings/teams/{s.kept['team']}", name="Late", members=s.person("Olga")
    ),
    "invitation.changed": lambda s: s.post(
        s.admin, "/settings/people/invite", email="new@desk.example", role="agent", teams="1"
    ),
    "chat.message": _chatted,
    "chat.marks": _read_in_the_chat,
    "message.revised": _edited,
}


# Of what is on no page that follows events: opening hours, the quarantine list, webhooks, imports and exports, an
# inbox's own settings page, macros, rules and routing (a trial run asks anew by itself).
NOT_LIVE = {"calendar.changed", "calendar.deleted", "input.quarantined", "input.released", "channel.troubled"}
NOT_LIVE |= {"webhook.changed", "webhook.disabled", "import.changed", "export.changed"}
NOT_LIVE |= {"macro.changed", "rule.changed", "rule.switched_off", "rule.dry_run", "routing.changed"}
NOT_LIVE |= {"absence.changed", "absence.ended"}  # colleagues see it by agent.updated, who is back by a notification
# Articles, help centres, what customers ask and the assistant have pages of their own; what the assistant says and its
# notes come as messages.
NOT_LIVE |= {"article.published", "article.unpublished", "article.changed", "article.review_due", "help_centre.changed"}
NOT_LIVE |= {"service.changed"}  # a settings page of its own
NOT_LIVE |= {"commitment.proposed"}  # asked of who wrote it, alone
NOT_LIVE |= {"assistant.answered", "assistant.handed_over", "assistant.changed"}
NOT_LIVE |= {"insights.topics", "insights.reading", "insights.problem"}


def test_every_type_of_event_has_a_case() -> None:
    ours = {name for name, event in types.items() if name and event.__module__.startswith("tamada.")}
    assert ours - NOT_LIVE == set(CASES)


@pytest.fixture
def bots() -> Iterator[BotApi]:
    with bot_api() as api:
        yield api


@pytest.fixture
def stage(
    running: Callable[..., RunningTamada],
    smtp_server: FakeSMTP,
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
    bots: BotApi,
) -> Iterator[Stage]:
    """One server, three pages, and two conversations of which the first is open."""
    smtp_server.refuse = lambda address: "550 5.1.1 No such user" if address.startswith("nobody@") else None
    tamada = running(environment={"TAMADA_SMTP_URL": smtp_server.url, "TAMADA_TELEGRAM_URL": bots.url})
    tamada.add_user("ani@desk.example", name="Ani", role="admin", password=PASSWORD)
    tamada.add_user("olga@desk.example", name="Olga", role="agent", password=PASSWORD)
    tamada.add_inbox("Support", "--email", SUPPORT)
    size: Any = {"width": 1440, "height": 900}
    live, fresh, admin = (
        signed_in_page(new_context(locale="en", viewport=size), tamada.base_url, who) for who in ("olga", "olga", "ani")
    )
    api, visitor = tamada.api(tamada.token("ani@desk.example")), httpx.Client(base_url=f"{tamada.base_url}/widget/v1/")
    with api, visitor:
        yield _set(Stage(tamada, live, fresh, admin, api, visitor, tmp_path, bots))


def _set(made: Stage) -> Stage:
    for number, sender in enumerate(("karine", "davit"), 1):
        made.mail(sender)
        until(partial(made.holds, number), what="a conversation")
    first = made.api.get("conversations", params={"order": "created_at"}).json()["items"]
    made.conversation, made.other = (item["id"] for item in first)
    made.customer = first[0]["customer"]["id"]
    made.patch(f"conversations/{made.other}", assignee=made.person("Ani"))
    for page in (made.fresh, made.live):
        page.goto(f"{made.tamada.base_url}/inbox/open")
        page.goto(f"{made.tamada.base_url}/conversations/{made.conversation}")
    expect(made.live.locator("body")).to_have_attribute("data-stream", "online")
    made.settled("the start")
    return made


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_an_open_desk_that_hears_an_event_is_equal_to_a_fresh_load(stage: Stage) -> None:
    troubles = {}
    for name, act in CASES.items():
        before = stage.last_event()
        act(stage)
        until(partial(stage.happened, name, before), seconds=45, what=name)
        try:
            stage.settled(name)
        except AssertionError as trouble:
            troubles[name] = str(trouble)
            stage.live.reload()
            expect(stage.live.locator("body")).to_have_attribute("data-stream", "online")
    assert troubles == {}

    # The same for what happened while the network was away: replayed, or fetched again when the log is gone.
    for log_is_gone in (False, True):
        what = "a gap without a log" if log_is_gone else "a gap"
        stage.live.context.set_offline(True)
        stage.mail("karine", answers="<1@mail.example>")
        stage.mail("shushan")
        stage.say("note", f"Said during {what}.")
        stage.patch(f"conversations/{stage.other}", status="closed" if log_is_gone else "open", priority="high")
        until(lambda: f"Letter {stage.count}" in stage.api.get("conversations").text, what="the mail")
        if log_is_gone:
            stage.sql("DELETE FROM core_event")
        stage.live.context.set_offline(False)
        stage.settled(what)
        expect(stage.live.locator("body")).to_have_attribute("data-stream", "online")
        expect(stage.live.locator("tamada-thread")).to_contain_text(f"Said during {what}.")
