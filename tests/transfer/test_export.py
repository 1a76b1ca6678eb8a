"""Everything out: complete, streamed, and nothing in it that a spreadsheet runs."""

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note
from tamada.core import storage
from tamada.core.models import AuditEntry, QueuedTask
from tamada.core.tasks import run_pending
from tamada.customers.actions import create_customer
from tamada.transfer import actions, exporting
from tamada.transfer.errors import Invalid
from tamada.transfer.exporting.datasets import everything
from tamada.transfer.exporting.run import cell, harmless
from tamada.transfer.models import Export, Progress
from tamada.transfer.tasks import run_export
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive
from tests.helpers import files

__all__ = ["inbox", "receive"]


def read_lines(content: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in content.splitlines()]


@pytest.fixture
def something(receive: Receive, owner: Agent) -> None:
    """A conversation with a note, and a customer whose name is a formula."""
    message = receive(text='Здравствуйте, «модем»;\n"мигает"', subject="=HYPERLINK(1)")
    add_note(agent=owner, actor=actor_of(owner), conversation=message.conversation, text="+call")
    create_customer(
        agent=owner,
        actor=actor_of(owner),
        name="@SUM(1)",
        note="-1+cmd|' /C calc'!A0",
        tags=["vip", "hy"],
        identities=[{"type": "phone", "value": "+37491123456"}],
    )


def test_a_folder_holds_every_row_as_lines_and_as_a_table(something: None, tmp_path: Path, owner: Agent) -> None:
    done = exporting.write(tmp_path / "out")
    names = {f"{d.name}.{kind}" for d in everything() for kind in ("jsonl", "csv")} | {"export.json"}
    assert {file.name for file in (tmp_path / "out").iterdir()} == names
    for dataset in everything():
        lines = read_lines((tmp_path / "out" / f"{dataset.name}.jsonl").read_text(encoding="utf-8"))
        content = (tmp_path / "out" / f"{dataset.name}.csv").read_bytes().decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(content, newline="")))
        assert len(lines) == len(table) == done.counts[dataset.name] == dataset.total()
        assert all(tuple(line) == dataset.columns for line in lines)
        assert all(tuple(row) == dataset.columns for row in table)
    messages = read_lines((tmp_path / "out" / "messages.jsonl").read_text(encoding="utf-8"))
    assert messages[0]["text"] == 'Здравствуйте, «модем»;\n"мигает"'
    assert done.counts["audit"] > 0
    manifest = json.loads((tmp_path / "out" / "export.json").read_text())
    assert manifest["counts"] == done.counts


def test_no_cell_is_a_formula_and_json_is_as_it_was(something: None, tmp_path: Path) -> None:
    exporting.write(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".csv"):
                rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
                assert not [c for row in rows for c in row if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
        [customer] = [c for c in read_lines(archive.read("customers.jsonl").decode()) if c["name"] == "@SUM(1)"]
        assert customer["note"] == "-1+cmd|' /C calc'!A0"
        assert b"'@SUM(1)" in archive.read("customers.csv")
        assert "phone:+37491123456" in archive.read("customers.csv").decode()
    assert list(tmp_path.iterdir()) == [tmp_path / "out.zip"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert cell([text, "b"]).startswith("'")
    assert cell(-5) == "-5"
    assert harmless("a=1") == "a=1"


def test_nothing_is_overwritten_and_a_half_made_zip_is_not_left(
    something: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("out", "out.zip"):
        exporting.write(tmp_path / name)
        with pytest.raises(FileExistsError):
            exporting.write(tmp_path / name)

    def fail(_done: int, _total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        exporting.write(tmp_path / "other.zip", tell=fail)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out", "out.zip"]


def test_memory_does_not_grow_with_the_number_of_rows(owner: Agent, tmp_path: Path) -> None:
    def peak(name: str, more: int) -> int:
        AuditEntry.objects.bulk_create(
            AuditEntry(actor_kind="system", action="tag.updated", object_type="x", changes={"n": "x" * 400})
            for _n in range(more)
        )
        tracemalloc.start()
        exporting.write(tmp_path / name)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak("warm", 1)
    small, large = peak("small", 1000), peak("large", 4000)
    assert large < small * 1.3


def test_an_export_is_made_in_the_background_downloaded_and_expires(
    something: None, owner: Agent, teammate: Agent, signed_in: SignedIn
) -> None:
    client, page = signed_in(owner), reverse("desk:settings_export")
    assert "being made" in client.post(page, follow=True).text
    assert "is being made already" in client.post(page, follow=True).text
    run_pending()
    row = Export.objects.get()
    assert (row.state, row.done) == (Progress.DONE, row.total)
    html = client.get(page).text
    address = reverse("desk:export_file", args=[row.pk])
    assert address in html
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert "messages.jsonl" in archive.namelist()
    assert AuditEntry.objects.filter(action="export.downloaded", actor_id=owner.pk).count() == 1
    assert signed_in(teammate).get(address).status_code == 403
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    actions.drop_expired()
    assert client.get(address).status_code == 404


def test_the_file_goes_with_its_row(
    something: None, owner: Agent, signed_in: SignedIn, django_capture_on_commit_callbacks
) -> None:
    row = actions.start_export(agent=owner, actor=actor_of(owner))
    run_pending()
    row.refresh_from_db()
    assert storage.exists(row.blob)
    files.age()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(owner).post(reverse("desk:delete_export", args=[row.pk]))
    assert not storage.exists(row.blob)


def test_an_export_that_is_removed_meanwhile_stops(
    something: None, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = actions.start_export(agent=owner, actor=actor_of(owner))
    monkeypatch.setattr("tamada.transfer.exporting.run.TELL_EVERY", 1)
    actions.remove_export(agent=owner, actor=actor_of(owner), export=Export.objects.get(pk=row.pk))
    run_pending()
    assert not Export.objects.exists()


def test_a_full_disk_is_told(something: None, owner: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_rest: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write", fail)
    actions.start_export(agent=owner, actor=actor_of(owner))
    run_pending()
    assert Export.objects.get().state == Progress.FAILED


def test_what_fails_again_and_again_is_given_up_and_the_next_may_begin(
    something: None, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_rest: object, **_options: object) -> None:
        raise ValueError

    actions.start_export(agent=owner, actor=actor_of(owner))
    with monkeypatch.context() as patched:
        patched.setattr(exporting, "write", fail)
        for _try in range(run_export.max_attempts):
            assert Export.objects.get().state in (Progress.WAITING, Progress.RUNNING)
            QueuedTask.objects.update(run_after=timezone.now())
            run_pending()
    given_up = Export.objects.get()
    assert given_up.state == Progress.FAILED
    assert given_up.ended_at
    assert actions.start_export(agent=owner, actor=actor_of(owner)) != given_up


def test_only_admins_export(owner: Agent, lead: Agent) -> None:
    with pytest.raises(PermissionDenied):
        actions.start_export(agent=lead, actor=actor_of(lead))
    row = actions.start_export(agent=owner, actor=actor_of(owner))
    with pytest.raises(Invalid):
        actions.start_export(agent=owner, actor=actor_of(owner))
    for act in (actions.remove_export, actions.note_download):
        with pytest.raises(PermissionDenied):
            act(agent=lead, actor=actor_of(lead), export=row)
