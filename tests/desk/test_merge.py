"""Merging and deleting at the desk: the dialog, the words that undo, the line that tells, the list of the deleted."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.conversations.envelopes import Party
from tamada.conversations.models import Conversation, Draft, Merge, Message
from tamada.customers.models import Customer
from tamada.kit.text import analyse
from tests.cast import SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db
EVE = Party(type="email", value="eve@mail.example", name="Eve")


def toast(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger"])["toast"]
    return found


def offered(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'name="into" value="(\d+)"', html)]


def test_the_dialog_suggests_finds_and_previews(ask: Ask, signed_in: SignedIn, teammate: Agent) -> None:
    first, second, third = ask("one"), ask("two"), ask("asparagus", sender=EVE, lemmas=" ".join(analyse("asparagus")))
    client, url = signed_in(teammate), reverse("desk:merge", args=[first.conversation_id])
    html = client.get(url).text
    assert offered(html) == [second.conversation_id]
    assert "another customer" not in html
    for q in (f"#{third.conversation_id}", str(third.conversation_id), "asparagus"):
        html = client.get(url, {"q": q}).text
        assert offered(html) == [third.conversation_id]
        assert "another customer" in html
    html = client.get(url, {"into": third.conversation_id}).text
    assert html.index("one") < html.index("asparagus", html.index("So it ends"))
    assert offered(client.get(url, {"q": "nothing of the kind"}).text) == []


def test_merging_leads_on_and_is_undone_by_the_words_and_by_the_line(
    ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent, observer: Agent
) -> None:
    first, second = ask("one"), ask("two")
    answer = post("merge", second.conversation_id, into=first.conversation_id)
    here = f"/conversations/{first.conversation_id}"
    assert (answer.status_code, answer["HX-Redirect"]) == (204, here)
    client = signed_in(teammate)
    made = Merge.objects.get()
    undo = reverse("desk:undo_merge", args=[made.pk])
    assert f'data-undo="{undo}"' in client.get(here).text
    assert f'data-undo="{undo}"' not in signed_in(observer).get(here).text
    for query in ("", "?fragment=talk", "?fragment=about"):
        moved = client.get(f"/conversations/{second.conversation_id}{query}")
        assert (moved.status_code, moved["Location"]) == (302, here + query)
    # Who was writing there writes here.
    post("draft", second.conversation_id, kind="note", text="so far")
    assert Draft.objects.get().conversation_id == first.conversation_id
    assert post("send", second.conversation_id, kind="note", text="written there").status_code in (200, 201, 302)
    assert Message.objects.get(text="written there").conversation_id == first.conversation_id
    back = client.post(undo)
    assert (back.status_code, f"#{second.conversation_id}" in back.json()["toast"]) == (200, True)
    assert back.json()["parted"] == [str(first.conversation_id), str(second.conversation_id)]
    assert client.post(undo).status_code == 409
    assert client.get(f"/conversations/{second.conversation_id}").status_code == 200
    assert undo not in client.get(here).text


def test_what_cannot_be_merged_is_said_in_the_dialog(ask: Ask, post: Post) -> None:
    first = ask("one")
    for into in ("", "nonsense", str(first.conversation_id), "99999"):
        answer = post("merge", first.conversation_id, into=into)
        assert answer.status_code == 422
        assert 'id="merge-choices-error" role="alert"' in answer.text
        assert 'aria-describedby="merge-choices-error"' in answer.text


def test_what_was_looked_for_stands_beside_what_is_missing(ask: Ask, post: Post, lead: Agent) -> None:
    first, other = ask("one"), ask("asparagus", sender=EVE)
    answer = post("merge", first.conversation_id, into="", q=f"#{other.conversation_id}")
    assert offered(answer.text) == [other.conversation_id]
    person = other.conversation.customer
    for name, of in (("merge_customer", [first.conversation.customer_id]), ("new_job", [])):
        answer = post(name, *of, q="Eve", by=lead)
        assert answer.status_code == 422
        assert 'id="customer-choices-error" role="alert"' in answer.text
        assert f'name="other" value="{person.pk}"' in answer.text


def test_a_selection_becomes_one_and_parts_again(ask: Ask, post: Post) -> None:
    ids = [ask(str(n)).conversation_id for n in range(3)]
    assert post("bulk", selected=ids[:1], merge="1").status_code == 422
    answer = post("bulk", selected=ids[::-1], merge="1")
    assert toast(answer)["text"] == f"Merged #{ids[1]}, #{ids[2]} into #{ids[0]}."
    assert list(Conversation.objects.values_list("pk", flat=True)) == [ids[0]]
    post("undo_merge", int(toast(answer)["undo"].split("/")[2]))
    assert Conversation.objects.count() == 3


def test_a_selection_is_deleted_and_comes_back(
    ask: Ask, post: Post, signed_in: SignedIn, lead: Agent, teammate: Agent
) -> None:
    ids = [ask(str(n)).conversation_id for n in range(2)]
    answer = post("bulk", selected=ids, delete="1")
    assert toast(answer)["text"].startswith("2 conversations deleted.")
    assert not Conversation.objects.exists()
    assert signed_in(teammate).get(f"/conversations/{ids[0]}").status_code == 404
    listed = signed_in(lead).get("/deleted").text
    assert all(f"#{pk}" in listed for pk in ids)
    assert "Tamar" in listed
    back = signed_in(teammate).post(toast(answer)["undo"])
    assert back.json()["toast"] == "2 conversations restored."
    assert Conversation.objects.count() == 2
    assert post("delete", ids[0])["HX-Redirect"] == "/inbox/mine"
    leads = signed_in(lead)
    assert leads.post("/deleted/restore", {"id": ids[0]})["Location"] == "/deleted"
    assert "Nothing was deleted" in leads.get("/deleted").text


def test_customers_are_merged_on_their_page(ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent) -> None:
    ani = ask("one").conversation.customer
    same = ask(
        "two", sender=Party(type="email", value="ani+shop@mail.example", name="A. Petrosyan")
    ).conversation.customer
    client = signed_in(teammate)
    page, dialog = f"/customers/{ani.pk}", reverse("desk:merge_customer", args=[ani.pk])
    assert "Perhaps the same person" in client.get(page).text
    assert f'value="{same.pk}"' in client.get(dialog).text
    assert f'value="{same.pk}"' in client.get(dialog, {"q": "shop"}).text
    assert post("merge_customer", ani.pk, other=ani.pk).status_code == 422
    answer = post("merge_customer", ani.pk, other=same.pk)
    assert answer["HX-Redirect"] == page
    assert client.get(f"/customers/{same.pk}")["Location"] == page
    undo = re.search(r'data-undo="(/customer-merges/\d+/undo)"', client.get(page).text)
    assert undo
    assert client.post(undo[1]).status_code == 200
    assert Customer.objects.count() == 2
    assert client.post(undo[1]).status_code == 409


def test_a_changed_subject_offers_to_split_and_undo_leads_back(
    ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent, observer: Agent
) -> None:
    first = ask("one")
    second = ask("two", subject="Another matter", answers=[first.external_id])
    here = f"/conversations/{first.conversation_id}"
    assert "Split off</button>" in signed_in(teammate).get(here).text
    assert "/split" not in signed_in(observer).get(here).text
    answer = post("split", first.conversation_id, first=second.pk)
    part = Conversation.objects.get(linked_to=first.conversation_id)
    assert answer["HX-Redirect"] == f"/conversations/{part.pk}"
    assert here in signed_in(teammate).get(f"/conversations/{part.pk}").text
    undo = f'data-undo="/conversations/{part.pk}/split/undo"'
    for half in (here, f"/conversations/{part.pk}"):
        assert undo in signed_in(teammate).get(half).text
        assert undo not in signed_in(observer).get(half).text
    assert post("undo_split", part.pk).json() == {"location": here}
    assert Message.objects.get(pk=second.pk).conversation_id == first.conversation_id
    assert undo not in signed_in(teammate).get(here).text
    assert post("split", first.conversation_id, first=first.pk).status_code == 422
