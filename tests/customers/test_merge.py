"""One customer of two, and two of one again."""

from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.models import Agent
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import Actor
from tamada.core.db import is_postgres
from tamada.core.models import AuditEntry, StoredEvent
from tamada.customers import actions, queries
from tamada.customers.duplicates import duplicates, mailbox, merges_of
from tamada.customers.errors import Invalid, MergedAway, MergeStays
from tamada.customers.models import Customer, CustomerMerge, Organisation
from tamada.privacy.actions import record_consent, save_purpose
from tamada.search.queries import search
from tests.conversations.conftest import envelope_to
from tests.helpers.polling import until
from tests.helpers.proof import sized
from tests.helpers.rows import every_row

pytestmark = pytest.mark.django_db
merging = import_module("tamada.customers.actions.merge")


def by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": Actor("agent", agent.pk, agent.name)}


def make(agent: Agent, name: str = "", *addresses: str, **fields: Any) -> Customer:
    given: list[actions.type_given] = [
        {"type": "phone" if a.startswith("+") else "email", "value": a} for a in addresses
    ]
    return actions.create_customer(**by(agent), name=name, identities=given, **fields)


def merge(agent: Agent, target: Customer, source: Customer) -> CustomerMerge:
    return actions.merge_customers(**by(agent), source=source, target=target)


def undo(agent: Agent, made: CustomerMerge) -> CustomerMerge:
    return actions.undo_customer_merge(**by(agent), merge=made)


STAYS = {
    "customers.CustomerMerge", "conversations.Conversation.updated_at",
    "core.AuditEntry", "core.StoredEvent", "core.QueuedTask",
}  # fmt: skip


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but what says that it happened, and when."""
    return every_row(but=STAYS)


@pytest.fixture
def inbox(team: Any) -> Inbox:
    return conversations.create_inbox(
        agent=None, actor=Actor("system"), name="Support", channel="email", address="support@help.example", team=team
    )


def write(inbox: Inbox, sender: str, **more: Any) -> Conversation:
    (result,) = conversations.receive_messages(envelopes=[envelope_to(inbox, sender=sender, **more)])
    return Conversation.objects.get(pk=result.conversation_id or 0)


def test_the_target_takes_addresses_conversations_tags_and_what_it_does_not_know(inbox: Inbox, teammate: Agent) -> None:
    a = write(inbox, "ani@mail.am", text="asparagus").customer
    b = write(inbox, "a.petrosyan@work.am", text="asparagus").customer
    actions.update_customer(**by(teammate), customer=a, name="Ani", tags=["vip"], note="Calls late.")
    actions.update_customer(**by(teammate), customer=b, city="Gyumri", tags=["vip", "fibre"], note="Has a dog.")
    before, heard_of = everything(), Customer.objects.get(pk=a.pk).last_activity_at
    made = merge(teammate, a, b)
    whole = queries.get_visible(teammate, a.pk)
    assert (whole.name, whole.city, whole.note) == ("Ani", "Gyumri", "Calls late.\n\nHas a dog.")
    assert {t.name for t in whole.tags.all()} == {"vip", "fibre"}
    assert whole.identities.count() == 2
    assert Conversation.objects.filter(customer=whole).count() == 2
    assert [c.pk for c in queries.list_page(teammate, queries.CustomerFilter()).items] == [a.pk]
    assert len(queries.timeline(whole, teammate).items) == 2
    # What comes from either address is theirs, and what either wrote is found by any name or address.
    assert write(inbox, "a.petrosyan@work.am").customer_id == a.pk
    for who in ("ani@mail.am", "a.petrosyan@work.am"):
        assert len(search(teammate, f"asparagus from:{who}", kind="conversations").hits) == 2
    assert [hit.item.pk for hit in search(teammate, "petrosyan", kind="customers").hits] == [a.pk]
    with pytest.raises(MergedAway) as gone:
        queries.get_visible(teammate, b.pk)
    assert gone.value.into == a.pk
    Conversation.objects.order_by("-pk")[:1].get().delete()
    undo(teammate, made)
    Customer.everything.filter(pk=a.pk).update(last_activity_at=heard_of)
    after = everything()
    assert {room: after[room] for room in after if room.startswith("customers.")} == {
        room: before[room] for room in before if room.startswith("customers.")
    }
    assert [hit.item.pk for hit in search(teammate, "petrosyan", kind="customers").hits] == [b.pk]
    audited = AuditEntry.objects.filter(object_id=b.pk, object_type="customers.customer")
    assert {"customer.merged", "customer.parted"} <= set(audited.values_list("action", flat=True))


@pytest.mark.django_db(transaction=True)
def test_what_comes_in_while_two_are_merged_comes_to_the_one_they_are(
    inbox: Inbox, teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = (write(inbox, sender).customer for sender in ("ani@mail.am", "ani@work.am"))
    forget, pool = merging.forget_customers, ThreadPoolExecutor(1)
    mails: list[Future[Conversation]] = []

    def comes_in() -> Conversation:
        try:
            return write(inbox, "ani@work.am")
        finally:
            connection.close()

    def forget_and_meet(ids: list[int]) -> None:
        forget(ids)
        mails.append(pool.submit(comes_in))
        if is_postgres():
            until(held_up, what="The mail's wait for the merge")

    monkeypatch.setattr(merging, "forget_customers", forget_and_meet)
    merge(teammate, a, b)
    with pool:
        assert mails[0].result(30).customer_id == a.pk
    assert not Conversation.everything.filter(customer=b).exists()


def held_up() -> bool:
    with connection.cursor() as db:
        db.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return db.fetchone() is not None


def test_who_does_not_see_the_customer_parts_nobody(inbox: Inbox, teammate: Agent, outsider: Agent) -> None:
    a, b = (write(inbox, sender).customer for sender in ("ani@mail.am", "eve@mail.am"))
    made = merge(teammate, a, b)
    with pytest.raises(Customer.DoesNotExist):
        undo(outsider, made)


def test_what_was_changed_since_stays(teammate: Agent) -> None:
    a, b = make(teammate, "", "+37491123456"), make(teammate, "Ani", "ani@mail.am", city="Gyumri")
    made = merge(teammate, a, b)
    a = queries.get_visible(teammate, a.pk)
    actions.update_customer(**by(teammate), customer=a, city="Goris")
    actions.add_identity(**by(teammate), customer=a, type="email", value="new@mail.am")
    undo(teammate, made)
    a, b = (queries.get_visible(teammate, c.pk) for c in (a, b))
    assert (a.name, a.city, b.city) == ("", "Goris", "Gyumri")
    assert {str(i) for i in a.identities.all()} == {"+37491123456", "new@mail.am"}


def test_the_latest_merge_is_undone_first(teammate: Agent) -> None:
    a, b, c, d = (make(teammate, name, f"{name}@mail.am") for name in "abcd")
    before = everything()
    first, second, third = merge(teammate, b, a), merge(teammate, b, c), merge(teammate, d, b)
    for made in (first, second):
        with pytest.raises(MergeStays):
            undo(teammate, made)
    assert [m.pk for m in merges_of(d)] == [third.pk]
    for made in (third, second, first):
        undo(teammate, made)
    assert everything() == before
    with pytest.raises(MergeStays):
        undo(teammate, first)


def test_who_does_not_see_both_merges_nobody(
    inbox: Inbox, other_team: Any, teammate: Agent, outsider: Agent, owner: Agent, observer: Agent
) -> None:
    other = conversations.create_inbox(
        agent=None, actor=Actor("system"), name="B", channel="email", address="b@help.example", team=other_team
    )
    a, b = write(inbox, "ani@mail.am").customer, write(other, "eve@mail.am").customer
    before = everything()
    for agent in (teammate, outsider):
        for target, source in ((a, b), (b, a)):
            with pytest.raises(Customer.DoesNotExist):
                merge(agent, target, source)
    with pytest.raises(PermissionDenied):
        merge(observer, a, b)
    with pytest.raises(Invalid):
        merge(owner, a, a)
    assert everything() == before
    made = merge(owner, a, b)
    event = StoredEvent.objects.get(type="customer.merged")
    assert event.data == {"customer": b.pk, "into": a.pk, "merge": made.pk}
    assert f"inbox:{other.pk}" in event.before_keys & event.audience_keys  # their conversation is still theirs to see
    for agent in (teammate, outsider):
        assert queries.visible_to(agent).filter(pk=a.pk).exists()
    with pytest.raises(PermissionDenied):
        undo(observer, made)
    undo(owner, made)
    assert everything() == before


def test_duplicates_are_those_of_one_number_one_mailbox_or_one_name_in_one_company(
    teammate: Agent, outsider: Agent
) -> None:
    work = Organisation.objects.create(name="Ararat")
    a = make(teammate, "Ani  Petrosyan", "ani.petrosyan@gmail.com", "+37491123456", organisation=work)
    same = [
        make(teammate, "number"),
        make(teammate, "plus", "anipetrosyan+shop@gmail.com"),
        make(teammate, "dots", "a.nipetrosyan@googlemail.com"),
        make(teammate, "ANI PETROSYAN", organisation=work),
    ]
    actions.add_identity(**by(teammate), customer=same[0], type="whatsapp", value="091 12 34 56")
    make(teammate, "Ani Petrosyan")
    make(teammate, "other", "ani.petrosyan@mail.am")
    make(teammate, "longer", "anipetrosyan2@gmail.com")
    a = queries.get_visible(teammate, a.pk)
    assert [c.name for c in duplicates(teammate, a)] == [c.name for c in same]
    gone = make(teammate, "gone")
    outsider.is_active = False
    assert duplicates(outsider, a) == []
    assert duplicates(teammate, gone) == []


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("ani+a@mail.am", "ani@mail.am", True),
        ("a.ni@mail.am", "ani@mail.am", False),
        ("a.ni@gmail.com", "ani@googlemail.com", True),
        ("ani@ya.ru", "ani@yandex.ru", True),
        ("ani@mail.am", "ani@mail.ru", False),
    ],
)
def test_one_mailbox(one: str, other: str, is_same: bool) -> None:
    assert (mailbox(one) == mailbox(other)) is is_same


texts = st.sampled_from(["", "a", "b\n\nc"])
people = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "Ani", "Նարե"]),
        "city": texts.map(lambda t: t[:1]),
        "note": texts,
        "language": st.sampled_from(["", "hy", "ka"]),
        "tags": st.lists(st.sampled_from(["x", "y", "z"]), unique=True),
        "blocked": st.booleans(),
        "organisation": st.booleans(),
        "attributes": st.dictionaries(st.sampled_from(["plan", "floor"]), st.integers(1, 3)),
        "phone": st.booleans(),
        "wrote": st.integers(0, 2),
        "agreed": st.booleans(),
    }
)


@pytest.mark.sized
@settings(max_examples=sized(12, 500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.tuples(people, people, people))
def test_merging_and_undoing_restores_every_row(
    inbox: Inbox, owner: Agent, teammate: Agent, who: tuple[dict[str, Any], ...]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        work = Organisation.objects.create(name="Ararat")
        calls = save_purpose(agent=owner, actor=Actor("agent", owner.pk), name="Calls", texts={"en": "May we?"})
        rows = [_person(teammate, inbox, number, work, fields) for number, fields in enumerate(who)]
        for row, fields in zip(rows, who, strict=True):
            if fields["agreed"]:
                record_consent(**by(teammate), customer=row, purpose=calls, given=True, source="phone")
        before = everything()
        made = [merge(teammate, rows[0], rows[1]), merge(teammate, rows[0], rows[2])]
        for one in reversed(made):
            undo(teammate, one)
        assert everything() == before
        transaction.set_rollback(True)


def _person(agent: Agent, inbox: Inbox, number: int, work: Organisation, fields: dict[str, Any]) -> Customer:
    """Somebody as `people` describes them, and what they wrote."""
    plain = {k: fields[k] for k in ("name", "city", "note", "language", "tags")}
    phone = [f"+3749112345{number}"] if fields["phone"] else []
    row = make(agent, plain.pop("name"), f"p{number}@mail.am", *phone, **plain)
    row.attributes = fields["attributes"]
    row.organisation = work if fields["organisation"] else None
    row.blocked_at = timezone.now() if fields["blocked"] else None
    row.save()
    mails = [envelope_to(inbox, sender=f"p{number}@mail.am", text=f"mail {n}") for n in range(fields["wrote"])]
    conversations.receive_messages(envelopes=mails)
    return Customer.objects.get(pk=row.pk)
