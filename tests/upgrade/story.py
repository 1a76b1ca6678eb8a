"""Two working days of a repair service, told through the actions that the desk, the API and the mail listeners call.

`scripts/keep_version.py` tells it to keep a database as a version writes it. Whatever a new room stores belongs here as
well: a kept version holds some of everything.
"""

import io
import json
import threading
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from tamada.accounts import actions as accounts
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.accounts.queries import default_team
from tamada.calendars import actions as calendars
from tamada.channels.actions import discard_input
from tamada.channels.email import outbox
from tamada.channels.email.accounts import confirm_cap, new_webhook_key, open_mail_inbox, update_mail_account
from tamada.channels.email.automatic import note_answer
from tamada.channels.email.models import ImapFolder, MailAccount, Tombstone
from tamada.channels.email.receive import tombstone_digest
from tamada.channels.email.send import Connections
from tamada.channels.ingest import Ingest
from tamada.channels.journal import default_journal
from tamada.channels.models import RawInput, RawState
from tamada.conversations import actions
from tamada.conversations.models import Conversation, DeliveryState, Inbox, Message
from tamada.core import queue, settings_store, tasks
from tamada.core.actors import SYSTEM
from tamada.core.events import run_handler
from tamada.core.models import QueuedTask
from tamada.customers import actions as customers
from tamada.customers.models import Identity
from tamada.notifications import actions as notifications
from tamada.privacy import actions as privacy
from tamada.transfer import actions as transfer
from tamada.webhooks import actions as webhooks
from tamada.webhooks.actions.deliveries import Result
from tamada.webhooks.models import Outcome
from tests.helpers.clock import Frozen
from tests.helpers.smtp import FakeSMTP
from tests.upgrade import letters
from tests.upgrade.letters import Said, letter

PASSWORD = "Կաթսա-77-stove"
FINDS = {
    "en": ("invoices", letters.INVOICE.subject),
    "hy": ("վարպետների", letters.BOILER.subject),
    "ka": ("მანქანის", letters.WASHER.subject),
    "ru": ("холодильники", letters.FRIDGE.subject),
}
"""In each language: a word in a form that nobody wrote, and the subject of the conversation that it finds."""


def by(agent: Agent) -> dict[str, Any]:
    """Who asks and who is written down."""
    return {"agent": agent, "actor": actor_of(agent)}


@dataclass(slots=True)
class Company:
    """Who and what there is."""

    clock: Frozen
    server: FakeSMTP
    teams: list[Team]
    nare: Agent
    giorgi: Agent
    olga: Agent
    daniel: Agent
    lusine: Agent
    tigran: Agent
    service: Inbox = field(init=False)
    billing: Inbox = field(init=False)
    token: str = ""
    numbers: int = 0

    def receive(self, sender: str, said: Said, *, inbox: Inbox | None = None, **more: Any) -> Conversation:
        """A mail comes in over SMTP; the conversation it went to."""
        self.numbers += 1
        to = inbox or self.service
        return self.take(letter(sender, said, number=self.numbers, to=to.address, **more), inbox=to)

    def take(self, *raws: bytes, inbox: Inbox | None = None) -> Conversation:
        """Raw mail, through the journal; the conversation of the newest message."""
        to = inbox or self.service
        for raw in raws:
            self.clock.advance(minutes=3)
            meta = {"channel": "email", "source": "smtp", "inboxes": [to.pk], "from": "x@mail.example"}
            at = timezone.now().isoformat()
            default_journal().write(raw, {**meta, "to": [to.address], "received_at": at})
        ingest = Ingest(default_journal())
        ingest.recover()
        ingest.step()
        tasks.run_pending()
        return Message.objects.order_by("-pk")[0].conversation

    def answer(self, agent: Agent, conversation: Conversation, text: str, **more: Any) -> Message:
        """An agent replies."""
        self.clock.advance(minutes=11)
        message = actions.send_reply(**by(agent), conversation=conversation, text=text, take=True, **more)
        tasks.run_pending()
        return message

    def send(self) -> None:
        """The outbox hands over what is due, as a worker does."""
        self.clock.advance(seconds=20)
        for delivery in outbox.claim("worker-of-march", 8):
            outbox.Sending(delivery, Connections(), threading.Event()).run()
        tasks.run_pending()

    def change(self, agent: Agent, conversation: Conversation, **changes: Any) -> None:
        actions.update_conversation(**by(agent), conversation=conversation, **changes)
        tasks.run_pending()


def tell(clock: Frozen, server: FakeSMTP) -> Company:
    """Everything, in order. The database is empty and migrated; `server` takes the mail that leaves."""
    company = _found(clock, server)
    _open_inboxes(company)
    _know_customers(company)
    queue.enqueue_due_crons()
    _armenian(company)
    _georgian(company)
    _russian(company)
    _english(company)
    _unwanted(company)
    _drafts(company)
    _leave(company)
    _over_http(company)
    _in_and_out(company)
    _keep_and_forget(company)
    _what_only_servers_and_crashes_write(company)
    return company


def _found(clock: Frozen, server: FakeSMTP) -> Company:
    settings_store.set("company.name", "Nor Tun", SYSTEM)
    settings_store.set("company.language", "hy", SYSTEM)
    nare = _hire("Nare Hakobyan", "admin", "hy")
    first = accounts.rename_team(**by(nare), team=default_team(), name="Սպասարկում")
    second = accounts.create_team(**by(nare), name="თბილისის გუნდი")
    others: dict[str, Any] = {
        "giorgi": _hire("Giorgi Beridze", "lead", "ka", [first, second]),
        "olga": _hire("Olga Smirnova", "agent", "ru", [first]),
        "daniel": _hire("Daniel Reed", "agent", "en", [second]),
        "lusine": _hire("Lusine Vardanyan", "observer", "hy", [first]),
        "tigran": _hire("Tigran Melikyan", "agent", "hy", [first]),
    }
    company = Company(clock, server, [first, second], nare, **others)
    signature = "Օլգա Սմիռնովա · Nor Tun · +374 10 123456"
    accounts.update_profile(**by(company.olga), signature=signature, theme="dark", time_zone="Asia/Yerevan")
    accounts.update_profile(**by(company.giorgi), preferences={"digest": "offline", "notify_reply": False})
    accounts.invite(**by(nare), email="ashot@nortun.example", name="Ashot Petrosyan", teams=[second])
    week = {day: [(9 * 60, 13 * 60), (14 * 60, 18 * 60)] for day in range(5)} | {5: [(20 * 60, 26 * 60)]}
    opening = calendars.create_calendar(**by(nare), name="Գրասենյակ", time_zone="Asia/Yerevan", week=week)
    holidays = [calendars.DayHours(date(2026, 3, 8), "Կանանց տոն", yearly=True), calendars.DayHours(date(2026, 5, 9))]
    calendars.set_special_days(**by(nare), calendar=opening, days=holidays)
    return company


def _hire(name: str, role: str, language: str, teams: list[Team] | None = None) -> Agent:
    email = f"{name.partition(' ')[0].lower()}@{letters.DOMAIN}"
    return accounts.create_agent(
        agent=None,
        actor=SYSTEM,
        email=email,
        name=name,
        role=role,
        language=language,
        teams=teams,
        password=PASSWORD if role == "admin" else None,
    )


def _open_inboxes(company: Company) -> None:
    nare, (first, second) = company.nare, company.teams
    service = open_mail_inbox(**by(nare), name="Service", address=letters.SERVICE, team=first)
    billing = open_mail_inbox(**by(nare), name="Billing", address=letters.BILLING, team=second)
    actions.create_inbox(**by(nare), name="Կայքի զրույց", channel="chat", team=first)
    confirm_cap(**by(nare), account=service)
    new_webhook_key(**by(nare), account=billing)
    update_mail_account(**by(nare), account=service, aliases=[f"info@{letters.DOMAIN}"], reply_domain=letters.DOMAIN)
    actions.update_inbox(**by(nare), inbox=service.inbox, language="hy", signature="Nor Tun\nԵրևան · თბილისი")
    company.service, company.billing = service.inbox, billing.inbox


def _know_customers(company: Company) -> None:
    nare = company.nare
    customers.define_attribute(**by(nare), key="contract", label="Պայմանագիր", type="text", position=1)
    customers.define_attribute(
        **by(nare), key="district", label="Թաղամաս", type="choice", choices=["Կենտրոն", "Արաբկիր"]
    )
    hotel = customers.create_organisation(
        **by(nare), name="Hotel Aragats", domains=["aragats.example"], note="Գլխ. գրասենյակ"
    )
    customers.create_customer(
        **by(nare),
        name="Ruben Asatryan",
        organisation=hotel,
        language="en",
        city="Yerevan",
        time_zone="Asia/Yerevan",
        note="Rings before noon only.",
        attributes={"contract": "A-2026/17", "district": "Կենտրոն"},
        tags=["VIP", "հյուրանոց"],
        identities=[
            {"type": "email", "value": "office@aragats.example", "verified": True},
            {"type": "phone", "value": "+374 10 22 33 44"},
            {"type": "telegram", "value": "700112233"},
        ],
    )


def _armenian(company: Company) -> None:
    boiler = company.receive(letters.ANAHIT, letters.BOILER)
    company.answer(company.nare, boiler, letters.BOILER_ANSWER)
    company.send()
    company.receive(letters.ANAHIT, Said(f"Re: {boiler.subject} [#{boiler.pk}]", letters.BOILER_THANKS))
    company.change(company.nare, boiler, status="closed", tags=["կաթսա", "շտապ"])
    handle = company.receive(letters.HAYK, letters.HANDLE)
    sent = company.answer(company.nare, handle, letters.HANDLE_ANSWER, status_after="pending")
    company.send()
    sent.refresh_from_db()
    company.take(letters.report(sent.external_id, "hayk.manukyan@post.example"))


def _georgian(company: Company) -> None:
    washer = company.receive(letters.NINO, letters.WASHER, inbox=company.billing)
    tomorrow = company.clock.at + timedelta(hours=18)
    company.answer(company.giorgi, washer, letters.WASHER_ANSWER, not_before=tomorrow)
    company.receive(letters.LEVAN, letters.CARD, inbox=company.billing)


def _russian(company: Company) -> None:
    olga = company.olga
    fridge = company.receive(letters.SERGEY, letters.FRIDGE)
    html = f'<p><span data-mention="{company.giorgi.pk}">@Giorgi Beridze</span> есть ли у вас компрессор на складе?</p>'
    actions.add_note(**by(olga), conversation=fridge, html=html)
    actions.follow(**by(company.daniel), conversation=_known(company.billing))
    message = company.answer(olga, fridge, letters.FRIDGE_ANSWER)
    company.send()
    with transaction.atomic():
        actions.set_delivery(message=message, state=DeliveryState.DELIVERED)
    company.change(olga, fridge, snoozed_until=company.clock.at + timedelta(days=3), priority="high")
    stove = company.receive(letters.MARINA, letters.STOVE, files=(("табличка.png", letters.png()),))
    bill = actions.attach(agent=olga, draft=None, name="счёт-118.pdf", content=letters.PDF)
    company.server.hang_up = True
    company.answer(olga, stove, letters.STOVE_ANSWER, attachments=[bill], status_after="pending")
    company.send()
    company.server.hang_up = False
    actions.mark_read(**by(company.giorgi), conversation=fridge, seq=fridge.last_seq)


def _known(inbox: Inbox) -> Conversation:
    return Conversation.objects.filter(inbox=inbox).order_by("pk")[0]


def _english(company: Company) -> None:
    daniel = company.daniel
    company.clock.advance(hours=15)
    copy = {"Cc": "Oliver Clarke <oliver@clarke.example>"}
    invoice = company.receive(letters.EMMA, letters.INVOICE, inbox=company.billing, html=letters.INVOICE_HTML, **copy)
    bill = actions.attach(agent=daniel, draft=None, name="invoice-118.pdf", content=letters.PDF)
    message = company.answer(daniel, invoice, letters.INVOICE_ANSWER, attachments=[bill], bcc=["books@nortun.example"])
    company.send()
    with transaction.atomic():
        actions.set_delivery(message=message, state=DeliveryState.DELIVERED)
    with transaction.atomic():
        actions.set_delivery(message=message, state=DeliveryState.READ)
    again = f"Re: {invoice.subject} [#{invoice.pk}]"
    company.receive(letters.EMMA, Said(again, letters.AWAY), inbox=company.billing, Auto_Submitted="auto-replied")
    company.receive("Sam <sam@neighbour.example>", Said(again, letters.STRANGER), inbox=company.billing)
    cooling = company.receive(letters.HOTEL, letters.COOLING, inbox=company.billing)
    company.change(company.giorgi, cooling, assignee=company.giorgi, priority="urgent", tags=["հյուրանոց", "B2B"])
    company.server.refuse = lambda _address: "550 5.1.1 No such user"
    reminded: Any = {"to": [{"name": "Old Customer", "email": "old@moved.example"}], "subject": "Water heater check"}
    actions.start_conversation(**by(daniel), inbox=company.billing, text=letters.REMINDER, **reminded)
    company.send()
    company.server.refuse = lambda _address: None
    company.server.answer = "451 4.3.0 Try again later"
    company.answer(company.giorgi, cooling, letters.COOLING_ANSWER)
    company.send()


def _unwanted(company: Company) -> None:
    offer = company.receive(letters.SELLER, letters.OFFER)
    actions.mark_spam(**by(company.giorgi), conversation=offer, block=True)
    tasks.run_pending()
    company.receive(letters.SELLER, Said("Re: " + letters.OFFER.subject, "Last chance!"))
    twice = letter(letters.ANAHIT, letters.MAP, number=90, files=(("քարտեզ.png", letters.png()),))
    company.take(twice, twice)
    for broken in (b"", b"this is no mail at all\r\n"):
        company.take(broken)
    quarantined = RawInput.objects.filter(state=RawState.QUARANTINED).order_by("pk")
    discard_input(**by(company.nare), raw=quarantined[0])
    buried = letter(letters.HAYK, Said("Ջնջված", "Այս նամակն արդեն ջնջվել է։"), number=91)
    Tombstone.objects.create(digest=tombstone_digest(company.service.pk, "<letter-91@mail.example>"))
    company.take(buried)


def _drafts(company: Company) -> None:
    giorgi, olga = company.giorgi, company.olga
    card = Conversation.objects.get(subject=letters.CARD.subject)
    draft = actions.save_draft(
        **by(giorgi), conversation=card, text=letters.CARD_DRAFT, html=f"<p>{letters.CARD_DRAFT}</p>"
    )
    actions.attach(agent=giorgi, draft=draft, name="ტარიფი.pdf", content=letters.PDF)
    actions.save_draft(**by(giorgi), conversation=card, kind="note", text="ჰკითხეთ ბუღალტერს")
    actions.save_draft(
        **by(olga),
        conversation=None,
        inbox=company.service,
        subject="Гарантия",
        to=[{"name": "", "email": "new@pochta.example"}],
        text="Здравствуйте! По вашему",
    )
    stove = Conversation.objects.get(subject=letters.STOVE.subject)
    later = company.clock.at + timedelta(hours=1)
    hasty = company.answer(olga, stove, "Отправила не тот файл, извините.", not_before=later)
    actions.undo_send(**by(olga), message=hasty)
    actions.mark_unread(**by(olga), conversation=stove)


def _leave(company: Company) -> None:
    """Somebody who owned a conversation leaves, with a token and a browser that listened."""
    tigran = company.tigran
    accounts.create_token(**by(tigran), owner=tigran, name="old script")
    company.change(company.nare, Conversation.objects.get(subject=letters.MAP.subject), assignee=tigran)
    accounts.update_agent(**by(company.nare), target=tigran, is_active=False)
    tasks.run_pending()
    _token, company.token = accounts.create_token(**by(company.nare), owner=company.nare, name="warehouse")
    accounts.set_away(**by(company.olga), away=True)
    notifications.mark_seen(agent=company.nare)
    notifications.subscribe(
        **by(company.olga),
        endpoint="https://push.browser.example/olga",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        user_agent="Firefox",
    )


def _over_http(company: Company) -> None:
    """A browser that is signed in, one that tried, and a program that posted with an Idempotency-Key."""
    browser = Client(headers={"host": "localhost"})
    for password in ("wrong-password", PASSWORD):
        browser.post("/login", {"email": f"nare@{letters.DOMAIN}", "password": password})
    stranger = Client(headers={"host": "localhost"})
    stranger.post("/login", {"email": f"daniel@{letters.DOMAIN}", "password": "guess"})
    body = {"name": "Maia Tsereteli", "identities": [{"type": "phone", "value": "+995 555 12 34 56"}]}
    headers = {"host": "localhost", "authorization": f"Bearer {company.token}", "idempotency-key": "till-7-0001"}
    answer = Client(headers=headers).post("/api/v1/customers", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert "tamada_session" in browser.cookies


def _in_and_out(company: Company) -> None:
    """A webhook whose receiver refused once, a table brought in, and an export that waits."""
    endpoint, _secret = webhooks.add_endpoint(**by(company.nare), url="https://shop.example/hooks", description="Shop")
    tried = webhooks.send_test(**by(company.nare), endpoint=endpoint)
    webhooks.settle(delivery_id=tried.pk, result=Result(outcome=Outcome.STATUS, status=503, answer="closed"))
    table = io.BytesIO("Name;E-mail;id\nԱրմեն;armen@mail.example;7\n".encode())
    row = transfer.upload_import(**by(company.nare), source="csv", name="old.csv", file=table, size=40)
    transfer.start_import(**by(company.nare), row=row)
    transfer.make_import(import_id=row.pk)
    transfer.start_export(**by(company.nare))
    webhooks.update_endpoint(**by(company.nare), endpoint=endpoint, is_active=False)


def _keep_and_forget(company: Company) -> None:
    """Somebody agrees, somebody is looked at, somebody is erased; and terms, so long that nothing goes by them."""
    nare = company.nare
    guest = customers.create_customer(
        **by(nare), name="Levon Manukyan", identities=[{"type": "phone", "value": "+37491000001"}]
    )
    purpose = privacy.save_purpose(
        **by(nare), name="Լուրեր", texts={"hy": "Կարո՞ղ ենք գրել Ձեզ։", "en": "May we write?"}
    )
    privacy.record_consent(
        **by(nare), customer=guest, purpose=purpose, given=True, source="phone", language="hy", note="Զանգեց"
    )
    privacy.note_look(nare, guest.pk)
    leaves = customers.create_customer(
        **by(nare), name="Zoya Ivanova", identities=[{"type": "email", "value": "zoya@mail.example"}]
    )
    privacy.begin_erasure(**by(nare), customer=leaves, typed="Zoya Ivanova")
    tasks.run_pending()
    privacy.save_terms(**by(nare), inbox=None, given={"spam": 3650})
    privacy.save_terms(**by(nare), inbox=company.service, given={"spam": None})


def _what_only_servers_and_crashes_write(company: Company) -> None:
    """Rows that mail servers, time or a crash leave behind, and new addresses of the mail servers."""
    nare, service = company.nare, MailAccount.objects.get(inbox=company.service)
    servers: Any = {"smtp_url": "smtps://nortun:s3cret@smtp.example", "imap_url": "imaps://nortun:s3cret@imap.example"}
    update_mail_account(**by(nare), account=service, **servers)
    ImapFolder.objects.create(
        account=service, name="INBOX", uid_validity=1_772_000_000, last_uid=412, server_count=398, seen="1:398"
    )
    note_answer(inbox_id=company.service.pk, address="emma@clarke.example")
    Identity.objects.filter(value="hayk.manukyan@post.example").update(bounces=3, paused_at=timezone.now())
    _die_while_sending(company)
    event = {"id": 1, "type": "MessageReceived", "at": timezone.now().isoformat(), "data": {}}
    run_handler.enqueue(handler="tamada.conversations.handlers.of_an_earlier_version", event=event)
    tasks.run_pending()
    later = timezone.now() + timedelta(days=1)
    run_handler.using(run_after=later, unique="kept:later").enqueue(handler="none", event=event)
    run_handler.using(run_after=later).enqueue(handler="none", event=event)
    owner = "old-machine/00000000-0000-0000-0000-000000000000/77/12345"
    QueuedTask.objects.filter(unique_key=None, state=QueuedTask.State.READY, run_after=later).update(
        state=QueuedTask.State.LEASED, owner=owner, leased_until=later, attempts=1
    )


def _die_while_sending(company: Company) -> None:
    """Two messages were claimed: one had not begun to leave, of the other that is all that is known."""
    company.answer(company.nare, Conversation.objects.get(subject=letters.MAP.subject), letters.MAP_ANSWER)
    _untouched, begun = outbox.claim("a-worker-that-died", 8)
    outbox.Sending(begun, Connections(), threading.Event()).mark_data()
