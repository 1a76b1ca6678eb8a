"""The messages of a merge: moved and numbered anew by one statement, however many, and put back by another."""

from collections.abc import Sequence

from django.db import connection

from ..models import Merge

_NOTE = """
    INSERT INTO conversations_movedmessage (merge_id, message_id, came_from, seq)
    SELECT %s, id, conversation_id, seq FROM conversations_message WHERE conversation_id IN ({marks})
"""
# Numbers above all that were ever given here: none collides on the way, and who goes on from a number misses nothing.
_MOVE = """
    UPDATE conversations_message AS m SET conversation_id = %s, seq = %s + placed.place
    FROM (
        SELECT id, row_number() OVER (ORDER BY created_at, seq, id) AS place
        FROM conversations_message WHERE conversation_id IN ({marks})
    ) AS placed
    WHERE placed.id = m.id
"""
# What was moved on to elsewhere since stays there.
_PUT_BACK = """
    UPDATE conversations_message AS m SET conversation_id = was.came_from, seq = was.seq
    FROM conversations_movedmessage AS was
    WHERE was.merge_id = %s AND was.message_id = m.id AND m.conversation_id = %s
"""


def move(merge: Merge, sources: Sequence[int], above: int) -> int:
    """Give all messages to the target in the order of their times, numbered from `above` on; how many there are."""
    everyone = [merge.target_id, *sources]
    marks = ", ".join(["%s"] * len(everyone))
    with connection.cursor() as db:
        db.execute(_NOTE.format(marks=marks), [merge.pk, *everyone])
        db.execute(_MOVE.format(marks=marks), [merge.target_id, above, *everyone])
        return int(db.rowcount)


def put_back(merge: Merge) -> None:
    """Give every message its own conversation and number again."""
    with connection.cursor() as db:
        db.execute(_PUT_BACK, [merge.pk, merge.target_id])
