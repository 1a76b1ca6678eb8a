"""How well and how fast short texts are found in memory (`tamada.assistant.nlu.Retriever`).

    python benchmarks/retrieval.py

phrasings    with one or ten phrasings of each intent, a question of it finds one of its own first, or among three
known item   of all texts that one is among the first ten whose words the query has, each in another form
forms        of texts made of words of Universal Dependencies, that one whose words the query has in other forms
speed        building with 10,000 texts, and one question

The yardstick in the same run is TF-IDF over the words as they are, by cosine (scikit-learn). The data lie in the folder
that `TAMADA_TEST_DATA` names; they are not part of the repository. Prints one JSON object.
"""

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.intents import DATA, Labelled, labelled, rows
from benchmarks.text_analysis import queries, ud_pairs

Document = tuple[str, str, str]
Search = Callable[[str], list[str]]
"""The keys found for a question, best first."""
ASKED = 400
MANY = 10_000
NAMES = {"en": "en-US", "ru": "ru-RU", "hy": "hy-AM", "ka": "ka-GE"}


def ours(documents: Sequence[Document], language: str) -> Search:
    from tamada.assistant.nlu import Retriever

    base = Retriever.build(documents)
    return lambda text: [hit.key for hit in base.search(text, language, limit=10)]


def plain(documents: Sequence[Document], _language: str) -> Search:
    from sklearn.feature_extraction.text import TfidfVectorizer

    machine = TfidfVectorizer(sublinear_tf=True)
    table = machine.fit_transform(text for _, text, _ in documents)

    def search(text: str) -> list[str]:
        scores = (table @ machine.transform([text]).T).toarray().ravel()
        best = sorted(scores.argsort()[::-1][:50], key=lambda i: -scores[i])
        return list(dict.fromkeys(documents[i][0] for i in best if scores[i] > 0))[:10]

    return search


WAYS = {"ours": ours, "words as they are": plain}


def shares(search: Search, asked: Sequence[Labelled], tops: Sequence[int]) -> dict[str, float]:
    found = [(search(text), key) for text, key in asked]
    return {f"hit@{top}": round(sum(key in keys[:top] for keys, key in found) / len(found), 3) for top in tops}


def phrasings(said: list[Labelled], each: int) -> tuple[list[Labelled], list[Labelled]]:
    """So many phrasings of each label, and questions that are none of them."""
    random.Random(5).shuffle(said)
    kept: dict[str, list[str]] = defaultdict(list)
    asked = []
    for text, label in said:
        if len(kept[label]) < each:
            kept[label].append(text)
        else:
            asked.append((text, label))
    return [(text, label) for label, texts in kept.items() for text in texts], asked[:ASKED]


def measure_phrasings() -> Iterator[tuple[str, dict[str, float]]]:
    sets = {"BANKING77": ("en", labelled(rows("banking77.train")))}
    sets |= {f"MASSIVE {code}": (code, labelled(massive(code), "utt")) for code in NAMES}
    for name, (language, said) in sets.items():
        for each in (1, 10):
            kept, asked = phrasings(list(said), each)
            documents = [(label, text, language) for text, label in kept]
            for way, build in WAYS.items():
                yield f"{name}, {each} each, {way}", shares(build(documents, language), asked, (1, 3))


def massive(language: str) -> list[dict[str, str]]:
    return rows(f"massive.{NAMES[language]}.train_dev")


def measure_known_items() -> Iterator[tuple[str, dict[str, float]]]:
    for language in ("hy", "ka"):
        texts = [row["utt"] for row in massive(language)]
        asked = [(query, texts[number]) for number, query in queries(texts, language, ASKED)]
        documents = [(text, text, language) for text in texts]
        for way, build in WAYS.items():
            yield f"{language}, {way}", shares(build(documents, language), asked, (1, 10))


def measure_forms(words: int = 5, queried: int = 3) -> Iterator[tuple[str, dict[str, float]]]:
    """Texts of five words of the treebanks each; of three of them the query has another form."""
    for language in ("hy", "ka"):
        forms: dict[str, set[str]] = defaultdict(set)
        for pairs in ud_pairs(language).values():
            for form, lemma in pairs:
                forms[lemma] |= {form, lemma} if form.isalpha() and lemma.isalpha() else set()
        several = sorted(lemma for lemma, found in forms.items() if len(found) > 1)
        chance = random.Random(7)
        documents, asked = [], []
        for number in range(3000):
            drawn = [chance.sample(sorted(forms[lemma]), 2) for lemma in chance.sample(several, words)]
            documents.append((str(number), " ".join(one for one, _ in drawn), language))
            asked.append((" ".join(other for _, other in drawn[:queried]), str(number)))
        for way, build in WAYS.items():
            yield f"{language}, {way}", shares(build(documents, language), asked[:ASKED], (1, 10))


def measure_speed() -> Iterator[tuple[str, dict[str, float]]]:
    for language in NAMES:
        texts = [row["utt"] for row in massive(language)]
        documents = [(str(number), text, language) for number, text in enumerate(texts[:MANY])]
        for way, make in WAYS.items():
            started = time.process_time()
            search = make(documents, language)
            built = time.process_time() - started
            started = time.process_time()
            for text in texts[MANY : MANY + ASKED]:
                search(text)
            asked = (time.process_time() - started) / ASKED
            yield f"{language}, {way}", {"built, s of CPU": round(built, 2), "asked, ms of CPU": round(asked * 1000, 2)}


def measure() -> dict[str, Any]:
    if not DATA.is_dir():
        return {"left out": f"there is no test data in {DATA}; set TAMADA_TEST_DATA"}
    return {
        "phrasings": dict(measure_phrasings()),
        "known item": dict(measure_known_items()),
        "forms": dict(measure_forms()),
        "speed": dict(measure_speed()),
    }


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=1))
