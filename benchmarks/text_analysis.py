"""How well and how fast text is analysed.

    python benchmarks/text_analysis.py

conflation    share of inflected types (form ≠ lemma, in Universal Dependencies) whose form and lemma get the same term
over          share of lemmas that share their term with another lemma
known item    a query of a text's words, each in another form of its paradigm, finds the text among the first ten
speed         words a second, new words and words met before; milliseconds for a mail of 60 words
memory        resident memory that the analyser adds to a process

Each has its yardstick in the same run: the words as they are, and the plain dictionary (simplemma) or stemmer.
The data lie in the folder that `TAMADA_TEST_DATA` names; they are not part of the repository. Prints one JSON object.
"""

import gzip
import json
import os
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("TAMADA_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
SKIPPED = ("PUNCT", "SYM", "X", "NUM")
Terms = Callable[[str], frozenset[str]]
Row = dict[str, Any]


def ud_pairs(language: str) -> dict[str, set[tuple[str, str]]]:
    """Folded (form, lemma) pairs of each treebank part, by its name."""
    from tamada.kit.text import fold

    parts: dict[str, set[tuple[str, str]]] = {}
    for path in sorted((DATA / "ud").glob(f"{language}_*.tsv.gz")):
        pairs = parts.setdefault("train" if "train" in path.name else "dev", set())
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                fields = line.rstrip("\n").split("\t")
                if len(fields) == 3 and fields[2] not in SKIPPED:
                    pairs.add((fold(fields[0]), fold(fields[1])))
    return parts


def conflation(pairs: set[tuple[str, str]], terms: Terms) -> Row:
    """The shares that `conflation` and `over` stand for, over one set of pairs."""
    words = {word for pair in pairs for word in pair if word.isalpha()}
    found = {word: terms(word) for word in words}
    inflected = [(form, lemma) for form, lemma in pairs if form != lemma and form.isalpha() and lemma.isalpha()]
    lemmas = {lemma for _form, lemma in pairs if lemma.isalpha()}
    sharing: dict[str, set[str]] = defaultdict(set)
    for lemma in lemmas:
        for term in found[lemma]:
            sharing[term].add(lemma)
    met = sum(bool(found[form] & found[lemma]) for form, lemma in inflected)
    over = sum(any(len(sharing[term]) > 1 for term in found[lemma]) for lemma in lemmas)
    return {"types": len(inflected), "conflated": round(met / len(inflected), 3), "over": round(over / len(lemmas), 3)}


def analysers(language: str) -> Iterator[tuple[str, Terms]]:
    """Ours, and the yardsticks."""
    import Stemmer
    from simplemma import Lemmatizer

    from tamada.kit.text import analyse, fold

    lemmatizer = Lemmatizer()
    yield "ours", lambda word: frozenset(analyse(word, language))
    yield "simplemma", lambda word: frozenset({fold(lemmatizer.lemmatize(word, language))})
    if language == "hy":
        stemmer = Stemmer.Stemmer("armenian")
        yield "PyStemmer", lambda word: frozenset({stemmer.stemWord(word)})
    yield "words as they are", lambda word: frozenset({word})


def measure_conflation() -> Iterator[Row]:
    for language in ("hy", "ka"):
        for part, pairs in ud_pairs(language).items():
            for name, terms in analysers(language):
                yield {"measure": "conflation", "language": language, "part": part, "analyser": name} | conflation(
                    pairs, terms
                )


# Known items --------------------------------------------------------------------------------------------------------


def paradigms(language: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Lemma of each form and forms of each lemma, as simplemma's dictionary has them."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    table = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language)
    lemma_of = {form: table[form] for form in table}
    forms: dict[str, list[str]] = defaultdict(list)
    for form, lemma in lemma_of.items():
        forms[lemma].append(form)
    return lemma_of, forms


def queries(texts: list[str], language: str, count: int) -> list[tuple[int, str]]:
    """Texts with a query each: its words of four letters or more, every one in another form of its paradigm."""
    lemma_of, forms = paradigms(language)
    chance = random.Random(7)
    made: list[tuple[int, str]] = []
    for number in chance.sample(range(len(texts)), len(texts)):
        words = []
        for word in texts[number].split():
            others = [form for form in forms.get(lemma_of.get(word, ""), ()) if form != word]
            if len(word) >= 4 and others:
                words.append(chance.choice(others))
        if len(words) >= 2:
            made.append((number, " ".join(words)))
        if len(made) == count:
            break
    return made


def measure_known_items(count: int = 500) -> Iterator[Row]:
    from tamada.kit.text import analyse, fold, trigrams

    for language, name in (("hy", "hy-AM"), ("ka", "ka-GE")):
        with gzip.open(DATA / "nlu" / f"massive.{name}.train_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["utt"] for line in lines]
        asked = queries(texts, language, count)
        ways: dict[str, Callable[[str], tuple[list[str], list[str]]]] = {
            "ours, lemmas twice and trigrams": lambda text: (analyse(text), trigrams(text)),
            "ours, lemmas alone": lambda text: (analyse(text), []),
            "trigrams alone": lambda text: ([], trigrams(text)),
            "words as they are": lambda text: (fold(text).split(), []),
        }
        for way, terms in ways.items():
            hits = known_items(texts, asked, terms)
            yield {"measure": "known item", "language": language, "analyser": way, "texts": len(texts)} | hits


def known_items(
    texts: list[str], asked: list[tuple[int, str]], terms: Callable[[str], tuple[list[str], list[str]]]
) -> Row:
    """Shares of queries that find their text first and among the first ten, in FTS5 ranked by bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(lemmas, trigrams)")
    rows = ((number, *map(" ".join, terms(text))) for number, text in enumerate(texts))
    database.executemany("INSERT INTO t(rowid, lemmas, trigrams) VALUES (?, ?, ?)", rows)
    same: dict[str, set[int]] = defaultdict(set)
    for number, text in enumerate(texts):
        same[text].add(number)
    first = ten = 0
    for number, query in asked:
        lemmas, grams = terms(query)
        match = " OR ".join(
            f'{column}:"{term}"' for column, found in (("lemmas", lemmas), ("trigrams", grams)) for term in set(found)
        )
        sql = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 2.0, 1.0) LIMIT 10"
        found_rows = [row for (row,) in database.execute(sql, (match,))] if match else []
        wanted = same[texts[number]]
        first += bool(found_rows[:1] and found_rows[0] in wanted)
        ten += not wanted.isdisjoint(found_rows)
    return {"queries": len(asked), "hit@1": round(first / len(asked), 3), "hit@10": round(ten / len(asked), 3)}


# Speed and memory ---------------------------------------------------------------------------------------------------


def measure_speed() -> Iterator[Row]:
    from tamada.kit.text import analyse, index_text
    from tamada.kit.text.index import clear_caches

    for language, name in (("hy", "hy-AM"), ("ka", "ka-GE"), ("ru", "ru-RU"), ("en", "en-US")):
        with gzip.open(DATA / "nlu" / f"massive.{name}.train_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            words = " ".join(json.loads(line)["utt"] for line in lines).split()
        mails = [" ".join(words[start : start + 60]) for start in range(0, len(words) - 60, 60)]
        analyse(mails[0])
        clear_caches()
        cold = _seconds(analyse, mails)
        warm = _seconds(analyse, mails)
        indexed = _seconds(index_text, mails)
        split = _seconds(lambda text: text.lower().split(), mails)
        total = len(mails) * 60
        yield {
            "measure": "speed",
            "language": language,
            "new words a second": round(total / cold),
            "known words a second": round(total / warm),
            "mail of 60 words, ms": round(warm / len(mails) * 1000, 3),
            "with trigrams, ms": round(indexed / len(mails) * 1000, 3),
            "yardstick: lower and split, ms": round(split / len(mails) * 1000, 4),
        }


def _seconds(work: Callable[[str], object], texts: list[str]) -> float:
    started = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - started


def _resident() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith(("RssAnon", "RssFile")))


def measure_memory() -> Iterator[Row]:
    before = _resident()
    from tamada.kit.text import analyse

    imported = _resident()
    for text in ("Ինտերնետը չի աշխատում", "ინტერნეტი არ მუშაობს", "Интернет не работает", "The internet is down"):
        analyse(text)
    yield {
        "measure": "memory",
        "import, MB": round((imported - before) / 1024, 1),
        "import and first texts, MB": round((_resident() - before) / 1024, 1),
    }


def measure() -> Row:
    """Every figure, by measure and then by what tells its rows apart."""
    if not (DATA / "ud").is_dir():
        return {"left out": f"there is no test data in {DATA}; set TAMADA_TEST_DATA"}
    figures: Row = {}
    for rows in (measure_memory, measure_speed, measure_conflation, measure_known_items):
        for row in rows():
            place = figures
            for key in ("measure", "language", "part", "analyser"):
                if key in row:
                    place = place.setdefault(row.pop(key), {})
            place.update(row)
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=1))
