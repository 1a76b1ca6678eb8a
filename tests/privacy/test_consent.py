"""The ledger of consent: what was agreed to, by which words, and who may write it down."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core.models import AuditEntry, StoredEvent
from tamada.customers.actions import merge_customers, undo_customer_merge
from tamada.customers.models import Customer
from tamada.privacy import queries
from tamada.privacy.actions import record_consent, save_purpose
from tamada.privacy.models import Consent, Look, Purpose
from tests.cast import SignedIn

NEWS = {"en": "May we write to you about news?", "hy": "Կարո՞ղ ենք ձեզ գրել նորությունների մասին։"}


@pytest.fixture
def news(owner: Agent) -> Purpose:
    return save_purpose(agent=owner, actor=actor_of(owner), name="News", texts=NEWS)


def say(agent: Agent, customer: Customer, purpose: Purpose, *, given: bool = True, source: str = "phone") -> Consent:
    return record_consent(
        agent=agent, actor=actor_of(agent), customer=customer, purpose=purpose, given=given, source=source
    )


def test_the_last_word_counts_and_every_word_is_kept(teammate: Agent, customer: Customer, news: Purpose) -> None:
    assert [s.latest for s in queries.standings(customer)] == [None]
    for given in (True, False, True, False):
        say(teammate, customer, news, given=given)
        assert [s.is_given for s in queries.standings(customer)] == [given]
    assert [line.given for line in queries.ledger(customer)] == [False, True, False, True]
    assert AuditEntry.objects.filter(action="consent.withdrawn", object_id=customer.pk).count() == 2
    assert StoredEvent.objects.filter(type="customer.updated", data__fields=["consents"]).count() == 4


def test_the_words_are_kept_as_they_were_in_the_persons_language(
    owner: Agent, teammate: Agent, customer: Customer, news: Purpose
) -> None:
    customer.language = "hy"
    customer.save()
    line = say(teammate, customer, news)
    assert (line.language, line.text, line.version) == ("hy", NEWS["hy"], 1)
    customer.language = "ka"  # in which nobody is asked
    assert say(teammate, customer, news).text == NEWS["en"]
    save_purpose(agent=owner, actor=actor_of(owner), purpose=news, name="News", texts={"en": "May we, really?"})
    line.refresh_from_db()
    assert (news.version, line.text) == (2, NEWS["hy"])
    assert [s.is_outdated for s in queries.standings(customer)] == [True]
    say(teammate, customer, news)
    assert [s.is_outdated for s in queries.standings(customer)] == [False]


def test_another_name_is_no_new_version(owner: Agent, news: Purpose) -> None:
    save_purpose(agent=owner, actor=actor_of(owner), purpose=news, name="Newsletter", texts=NEWS, is_active=False)
    assert (news.version, news.name) == (1, "Newsletter")


def test_a_purpose_out_of_use_is_asked_of_nobody_and_its_answers_stay(
    owner: Agent, teammate: Agent, customer: Customer, news: Purpose
) -> None:
    other = Customer.objects.create(name="Gor", last_activity_at=customer.last_activity_at)
    say(teammate, customer, news)
    save_purpose(agent=owner, actor=actor_of(owner), purpose=news, name="News", texts=NEWS, is_active=False)
    assert [s.is_given for s in queries.standings(customer)] == [True]
    assert queries.standings(other) == []


def test_who_may_not_write_writes_no_consent(
    teammate: Agent, observer: Agent, lead: Agent, customer: Customer, news: Purpose
) -> None:
    with pytest.raises(PermissionDenied):
        say(observer, customer, news)
    with pytest.raises(ValueError, match="dream"):
        say(teammate, customer, news, source="dream")
    for agent in (lead, teammate, observer):
        with pytest.raises(PermissionDenied):
            save_purpose(agent=agent, actor=actor_of(agent), name="Mine", texts=NEWS)
    assert not Consent.objects.exists()


def test_it_is_written_down_on_the_persons_page(
    teammate: Agent, customer: Customer, news: Purpose, signed_in: SignedIn
) -> None:
    client, page = signed_in(teammate), f"/customers/{customer.pk}/privacy"
    assert "never asked" in client.get(page).text
    given = {"purpose": news.pk, "given": "1", "source": "person", "note": "at the counter <b>"}
    assert client.post(f"/customers/{customer.pk}/consent", given, follow=True).status_code == 200
    shown = client.get(page).text
    assert "at the counter &lt;b&gt;" in shown
    assert NEWS["hy"] in shown  # the language of the customer of the cast
    assert "What is kept, and why" not in shown
    for wrong in ({"source": "dream"}, {"given": "maybe"}, {"purpose": "999999"}, {"purpose": "x\0"}):
        client.post(f"/customers/{customer.pk}/consent", given | wrong)
    assert Consent.objects.count() == 1


def test_a_purpose_needs_words(owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    assert client.post("/settings/consent/new", {"name": "News", "is_active": "on"}).status_code == 422
    assert client.post("/settings/consent/new", {"name": "News", "text_ka": "გვაქვს უფლება?"}).status_code == 302
    made = Purpose.objects.get()
    assert (made.texts, made.is_active) == ({"ka": "გვაქვს უფლება?"}, False)
    assert "გვაქვს უფლება?" in client.get(f"/settings/consent/{made.pk}").text


def test_what_two_customers_agreed_to_is_one_ledger_once_they_are_one_person(
    teammate: Agent, customer: Customer, news: Purpose
) -> None:
    other = Customer.objects.create(name="Gor", last_activity_at=customer.last_activity_at)
    for number, (who, given) in enumerate(((customer, True), (other, True), (customer, False))):
        say(teammate, who, news, given=given)
        Look.objects.create(customer=who, agent=teammate, day=date(2026, 5, 1 + number), at=customer.created_at)
    Look.objects.create(customer=other, agent=teammate, day=date(2026, 5, 1), at=customer.created_at)
    before = [*Consent.objects.order_by("pk").values(), *Look.objects.order_by("pk").values()]
    merge = merge_customers(agent=teammate, actor=actor_of(teammate), source=customer, target=other)
    assert [line.given for line in queries.ledger(other)] == [False, True, True]
    assert [s.is_given for s in queries.standings(other)] == [False]
    assert sorted(look.day.day for look in queries.looks(other)) == [1, 2, 3]
    undo_customer_merge(agent=teammate, actor=actor_of(teammate), merge=merge)
    assert [*Consent.objects.order_by("pk").values(), *Look.objects.order_by("pk").values()] == before
