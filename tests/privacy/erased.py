"""A person who left words of their own in every room, and what looks for them everywhere."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation import actions as automation
from tamada.automation.actions.macros import Wording
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.actions.views import ViewTerms
from tamada.channels.email.models import AutoReply, MailAccount
from tamada.channels.ingest import Ingest
from tamada.channels.journal import default_journal
from tamada.conversations import actions
from tamada.conversations.actions.bounces import record_bounce
from tamada.conversations.envelopes import Address, Bounce, Envelope, Party
from tamada.conversations.models import Conversation, Delivery, DeliveryAttempt, Message
from tamada.core import audit, secrets
from tamada.core.actors import SYSTEM
from tamada.core.models import QueuedTask
from tamada.core.tasks import run_pending
from tamada.customers import actions as customers
from tamada.customers.models import Customer, Identity
from tamada.privacy import actions as privacy
from tamada.privacy.models import Purpose
from tamada.transfer import actions as transfer
from tamada.webhooks.models import Attempt, Endpoint
from tamada.webhooks.models import Delivery as HookDelivery
from tests.api.conftest import Api
from tests.channels.conftest import mail

_LATIN = ("bcdfghklmnprstvz", "aeiou")
_ARMENIAN = ("բգդզթլխծկհձղմյնշպջռսվտրցփք", "աեիու")


def word(seed: int, letters: tuple[str, str] = _LATIN) -> str:
    """A word that nobody ever wrote, fourteen letters long, the same each time."""
    dice = random.Random(seed)
    return "".join(dice.choice(letters[n % 2]) for n in range(14))


@dataclass
class Story:
    """What a person left. `said` are the words; each stands in one place of its own."""

    owner: Agent
    teammate: Agent
    account: MailAccount
    said: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    address: str = "zvartqelts@qeltsvari.example"
    second: str = "otherbox@moxtusari.example"
    phone: str = "+37499871263"
    name: str = "Zvartqelo Dzmoxtubani"
    others_address: str = "gor@friend.example"

    def word(self, place: str) -> str:
        """Her own word for this place."""
        return self.said.setdefault(place, word(len(self.said)))

    def other(self, place: str) -> str:
        """A word of somebody else's."""
        return self.others.setdefault(place, word(1000 + len(self.others)))

    def take_in(self, *raws: bytes, source: str = "smtp", **meta: Any) -> None:
        """Mail comes by the journal, and is read."""
        journal = default_journal()
        for raw in raws:
            given = {"channel": "email", "source": source, "inboxes": [self.account.inbox_id]}
            journal.write(raw, given | {"received_at": timezone.now().isoformat()} | meta)
        with journal.lock(wait=True):
            Ingest(journal).step()

    def mail(self, text: str, *, sender: str = "", **fields: Any) -> bytes:
        """One of her mails, or of somebody else's."""
        sender = sender or f"{self.name} <{self.address}>"
        return mail(text, sender=sender, to=f"Support <{self.account.address}>", **fields)

    def message(self, holding: str) -> Message:
        """The one whose text has this word."""
        return Message.objects.select_related("conversation").get(text__contains=holding)

    @property
    def customer(self) -> Customer:
        """Her, as she is known."""
        return Identity.objects.get(type="email", value=self.address).customer

    # -- what she left, room by room -----------------------------------------------------------------------------

    def tell(self) -> None:
        """Everything."""
        self._teach_rules()
        self._write()
        self._answer()
        self._know()
        self._share()
        self._be_asked_for()
        self._refuse()
        self._hand_out()
        run_pending()

    def _teach_rules(self) -> None:
        condition = {"ask": "text", "is": "contains", "value": "leak"}
        terms = RuleTerms(
            name="Leaks", trigger="received", conditions=[condition], steps=[{"do": "priority", "value": "high"}]
        )
        automation.create_rule(agent=self.owner, actor=actor_of(self.owner), terms=terms)
        hers = {"ask": "address", "is": "is", "value": self.address}
        step = {"do": "note", "value": f"Call {self.phone}"}
        terms = RuleTerms(name="About her", trigger="noted", conditions=[hers], steps=[step])
        automation.create_rule(agent=self.owner, actor=actor_of(self.owner), terms=terms)
        views = ViewTerms(name=f"What {self.name} wrote", every=[hers])
        automation.create_view(agent=self.teammate, actor=actor_of(self.teammate), terms=views)
        wording = Wording(name="To her", bodies={"": f"Dear {self.name}"})
        automation.create_macro(agent=self.owner, actor=actor_of(self.owner), wording=wording)

    def _write(self) -> None:
        first = f"leak {self.word('text')} {word(77, _ARMENIAN)}\n\n> {self.word('quote')}\n"
        self.said["armenian"] = word(77, _ARMENIAN)
        raw = self.mail(first, subject=self.word("subject"), message_id="<q1@qeltsvari.example>")
        self.take_in(with_file(raw, f"{self.word('file')}.txt", self.word("inside").encode()))
        self.take_in(self.mail(self.word("second matter"), subject="Other", message_id="<q2@qeltsvari.example>"))
        self.take_in(self.mail(self.word("spam"), subject="Other", message_id="<q3@qeltsvari.example>"))
        self.take_in(self.mail(self.word("deleted"), subject="Other", message_id="<q4@qeltsvari.example>"))
        self.take_in(
            self.mail(
                self.word("from elsewhere"),
                sender=f"Z <{self.second}>",
                subject="x",
                message_id="<q5@moxtusari.example>",
            )
        )
        owner, by = self.owner, actor_of(self.owner)
        spam = self.message(self.said["spam"]).conversation
        actions.mark_spam(agent=owner, actor=by, conversation=spam)
        actions.delete_conversations(
            agent=owner, actor=by, conversations=[self.message(self.said["deleted"]).conversation]
        )

    def _answer(self) -> None:
        agent, by = self.teammate, actor_of(self.teammate)
        one = self.message(self.said["text"]).conversation
        actions.add_note(agent=agent, actor=by, conversation=one, html=f"<p>She is {self.word('note')}.</p>")
        file = actions.attach(
            agent=agent, draft=None, name=f"{self.word('our file')}.txt", content=b"%" + self.word("in ours").encode()
        )
        sent = actions.send_reply(
            agent=agent, actor=by, conversation=one, text=f"Dear {self.name}, {self.word('reply')}", attachments=[file]
        )
        delivery = Delivery.objects.get(message=sent)
        delivery.last_error = f"550 no {self.address}"
        delivery.save()
        DeliveryAttempt.objects.create(delivery=delivery, started_at=timezone.now(), detail=f"450 {self.address}")
        report = Bounce(external_id=sent.external_id, address=self.address, permanent=True, detail=self.word("report"))
        envelope = Envelope(
            inbox_id=one.inbox_id, channel="email", sender=Party(type="email", value="mailer@relay.example", name=""),
            external_id="<dsn@relay.example>", digest="9" * 64, subject="", text="", received_at=timezone.now(),
            bounce=report,
        )  # fmt: skip
        with transaction.atomic():
            record_bounce(envelope)
        draft = actions.save_draft(agent=agent, actor=by, conversation=one, html=f"<p>{self.word('draft')}</p>")
        actions.attach(agent=agent, draft=draft, name="d.txt", content=self.word("in the draft").encode())
        people = [{"name": self.name, "email": self.address}]
        actions.save_draft(
            agent=agent,
            actor=by,
            conversation=None,
            inbox=one.inbox,
            to=people,
            html=f"<p>{self.word('new draft')}</p>",
        )
        actions.merge_conversations(
            agent=agent, actor=by, sources=[self.message(self.said["second matter"]).conversation], target=one
        )

    def _know(self) -> None:
        owner, by = self.owner, actor_of(self.owner)
        her = self.customer
        customers.define_attribute(agent=owner, actor=by, key="plan", label="Plan")
        facts: dict[str, Any] = {"city": self.word("city"), "note": self.word("about"), "tags": ["vip"]}
        facts |= {"name": self.name, "attributes": {"plan": self.word("attribute")}}
        customers.update_customer(agent=owner, actor=by, customer=her, **facts)
        customers.add_identity(agent=owner, actor=by, customer=her, type="phone", value=self.phone)
        other = Identity.objects.get(value=self.second).customer
        customers.merge_customers(agent=owner, actor=by, source=other, target=her)
        purpose = privacy.save_purpose(agent=owner, actor=by, name="News", texts={"en": "May we?"})
        privacy.record_consent(
            agent=owner, actor=by, customer=her, purpose=Purpose.objects.get(pk=purpose.pk), given=True, source="phone",
            note=self.word("consent"),
        )  # fmt: skip
        privacy.note_look(owner, her.pk)
        other = customers.create_customer(agent=owner, actor=by, name="Her brother")
        customers.update_customer(agent=owner, actor=by, customer=other, note=f"Brother of {self.name}, pays")
        audit.record(SYSTEM, "setting.changed", None, key="x", value=f"asked by {self.name}")

    def _share(self) -> None:
        """Gor in her conversation, she in his, and her address in a mail of his."""
        gor = f"Gor Hakobyan <{self.others_address}>"
        hers = self.message(self.said["text"]).conversation
        ours = Message.objects.get(conversation=hers, kind="out")
        text = f"I am her neighbour {self.other('in hers')}.\n\nOn Monday {self.name} wrote:\n> {self.said['text']}\n"
        self.take_in(
            self.mail(
                text,
                sender=gor,
                subject="Re: leak",
                message_id="<g1@friend.example>",
                in_reply_to=ours.external_id,
                references=f"<q1@qeltsvari.example> {ours.external_id}",
            )
        )
        own = f"My roof {self.other('his own')}, as {self.name} ({self.address}) may tell"
        self.take_in(
            self.mail(own, sender=gor, subject=f"For {self.name}", message_id="<g2@friend.example>", cc=self.address)
        )
        his = self.message(self.others["his own"]).conversation
        answer = f"<p>We come, {self.name}: {self.other('our answer')}.</p>"
        people: list[Address] = [
            {"name": "", "email": self.others_address},
            {"name": self.name, "email": self.address},
        ]
        sent = actions.send_reply(
            agent=self.teammate, actor=actor_of(self.teammate), conversation=his, html=answer, to=people
        )
        self.take_in(
            self.mail(
                self.word("in his"),
                subject="Re: roof",
                message_id="<q6@qeltsvari.example>",
                in_reply_to=sent.external_id,
            )
        )
        self.take_in(self.mail(self.other("alone"), sender=gor, subject="Bill", message_id="<g3@friend.example>"))

    def _be_asked_for(self) -> None:
        """A rule asked for her where she took no part: its reason says so."""
        text = f"My tap {self.other('tap')}"
        self.take_in(self.mail(text, sender="Levon <levon@tap.example>", subject="Tap", message_id="<l1@tap.example>"))
        theirs = self.message(self.others["tap"]).conversation
        actions.add_note(agent=self.teammate, actor=actor_of(self.teammate), conversation=theirs, text="Look")

    def _refuse(self) -> None:
        owner, by = self.owner, actor_of(self.owner)
        customers.block_sender(agent=owner, actor=by, value=self.second)
        self.take_in(
            self.mail(self.word("blocked"), sender=self.second, subject="x", message_id="<q7@moxtusari.example>")
        )
        self.take_in(f"no mail at all {self.address} {self.word('quarantined')}".encode())
        self.take_in(self.mail(f"leak {self.said['text']}", subject="x", message_id="<q2@qeltsvari.example>"))
        AutoReply.objects.create(inbox=self.account.inbox, address=self.address, at=timezone.now())
        QueuedTask.objects.create(name="x", state="dead", error=f"ValueError: {self.address}", kwargs={})

    def _hand_out(self) -> None:
        owner, by = self.owner, actor_of(self.owner)
        heads = "conversation id,subject,customer email,name,date,direction,text"
        line = f"KEY{self.word('key')},Old,{self.address},Z,2026-01-31,in,{self.word('imported')}"
        rows = f"{heads}\n{line}\n"
        table = transfer.upload_import(
            agent=owner, actor=by, source="csv", name="old.csv", file=io.BytesIO(rows.encode()), size=len(rows)
        )
        transfer.settle_import(
            agent=owner, actor=by, row=table, inbox=self.account.inbox, what=table.options["what"],
            columns=table.options["columns"],
        )  # fmt: skip
        transfer.start_import(agent=owner, actor=by, row=table)
        run_pending()
        transfer.start_export(agent=owner, actor=by)
        run_pending()
        endpoint = Endpoint.objects.create(url="https://crm.example/", secret=secrets.encrypt("x"))
        told = HookDelivery.objects.create(
            endpoint=endpoint, name="msg_1", type="customer.updated", not_before=timezone.now(),
            give_up_at=timezone.now(), created_at=timezone.now(),
            body=f'{{"type":"customer.updated","data":{{"customer":"{self.customer.pk}"}}}}',
        )  # fmt: skip
        Attempt.objects.create(delivery=told, at=timezone.now(), outcome="ok", answer=self.word("receiver"))
        one = self._first()
        body = {"kind": "note", "text": self.word("by a program")}
        assert Api(self.owner).post(f"/conversations/{one.pk}/messages", body, key="k1").status_code == 201
        assert Api(self.owner).get(f"/customers/{self.customer.pk}").status_code == 200

    def _first(self) -> Conversation:
        return (
            Message.objects.filter(text__contains=self.said["text"], kind="in", customer=self.customer)
            .order_by("pk")[0]
            .conversation
        )

    # -- looking for her -----------------------------------------------------------------------------------------

    def needles(self) -> list[str]:
        """Every word of hers, addresses and names. Of a word its middle: an index keeps stems, and beginnings once."""
        cores = [said[3:10] for said in self.said.values()]
        return [*cores, "zvartqelts", "qeltsvari.example", "otherbox", "99871263", "zvartqelo", "dzmoxtubani"]


def with_file(raw: bytes, name: str, content: bytes) -> bytes:
    """The mail with a file."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    message.add_attachment(content, maintype="text", subtype="plain", filename=name)
    return message.as_bytes()


def traces_in_the_database(needles: list[str]) -> Iterator[str]:
    """`table.column: needle` for every value of every table that has one, the index's own tables too."""
    with connection.cursor() as db:
        for table in connection.introspection.table_names(db):
            db.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in db.description]
            for row in db.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = as_text(value)
                    yield from (f"{table}.{column}: {needle}" for needle in found_in(text, needles))


def as_text(value: Any) -> str:
    """A stored value as letters, also where JSON escaped them or the index packed them."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    text = str(value)
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape", "replace") if "\\u" in text else text


def found_in(text: str, needles: list[str]) -> list[str]:
    folded = text.casefold()
    return [needle for needle in needles if needle in folded]


def traces_on_disk(folder: Path, needles: list[str]) -> Iterator[str]:
    """`file: needle` for every file below a folder that has one."""
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            yield from (f"{path.name}: {needle}" for needle in found_in(text, needles))


def data_folder() -> Path:
    """Files, raw mail, the journal, what is made meanwhile."""
    return Path(settings.TAMADA.data_dir)
