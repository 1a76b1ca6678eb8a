"""A model is trained in a process of its own, which tells in one way what went wrong and leaves no half file."""

import json
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tamada.assistant.nlu import IntentModel
from tamada.assistant.nlu.training import TrainingFailed, Why, train_apart

EXAMPLES = [
    ("Where is my parcel?", "delivery"),
    ("My order has not come yet", "delivery"),
    ("The internet does not work", "outage"),
    ("My router blinks red", "outage"),
]


def test_the_child_writes_the_model_that_one_would_train_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And knows no Django: one that can't be imported is not missed."""
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "django.py").write_text("raise ImportError('no Django here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    path = tmp_path / "intents.npz"
    told = train_apart(EXAMPLES, language="en", out_of_scope=["what is love"], path=path)
    assert (told.examples, told.labels) == (len(EXAMPLES), 2)
    here = IntentModel.train(EXAMPLES, language="en", out_of_scope=["what is love"])
    there = IntentModel.load(path)
    for text in ("the parcel", "no internet", "love"):
        assert there.predict(text).label == here.predict(text).label
        assert there.predict(text).confidence == pytest.approx(here.predict(text).confidence, abs=0.01)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["intents.npz", "path"]


def test_nothing_to_learn_leaves_the_model_before_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "intents.npz"
    path.write_bytes(b"the model before")
    with pytest.raises(TrainingFailed) as failed:
        train_apart([(" \ud800\n", "delivery")], language="en", path=path)
    assert failed.value.why == Why.NOTHING
    assert path.read_bytes() == b"the model before"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="broken") as failed:
        train_apart(EXAMPLES, language="en", path=tmp_path / "none" / "intents.npz")
    assert failed.value.why == Why.BROKEN


def test_too_long(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed) as failed:
        train_apart(EXAMPLES, language="en", path=tmp_path / "intents.npz", seconds=0.01)
    assert failed.value.why == Why.TIME
    assert list(tmp_path.iterdir()) == []


def test_too_much_memory(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed) as failed:
        train_apart(EXAMPLES, language="en", path=tmp_path / "intents.npz", megabytes=40)
    assert failed.value.why in (Why.MEMORY, Why.BROKEN)  # what can't even load its libraries can't say why
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        (-9, b"", Why.MEMORY),
        (-24, b"", Why.TIME),
        (-11, b"", Why.BROKEN),
        (1, b"Traceback", Why.BROKEN),
        (0, b'{"examples": 3', Why.BROKEN),
        (0, b"[]", Why.BROKEN),
        (3, b'{"why": "of no kind", "detail": ""}', Why.BROKEN),
        (3, json.dumps({"why": "too much memory", "detail": ""}).encode(), Why.MEMORY),
    ],
)
def test_whatever_ends_the_child_is_told_in_one_way(
    status: int, said: bytes, why: Why, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = CompletedProcess([], status, said, b"Traceback\nlast line")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: ended)
    with pytest.raises(TrainingFailed) as failed:
        train_apart(EXAMPLES, language="en", path=tmp_path / "intents.npz")
    assert failed.value.why == why


def test_no_program_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(TrainingFailed, match="broken"):
        train_apart(EXAMPLES, language="en", path=tmp_path / "intents.npz")
