"""Many mails at once: the corpus's four ways of answering, and the collections of real mail."""

from collections import defaultdict

import pytest

from benchmarks.mail_corpus import corpus
from tamada.channels.models import RawInput
from tamada.conversations.models import Message
from tests.helpers.data import shared_data
from tests.helpers.proof import report, sized

COUNT = sized(600, 2000)

pytestmark = pytest.mark.sized


@pytest.mark.timeout(sized(300, 3600))
def test_all_four_ways_of_answering_find_their_conversation_and_none_a_wrong_one(deliver):
    number_of: dict[int, int] = {}
    batch: list[tuple[int, bytes]] = []

    def flush() -> None:
        deliver(*(raw for _, raw in batch))
        ids = dict(Message.objects.values_list("external_id", "conversation_id"))
        for thread, raw in batch:
            number_of.setdefault(thread, ids[_id(raw)])
        batch.clear()

    entries = []
    for entry, raw in corpus(COUNT):
        if entry.kind == "token":
            if entry.thread not in number_of:
                flush()
            told = raw.replace(b"[@%d@]" % entry.thread, b"[#%d]" % number_of[entry.thread])
            batch.append((entry.thread, told))
        else:
            batch.append((entry.thread, raw))
        entries.append(entry)
        if len(batch) == 100:
            flush()
    flush()
    found = dict(Message.objects.values_list("external_id", "conversation_id"))
    wrong = defaultdict(list)
    for entry in entries:
        if found[entry.message_id] != number_of[entry.thread]:
            wrong[entry.kind].append(entry.number)
    assert len(found) == COUNT
    assert not wrong
    assert len(set(number_of.values())) == len(number_of), "two threads share a conversation"
    assert RawInput.objects.exclude(state="done").count() == 0
    kinds = {kind: sum(e.kind == kind for e in entries) for kind in ("reply", "references", "token", "foreign")}
    report("Threading of the corpus", mails=COUNT, threads=len(number_of), wrong=0, **kinds)


def _id(raw: bytes) -> str:
    line = next(line for line in raw.split(b"\r\n") if line.startswith(b"Message-ID: "))
    return line.removeprefix(b"Message-ID: ").decode()


def test_what_the_corpus_says_is_shown_without_quotes(deliver):
    chosen = [(entry, raw) for entry, raw in corpus(80) if entry.kind != "token"]
    deliver(*(raw for _, raw in chosen))
    texts = dict(Message.objects.values_list("external_id", "text"))
    for entry, _ in chosen:
        # A name in a table at the end of HTML is no signature that could be told from text.
        shown, said = texts[entry.message_id].split(), entry.text.split()
        assert shown[: len(said)] == said
        assert len(shown) <= len(said) + 2


def fixtures() -> list[bytes]:
    folder = shared_data("email")
    if folder is None:
        return [raw for _, raw in corpus(20)]
    return [file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file() and _is_mail(file.name)]


def _is_mail(name: str) -> bool:
    return name.lower().endswith((".eml", ".txt", ".msg")) and not name.lower().startswith(("readme", "license"))


@pytest.mark.timeout(600)
def test_every_mail_of_the_collections_is_received_or_quarantined_with_a_reason(deliver):
    raws = fixtures()
    for start in range(0, len(raws), 100):
        deliver(*raws[start : start + 100])
    rows = RawInput.objects.all()
    assert rows.count() == len(raws)
    assert all(row.reason for row in rows if row.state == "quarantined")
    assert set(rows.values_list("state", flat=True)) <= {"done", "duplicate", "quarantined"}
    assert all(text.strip() for text in Message.objects.exclude(kind="system").values_list("text", flat=True))
    counts = {state: rows.filter(state=state).count() for state in ("done", "duplicate", "quarantined")}
    report("The collections of mail", mails=len(raws), **counts)
