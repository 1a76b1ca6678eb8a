"""How well and how fast intents are told.

    python benchmarks/intents.py [--folds]

right       share of texts held out whose label is told
in scope    share of them that are told and taken to be in scope
refused     share of texts out of scope that are known as such
sure        share of texts answered surely, by bands found in training, and how many of those answers are right
Latin       share right of the same texts typed in Latin letters

Trained on four fifths of BANKING77 (with `--folds` on each four in turn, and on nothing else), and on the training
parts of CLINC150 and MASSIVE, asked what those leave; from what is asked nothing was learned. The yardstick is a plain
linear SVM over words and letters by TF-IDF (scikit-learn). The data lie in the folder that `TAMADA_TEST_DATA` names;
they are not part of the repository. Prints one JSON object.
"""

import gzip
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("TAMADA_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data") / "nlu"
Labelled = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """Texts to learn from and to ask about, with those out of scope."""

    language: str
    learned: Sequence[Labelled]
    asked: Sequence[Labelled]
    strange: Sequence[str] = ()
    asked_strange: Sequence[str] = ()


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def labelled(found: Sequence[dict[str, str]], text: str = "text") -> list[Labelled]:
    return [(row[text], row["intent"]) for row in found]


def folds() -> Iterator[tuple[str, Task]]:
    banking = labelled(rows("banking77.train"))
    random.Random(1).shuffle(banking)
    cuts = [len(banking) * fold // 5 for fold in range(6)]
    for fold, (start, end) in enumerate(pairwise(cuts), 1):
        yield f"BANKING77, fold {fold}", Task("en", banking[:start] + banking[end:], banking[start:end])


def tasks() -> Iterator[tuple[str, Task]]:
    yield next(folds())
    strange, asked_strange = ([row["text"] for row in rows(f"clinc.oos_{part}")] for part in ("train", "val"))
    yield "CLINC150", Task("en", labelled(rows("clinc.train")), labelled(rows("clinc.val")), strange, asked_strange)
    for language, name in (("en", "en-US"), ("ru", "ru-RU"), ("hy", "hy-AM"), ("ka", "ka-GE")):
        found = rows(f"massive.{name}.train_dev")
        learned = labelled([row for row in found if row["partition"] == "train"], "utt")
        asked = labelled([row for row in found if row["partition"] != "train"], "utt")
        yield f"MASSIVE {language}", Task(language, learned, asked)


def measure(task: Task) -> dict[str, Any]:
    from tamada.assistant.nlu import Band, IntentModel

    started = time.process_time()
    model = IntentModel.train(task.learned, language=task.language, out_of_scope=task.strange)
    trained = time.process_time() - started
    started = time.process_time()
    told = [(model.predict(text), label) for text, label in task.asked]
    asked = time.process_time() - started
    sure = [p.label == label for p, label in told if p.band == Band.SURE]
    strange = [model.predict(text) for text in task.asked_strange]
    refused, wrongly_sure = [not p.in_scope for p in strange], [p.band == Band.SURE for p in strange]
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        model.save(file.name)
        size = Path(file.name).stat().st_size
    return {
        "right": _share([p.label == label for p, label in told]),
        "right and in scope": _share([p.label == label and p.in_scope for p, label in told]),
        **({"refused": _share(refused)} if refused else {}),
        "sure": _share([p.band == Band.SURE for p, _ in told]),
        "of the sure, right": _share(sure),
        **({"out of scope, sure": _share(wrongly_sure)} if wrongly_sure else {}),
        **_in_latin_letters(model, task),
        "one text, ms of CPU": round(asked / len(told) * 1000, 2),
        "trained, s of CPU": round(trained, 1),
        "file, MB": round(size / 1e6, 1),
        "yardstick: plain SVM": plain(task),
    }


def _in_latin_letters(model: Any, task: Task) -> dict[str, float]:
    from tamada.kit.text.transliterate import to_latin

    if task.language == "en":
        return {}
    typed = [(" ".join(map(to_latin, text.split())), label) for text, label in task.asked]
    return {"in Latin letters, right": _share([model.predict(text).label == label for text, label in typed])}


def plain(task: Task) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    texts, labels = zip(*task.learned, strict=True)
    machine = make_pipeline(make_union(words, letters), LinearSVC()).fit(texts, labels)
    asked, wanted = zip(*task.asked, strict=True)
    return _share([told == label for told, label in zip(machine.predict(asked), wanted, strict=True)])


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 4) if found else 0.0


if __name__ == "__main__":
    chosen = folds() if "--folds" in sys.argv[1:] else tasks()
    print(json.dumps({name: measure(task) for name, task in chosen}))
