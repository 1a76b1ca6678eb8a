"""What the menus of a selection offer, and what they do."""

import pytest

from tamada.accounts.models import Agent, Membership, Role, Team
from tamada.conversations.models import Conversation
from tamada.desk.names import in_latin, is_called
from tests.cast import SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db


def offered(client_of: SignedIn, agent: Agent, *ids: int, of: str = "owner") -> str:
    query: dict[str, str | tuple[int, ...]] = {"of": of, "selected": ids}
    return client_of(agent).get("/conversations/bulk/choices", query).text


def test_only_who_may_own_all_of_them_is_offered(
    ask: Ask, signed_in: SignedIn, owner: Agent, teammate: Agent, lead: Agent, outsider: Agent
) -> None:
    one, two = (ask(subject=s).conversation for s in ("Modem", "Bill"))
    other = Team.objects.create(name="Billing")
    Membership.objects.create(team=other, agent=outsider)
    Conversation.objects.filter(pk=two.pk).update(team=other)
    alone = offered(signed_in, owner, two.pk)
    assert all(person.name in alone for person in (owner, teammate, outsider))
    both = offered(signed_in, owner, one.pk, two.pk)
    assert outsider.name not in both
    assert all(person.name in both for person in (owner, teammate, lead))


def test_what_one_may_not_see_offers_nobody(ask: Ask, signed_in: SignedIn, outsider: Agent, teammate: Agent) -> None:
    assert teammate.name not in offered(signed_in, outsider, ask().conversation_id)


def test_a_tag_is_added_to_each_and_taken_from_each(ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent) -> None:
    one, two = (ask(subject=s).conversation for s in ("Modem", "Bill"))
    post("update", one.pk, tags="fibre")
    post("bulk", selected=[one.pk, two.pk], tag="vip")
    assert [sorted(t.name for t in c.tags.all()) for c in (one, two)] == [["fibre", "vip"], ["vip"]]
    menu = offered(signed_in, teammate, one.pk, two.pk, of="tags")
    assert 'name="untag" value="vip"' in menu
    assert 'name="tag" value="fibre"' in menu
    post("bulk", selected=[one.pk, two.pk], untag="vip")
    assert [[t.name for t in c.tags.all()] for c in (one, two)] == [["fibre"], []]


def test_a_selection_goes_to_a_person_and_to_a_team(ask: Ask, post: Post, lead: Agent) -> None:
    one, two = (ask(subject=s).conversation for s in ("Modem", "Bill"))
    post("bulk", selected=[one.pk, two.pk], assignee=lead.pk)
    other = Team.objects.create(name="Billing")
    post("bulk", selected=[two.pk], team=other.pk)
    for found in (one, two):
        found.refresh_from_db()
    assert (one.assignee, two.team) == (lead, other)


@pytest.mark.parametrize(
    ("name", "typed"), [("Դավիթ", "dav"), ("გიორგი ლომიძე", "lomi"), ("Наталья", "natal"), ("Anna", "ann")]
)
def test_names_are_found_in_latin_letters_and_in_their_own(name: str, typed: str) -> None:
    assert is_called(name, typed)
    assert is_called(name, name[:3].upper())
    assert not is_called(name, "zzz")


def test_a_latin_name_needs_no_other_spelling() -> None:
    assert in_latin("Anna Clarke") == ""


def test_a_colleague_is_mentioned_in_latin_letters(signed_in: SignedIn, teammate: Agent, lead: Agent) -> None:
    Agent.objects.filter(pk=lead.pk).update(name="გიორგი", email="g@desk.example", role=Role.LEAD)
    assert [c["name"] for c in signed_in(teammate).get("/mentions?q=giorg").json()] == ["გიორგი"]
