"""What comes while a batch is done is the next batch; a culprit fails alone; nobody waits for nothing."""

import threading
from collections.abc import Sequence

import pytest

from tamada.core.gather import Gather
from tests.helpers.polling import until

pytestmark = pytest.mark.django_db(transaction=True)


class Bad(Exception):
    """What one item is refused with."""


def test_what_gathers_is_done_together_and_each_gets_its_own() -> None:
    batches: list[list[int]] = []
    go = threading.Event()

    def work(items: Sequence[int]) -> list[int | Exception]:
        batches.append(sorted(items))
        if items == [0]:
            go.wait(10)
        return [item * 10 for item in items]

    gather: Gather[int, int] = Gather(work, most=4)
    results: dict[int, int] = {}

    def put(item: int) -> None:
        results[item] = gather.put(item)

    threads = [threading.Thread(target=put, args=(n,)) for n in range(8)]
    threads[0].start()
    until(lambda: batches == [[0]], what="the first batch")
    for thread in threads[1:]:
        thread.start()
    until(lambda: len(gather._waiting) == 7, what="all others waiting")
    go.set()
    for thread in threads:
        thread.join(10)
    assert results == {n: n * 10 for n in range(8)}
    assert [len(batch) for batch in batches] == [1, 4, 3]
    assert gather.put(9) == 90


def test_a_culprit_fails_alone() -> None:
    go, begun = threading.Event(), threading.Event()

    def work(items: Sequence[int]) -> list[int | Exception]:
        if items == [0]:
            begun.set()
            go.wait(10)
        if 2 in items:
            raise Bad
        return [Bad() if item == 3 else item for item in items]

    gather: Gather[int, int] = Gather(work, most=10)
    outcomes: dict[int, str] = {}

    def put(item: int) -> None:
        try:
            outcomes[item] = str(gather.put(item))
        except Bad:
            outcomes[item] = "bad"

    threads = [threading.Thread(target=put, args=(n,)) for n in range(5)]
    threads[0].start()
    assert begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    until(lambda: len(gather._waiting) == 4, what="all others waiting")
    go.set()
    for thread in threads:
        thread.join(10)
    assert outcomes == {0: "0", 1: "1", 2: "bad", 3: "bad", 4: "4"}


def test_who_waits_does_nothing_themselves_until_the_process_ends() -> None:
    doers: list[threading.Thread] = []

    def work(items: Sequence[int]) -> list[int | Exception]:
        doers.append(threading.current_thread())
        return list(items)

    gather: Gather[int, int] = Gather(work, most=4)
    assert [gather.put(n) for n in range(3)] == [0, 1, 2]
    assert len(set(doers)) == 1
    assert threading.current_thread() not in doers
    gather.close()
    assert [gather.put(n) for n in range(2)] == [0, 1]
    assert doers[-1] is threading.current_thread()
