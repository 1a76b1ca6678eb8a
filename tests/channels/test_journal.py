"""The journal keeps bytes, in order, across deaths, and says so before it is too late."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tamada.channels import journal as journal_module
from tamada.channels.journal import DiskShortError, Journal
from tests.helpers.polling import until

META = {"channel": "email", "inboxes": [1], "from": "a@b.example"}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, reserve=1024)


def test_what_is_written_is_read_back_byte_for_byte(journal):
    raw = b"From: a\r\n\r\n\x00\xff\r\nbody"
    name = journal.write(raw, META)
    entry = journal.load(name)
    assert (entry.raw, entry.meta) == (raw, META)


def test_pending_is_in_the_order_of_writing_even_when_the_clock_is_set_back(journal, monkeypatch):
    first = journal.write(b"1", META)
    monkeypatch.setattr("tamada.channels.journal.time.time_ns", lambda: 1_000)
    second = journal.write(b"2", META)
    third = journal.write(b"3", META)
    assert journal.pending() == [first, second, third]
    assert journal.pending(2) == [first, second]


def test_threads_write_at_once_and_nothing_is_lost(journal):
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda n: journal.write(b"%d" % n, META), range(200)))
    assert sorted(names) == journal.pending()
    assert {journal.load(name).raw for name in names} == {b"%d" % n for n in range(200)}


def test_one_fsync_of_the_folder_serves_writers_that_wait_together(journal, monkeypatch):
    """While one fsync runs, all who come during it share the next."""
    calls: list[int] = []
    inside, go_on = threading.Event(), threading.Event()

    def slow(_path: str) -> None:
        calls.append(1)
        inside.set()
        go_on.wait(10)

    def counted(*args: Any) -> None:
        write(*args)
        written.append(1)

    written: list[int] = []
    write = journal_module._write_renamed_synced
    monkeypatch.setattr(journal_module, "_write_renamed_synced", counted)
    monkeypatch.setattr(journal_module, "_sync_folder", slow)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(journal.write, b"0", META)
        assert inside.wait(10)
        others = [pool.submit(journal.write, b"x", META) for _ in range(5)]
        until(lambda: len(written) == 6)
        go_on.set()
        first.result(10)
        for other in others:
            other.result(10)
    assert len(calls) <= 3


def test_a_full_disk_is_refused_before_writing(tmp_path):
    journal = Journal(tmp_path, reserve=1 << 60)
    with pytest.raises(DiskShortError):
        journal.write(b"x", META)
    assert journal.pending() == []
    assert list(journal.tmp.iterdir()) == []


def test_archived_inputs_are_found_by_name_and_archiving_twice_is_no_error(journal):
    name = journal.write(b"raw", META)
    journal.archive(name)
    journal.archive(name)
    assert journal.pending() == []
    assert journal.load(name).raw == b"raw"
    assert journal.raw_path(name).parent.name.isdigit()


def test_recovery_archives_what_has_a_row_and_queues_again_what_has_none(journal):
    done_but_waiting = journal.write(b"1", META)
    archived_with_row, archived_without = journal.write(b"2", META), journal.write(b"3", META)
    journal.archive(archived_with_row)
    journal.archive(archived_without)
    known = {done_but_waiting, archived_with_row}
    assert journal.recover(lambda names: known & set(names)) == (1, 1)
    assert journal.pending() == [archived_without]


def test_recovery_minds_no_file_that_its_writer_renames_meanwhile(journal):
    """A link to nothing is there when the folder is listed and gone when it is asked for its age."""
    (journal.tmp / "renamed.eml").symlink_to(journal.tmp / "gone")
    dead = journal.tmp / "dead.eml"
    dead.write_bytes(b"half a ma")
    os.utime(dead, (1, 1))
    assert journal.recover(lambda _names: set()) == (0, 0)
    assert not dead.exists()


def test_recovery_leaves_a_running_import_alone(journal):
    journal.keep(b"from an archive", META)
    assert journal.recover(lambda _names: set()) == (0, 0)


def test_only_one_reader_holds_the_lock(journal):
    with journal.lock() as first, Journal(journal.root).lock() as second:
        assert (first, second) == (True, False)
    with journal.lock() as again:
        assert again


def test_the_bell_wakes_a_reader_and_ringing_without_one_is_harmless(journal):
    journal.ring()
    bell = journal.bell()
    try:
        assert not bell.wait(0)
        journal.write(b"x", META)
        assert bell.wait(10)
        assert not bell.wait(0)
    finally:
        bell.close()


def test_a_damaged_first_line_is_an_error_that_names_itself(journal):
    name = journal.write(b"raw", META)
    (journal.incoming / f"{name}.eml").write_bytes(b"[1]\nraw")
    with pytest.raises(ValueError, match="first line"):
        journal.load(name)
