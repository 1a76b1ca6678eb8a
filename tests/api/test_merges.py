"""Merging, deleting and taking back through the API."""

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Inbox
from tests.api.conftest import As, Mail


def test_merge_and_undo(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    a, b = mail(inbox, text="first"), mail(inbox, text="second")
    api = as_(teammate)
    made = api.post(f"/conversations/{b.pk}/merge", {"into": str(a.pk)})
    assert made.status_code == 201
    body = made.json()
    assert (body["conversations"], body["into"], body["undone_at"]) == ([str(b.pk)], str(a.pk), None)
    assert api.get(made["Location"].removeprefix("/api/v1")).json() == body
    assert [c["id"] for c in api.all("/conversations")] == [str(a.pk)]
    said = [m["text"] for m in api.all(f"/conversations/{a.pk}/messages") if m["kind"] != "system"]
    assert said == ["first", "second"]

    # The old number shows where it went, and takes nothing any more.
    assert api.get(f"/conversations/{b.pk}").json()["merged_into"] == str(a.pk)
    (line,) = api.all(f"/conversations/{b.pk}/messages")
    assert line["change"] == {"event": "merged_into", "into": a.pk}
    for refused in (
        api.patch(f"/conversations/{b.pk}", {"status": "closed"}),
        api.post(f"/conversations/{b.pk}/messages", {"kind": "note", "text": "x"}),
        api.post(f"/conversations/{b.pk}/merge", {"into": str(a.pk)}),
    ):
        assert (refused.status_code, refused.json()["merged_into"]) == (409, str(a.pk))

    undone = api.post(f"/merges/{body['id']}/undo")
    assert undone.status_code == 200
    assert undone.json()["undone_at"] is not None
    assert {c["id"] for c in api.all("/conversations")} == {str(a.pk), str(b.pk)}
    assert api.get(f"/conversations/{b.pk}").json()["merged_into"] is None
    assert api.post(f"/merges/{body['id']}/undo").status_code == 409


def test_the_latest_is_undone_first(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    a, b, c = (mail(inbox) for _ in range(3))
    api = as_(teammate)
    first, second = (api.post(f"/conversations/{x.pk}/merge", {"into": str(a.pk)}).json()["id"] for x in (b, c))
    refused = api.post(f"/merges/{first}/undo")
    assert (refused.status_code, refused.json()["later"]) == (409, second)
    assert api.get(f"/merges/{first}").json()["later"] == second


def test_what_cannot_be_merged_is_told(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    a = mail(inbox)
    api = as_(teammate)
    same = api.post(f"/conversations/{a.pk}/merge", {"into": str(a.pk)})
    assert (same.status_code, same.json()["errors"][0]["loc"]) == (422, ["body", "into"])
    assert api.post(f"/conversations/{a.pk}/merge", {"into": "999"}).status_code == 404
    assert api.post(f"/conversations/{a.pk}/merge", {}).status_code == 422


def test_write_on_both_is_needed(
    as_: As,
    teammate: Agent,
    outsider: Agent,
    observer: Agent,
    owner: Agent,
    inbox: Inbox,
    other_inbox: Inbox,
    mail: Mail,
) -> None:
    a, b = mail(inbox), mail(other_inbox)
    for agent, status in ((teammate, 404), (outsider, 404), (observer, 403)):
        for source, target in ((a, b), (b, a)):
            answer = as_(agent).post(f"/conversations/{source.pk}/merge", {"into": str(target.pk)})
            assert answer.status_code == status
    made = as_(owner).post(f"/conversations/{b.pk}/merge", {"into": str(a.pk)}).json()["id"]
    assert as_(outsider).get(f"/merges/{made}").status_code == 404
    for agent, status in ((teammate, 404), (outsider, 404), (observer, 403)):
        assert as_(agent).post(f"/merges/{made}/undo").status_code == status
    assert as_(outsider).get(f"/conversations/{b.pk}").status_code == 404
    assert as_(owner).post(f"/merges/{made}/undo").status_code == 200


def test_delete_and_restore(
    as_: As, teammate: Agent, lead: Agent, outsider: Agent, observer: Agent, inbox: Inbox, mail: Mail
) -> None:
    a = mail(inbox)
    path = f"/conversations/{a.pk}"
    assert as_(outsider).delete(path).status_code == 404
    assert as_(observer).delete(path).status_code == 403
    assert as_(teammate).delete(path).status_code == 204
    for gone in (as_(lead).get(path), as_(lead).patch(path, {"status": "closed"}), as_(lead).delete(path)):
        assert gone.status_code == 404
    assert as_(lead).all("/conversations") == []
    assert as_(outsider).post(f"{path}/restore").status_code == 404
    assert as_(lead).post(f"{path}/restore").json()["id"] == str(a.pk)
    assert as_(lead).post(f"{path}/restore").status_code == 404
    assert Conversation.objects.get().deleted_by is None


def test_customers_become_one_and_two_again(
    as_: As, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail
) -> None:
    a, b = mail(inbox), mail(inbox, sender="k.grigoryan@work.example")
    api = as_(teammate)
    path = f"/customers/{b.customer_id}"
    before = api.get(path).json()
    assert as_(outsider).post(f"{path}/merge", {"into": str(a.customer_id)}).status_code == 404
    made = api.post(f"{path}/merge", {"into": str(a.customer_id)})
    assert made.status_code == 201
    assert api.get(path).json()["id"] == str(a.customer_id)
    assert len(api.get(f"/customers/{a.customer_id}").json()["identities"]) == 2
    refused = api.patch(path, {"name": "X"})
    assert (refused.status_code, refused.json()["merged_into"]) == (409, str(a.customer_id))
    undo = f"/customer-merges/{made.json()['id']}/undo"
    assert as_(outsider).post(undo).status_code == 404
    assert api.post(undo).status_code == 200
    assert api.get(path).json() == before
    assert api.post(undo).status_code == 409
