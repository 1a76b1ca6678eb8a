"""Puts the demo company into an empty installation, in seconds: rows in bulk, then counts and index from them."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent, Membership, Team
from tamada.accounts.queries import default_team
from tamada.automation.actions import create_policy
from tamada.automation.actions.sla import Terms
from tamada.calendars.actions import create_calendar, set_public_holidays
from tamada.channels.email.accounts import open_mail_inbox
from tamada.conversations import counts, indexing
from tamada.conversations.models import (
    Attachment,
    AuthorKind,
    Channel,
    Conversation,
    DeliveryState,
    Inbox,
    Kind,
    Mention,
    Message,
    ReadMark,
)
from tamada.conversations.text import preview_of
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.customers import indexing as customer_indexing
from tamada.customers.actions import tags_for
from tamada.customers.models import Customer, Identity, IdentityType, Organisation
from tamada.kit.text import analyse, build_caches
from tamada.search.index import index_customers, index_messages

from .chats import chats, open_chat, open_threads
from .files import EACH, StoredFile, stored
from .insights import read_it
from .jobs import make_jobs
from .knowledge import make_knowledge
from .past_jobs import make_past_jobs
from .people import (
    AGENTS,
    COMPANIES,
    DOMAIN,
    INBOX_OF,
    INBOXES,
    SPAMMERS,
    TAGS_OF,
    TEAMS,
    Person,
    people,
    spammers,
)
from .routine import make_routine
from .script import Said, Script, scripts, spam

SIGN_IN: Final = f"nare@{DOMAIN}"
PASSWORD: Final = "arevik-demo"  # noqa: S105  printed at the start: it opens nothing but the demo
CUSTOMERS: Final = 300
CONVERSATIONS: Final = 2000
_SEED: Final = 1991
_WEEK: Final = {**{day: [(9 * 60, 18 * 60)] for day in range(5)}, 5: [(10 * 60, 15 * 60)]}


def load(*, conversations: int = CONVERSATIONS) -> bool:
    """Make the company, relative to today; False if there is somebody here already. The same seed, the same company."""
    if Agent.objects.exists() or Conversation.objects.exists():
        return False
    random = Random(_SEED)  # noqa: S311  texts, not secrets
    hashed = make_password(PASSWORD)
    build_caches()  # the languages' dictionaries, before the transaction that would wait for them
    files = stored()
    _warn_of_no_long_transaction()
    with transaction.atomic():
        _company()
        agents, teams = _staff(hashed)
        inboxes = _inboxes(teams)
        inboxes.append(open_chat(teams[0], inboxes[0].calendar))
        crowd, strangers, now = people(random, CUSTOMERS - len(SPAMMERS)), spammers(), timezone.now()
        customers = _customers(random, [*crowd, *strangers])
        told = list(scripts(random, crowd, conversations - len(SPAMMERS), now))
        told += [*spam(random, len(crowd), now), *chats(random, crowd, now)]
        told.sort(key=lambda script: script.said[0].at)
        _conversations(told, [*crowd, *strangers], customers, agents, inboxes, files=files)
        counts.rebuild()
        make_routine(agents[0])
        make_knowledge(agents[0], agents)
        make_jobs(agents)
        make_past_jobs(agents)
    read_it(agents)
    return True


def _warn_of_no_long_transaction() -> None:
    """Nobody else is there yet to be kept from writing."""
    logging.getLogger("tamada.core.sqlite").setLevel(logging.ERROR)


def is_here() -> bool:
    """True while the demo's first person can sign in: somebody should be told how."""
    return Agent.objects.filter(email=SIGN_IN, is_active=True).exists()


def _company() -> None:
    settings_store.set("company.name", "Arevik Net", SYSTEM)
    settings_store.set("company.language", "hy", SYSTEM)
    settings_store.set("company.time_zone", "Asia/Yerevan", SYSTEM)
    settings_store.set("company.first_steps_over", True, SYSTEM)  # there is work at once


def _staff(hashed: str) -> tuple[list[Agent], list[Team]]:
    first = default_team()
    first.name = TEAMS[0]
    first.save(update_fields=["name"])
    teams = [first, *Team.objects.bulk_create(Team(name=name) for name in TEAMS[1:])]
    agents = Agent.objects.bulk_create(
        Agent(email=f"{short}@{DOMAIN}", name=name, role=role, language=language, password=hashed)
        for name, short, role, _teams, language in AGENTS
    )
    Membership.objects.bulk_create(
        Membership(agent=agent, team=teams[i]) for agent, row in zip(agents, AGENTS, strict=True) for i in row[3]
    )
    return agents, teams


def _inboxes(teams: list[Team]) -> list[Inbox]:
    hours = create_calendar(agent=None, actor=SYSTEM, name="Գրասենյակ", time_zone="Asia/Yerevan", week=_WEEK)
    inboxes = [
        open_mail_inbox(agent=None, actor=SYSTEM, name=name, address=f"{short}@{DOMAIN}", team=teams[team]).inbox
        for name, short, team in INBOXES
    ]
    for inbox in inboxes:
        inbox.calendar = hours
    Inbox.objects.bulk_update(inboxes, ["calendar"])
    set_public_holidays(agent=None, actor=SYSTEM, calendar=hours, country="AM", language="hy")
    terms = Terms(name="Սովորական", first_minutes=60, next_minutes=120, resolution_minutes=32 * 60)
    create_policy(agent=None, actor=SYSTEM, terms=terms)
    return inboxes


def _customers(random: Random, crowd: list[Person]) -> list[Customer]:
    now = timezone.now()
    made = Organisation.objects.bulk_create(Organisation(name=name) for names in COMPANIES.values() for name in names)
    by_name = {company.name: company for company in made}
    customers = Customer.objects.bulk_create(
        Customer(
            name=person.name,
            language=person.language,
            city=person.city,
            organisation=by_name[random.choice(COMPANIES[person.country])] if _is_business(random, person) else None,
            last_activity_at=now - timedelta(days=120),
        )
        for person in crowd
    )
    identities = [
        Identity(customer=customer, type=kind, value=value, display=value, verified_at=now)
        for customer, person in zip(customers, crowd, strict=True)
        for kind, value in ((IdentityType.EMAIL, person.email), (IdentityType.PHONE, person.phone))
        if kind == IdentityType.EMAIL or (value and random.random() < 0.7)
    ]
    taken = {i.value: i for i in identities}  # two people may have drawn the same number
    Identity.objects.bulk_create(taken.values())
    since = {c.pk: now - timedelta(days=random.randrange(95, 2600)) for c in customers}
    for customer in customers:
        customer.created_at = since[customer.pk]
    Customer.objects.bulk_update(customers, ["created_at"])
    _index(customers, list(taken.values()))
    return customers


def _is_business(random: Random, person: Person) -> bool:
    return random.random() < 0.15 and person.country in COMPANIES


def _index(customers: list[Customer], identities: list[Identity]) -> None:
    theirs: dict[int, list[Identity]] = {}
    for identity in identities:
        theirs.setdefault(identity.customer_id, []).append(identity)
    index_customers(
        [
            customer_indexing.document(c, theirs.get(c.pk, []), c.organisation.name if c.organisation else "")
            for c in customers
        ]
    )


def _conversations(
    told: list[Script],
    crowd: list[Person],
    customers: list[Customer],
    agents: list[Agent],
    inboxes: list[Inbox],
    *,
    files: dict[str, list[StoredFile]],
) -> None:
    rows = [_conversation(s, crowd[s.person], customers[s.person], agents, inboxes[INBOX_OF[s.key]]) for s in told]
    Conversation.objects.bulk_create(rows)
    pairs = list(zip(told, rows, strict=True))
    messages = [m for script, row in pairs for m in _messages(script, row, agents, crowd[script.person].email)]
    Message.objects.bulk_create(messages)
    names = _attach(pairs, messages, files)
    open_threads(pairs, messages)
    _tags(pairs, crowd)
    _last_seen(customers, rows)
    _marks(rows, messages, agents)
    words = [(m, f"{m.subject}\n{m.text}\n{names.get(m.pk, '')}") for m in messages]
    index_messages([indexing.document(m, " ".join(analyse(text, m.language))) for m, text in words])


def _attach(
    pairs: list[tuple[Script, Conversation]], messages: list[Message], files: dict[str, list[StoredFile]]
) -> dict[int, str]:
    """Give mails that speak of a file one; returns the files' names by message."""
    kinds = [said.file for script, _row in pairs for said in script.said]
    chosen = [(m, files[kind][m.pk % EACH]) for m, kind in zip(messages, kinds, strict=True) if kind]
    Attachment.objects.bulk_create(
        Attachment(message=m, name=f.name, type=f.type, size=f.size, blob=f.blob) for m, f in chosen
    )
    return {m.pk: f.name for m, f in chosen}


def _conversation(
    script: Script, person: Person, customer: Customer, agents: list[Agent], inbox: Inbox
) -> Conversation:
    last, now = script.said[-1], timezone.now()
    owner = agents[script.owner] if script.owner is not None else None
    answers = [s.at for s in script.said if s.by == "agent"]
    answered = answers[-1] if answers else script.said[0].at - timedelta(days=1)
    since = next((s.at for s in script.said if s.by == "customer" and s.at > answered), None)
    return Conversation(
        inbox=inbox,
        channel=inbox.channel,
        customer=customer,
        team=inbox.team,
        subject=script.subject,
        status=script.status,
        is_spam=script.is_spam,
        priority=script.priority,
        assignee=owner,
        language=person.language,
        message_count=len(script.said),
        last_seq=len(script.said),
        preview=preview_of(last.text),
        last_kind=_KINDS[last.by],
        created_at=script.said[0].at,
        last_activity_at=last.at,
        waiting_since=since if script.status == "open" and not script.is_spam else None,
        snoozed_until=_morning(now, 1 + len(script.subject) % 5) if script.status == "snoozed" else None,
        first_replied_at=answers[0] if answers else None,
        closed_at=last.at if script.status == "closed" else None,
    )


def _morning(now: datetime, days: int) -> datetime:
    """Nine o'clock in Yerevan and Tbilisi, some days on."""
    return (now + timedelta(days=days)).replace(hour=5, minute=0, second=0, microsecond=0)


_KINDS: Final = {"customer": Kind.IN, "agent": Kind.OUT, "note": Kind.NOTE}


def _messages(script: Script, row: Conversation, agents: list[Agent], email: str) -> Iterator[Message]:
    writer = agents[script.owner if script.owner is not None else 1]
    first_id = ""
    for seq, said in enumerate(script.said, 1):
        message = _message(said, row, seq, writer, email)
        message.references = [first_id] if first_id else []
        first_id = first_id or message.external_id
        yield message


def _message(said: Said, row: Conversation, seq: int, writer: Agent, email: str) -> Message:
    kind, customer = _KINDS[said.by], row.customer
    ours = kind != Kind.IN
    external = f"<demo-{row.pk}-{seq}@{DOMAIN}>" if kind != Kind.NOTE else ""
    theirs = {"name": customer.name, "email": email}
    parties = [theirs] if kind == Kind.OUT else [{"name": row.inbox.name, "email": row.inbox.address}]
    is_mail = row.channel == Channel.EMAIL
    return Message(
        conversation=row,
        seq=seq,
        kind=kind,
        channel=row.channel,
        inbox=row.inbox,
        author_kind=AuthorKind.AGENT if ours else AuthorKind.CUSTOMER,
        author_name=writer.name if ours else customer.name,
        agent=writer if ours else None,
        customer=None if ours else customer,
        sender="" if ours or not is_mail else theirs["email"],
        subject=row.subject if seq == 1 else f"Re: {row.subject}" if is_mail else "",
        to=parties if is_mail and kind != Kind.NOTE else [],
        text=said.text,
        has_attachments=bool(said.file),
        language=row.language,
        external_id=external,
        external_key=external or None,
        delivery=DeliveryState.SENT if kind == Kind.OUT else "",
        created_at=said.at,
    )


def _tags(pairs: list[tuple[Script, Conversation]], crowd: list[Person]) -> None:
    """In the company's own language, and in English what English-speaking customers ask the accounts for."""
    tags = dict(zip(TAGS_OF, tags_for(list(TAGS_OF.values())), strict=True))
    (billing,) = tags_for(["billing"])
    through = Conversation.tags.through
    owned = [(script, row) for script, row in pairs if script.owner is not None]
    english = [row for script, row in owned if crowd[script.person].language == "en" and INBOX_OF[script.key] == 1]
    through.objects.bulk_create(
        [
            *(through(conversation_id=row.pk, tag_id=tags[script.key].pk) for script, row in owned),
            *(through(conversation_id=row.pk, tag_id=billing.pk) for row in english),
        ]
    )


def _last_seen(customers: list[Customer], rows: list[Conversation]) -> None:
    latest = {row.customer_id: row.last_activity_at for row in rows}  # rows come oldest first
    first = {row.customer_id: row.created_at for row in reversed(rows)}
    for customer in customers:
        customer.last_activity_at = latest.get(customer.pk, customer.last_activity_at)
        customer.created_at = min(customer.created_at, first.get(customer.pk, customer.created_at))
    Customer.objects.bulk_update(customers, ["last_activity_at", "created_at"])


def _marks(rows: list[Conversation], messages: list[Message], agents: list[Agent]) -> None:
    """Everybody has read what was answered; a few notes name the first agent."""
    read = [ReadMark(agent=a, conversation=r, seq=r.last_seq) for a in agents for r in rows if r.last_kind != Kind.IN]
    ReadMark.objects.bulk_create(read)
    notes = [m for m in messages if m.kind == Kind.NOTE and m.conversation.status == "open"][-3:]
    named = agents[0]
    for note in notes:
        note.text = f"@{named.name} {note.text}"
    Message.objects.bulk_update(notes, ["text"])
    Mention.objects.bulk_create(
        Mention(message=m, conversation=m.conversation, agent=named, created_at=m.created_at) for m in notes
    )
