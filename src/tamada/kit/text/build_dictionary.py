"""Builds dictionaries from simplemma's tables: ``python -m tamada.kit.text.build_dictionary [FOLDER LANGUAGE]``.

A process of its own, because a table takes 60 MB while it is read. Without arguments it builds whatever is missing.
"""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import marisa_trie
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from tamada.kit.text.dictionaries import build_caches, cache_file
from tamada.kit.text.normalise import fold

# Small letters that folding leaves as they are: nine words in ten.
_FOLDED = re.compile("(?:[ա-դզ-ֆ]|ե(?!ւ))+|[ა-ჰ]+")


def _folded(forms: Mapping[str, str]) -> dict[str, str]:
    folded: dict[str, str] = {}
    lemmas: dict[str, str] = {}
    for form, lemma in forms.items():
        plain = _FOLDED.fullmatch(form) is not None
        key = form if plain else fold(form)
        # Where a name and a common word fold together, the common word (written small) wins.
        if plain or key not in folded or form == form.lower():
            if lemma not in lemmas:
                lemmas[lemma] = fold(lemma)
            folded[key] = lemmas[lemma]
    return folded


def _edits(forms: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for form, lemma in forms.items():
        shared = len(lemma)
        while not form.startswith(lemma[:shared]):
            shared -= 1
        if len(form) - shared < 256:
            yield form, bytes((len(form) - shared,)) + lemma[shared:].encode()


def _trusted(language: str, forms: Mapping[str, str]) -> list[str]:
    counts = Counter(forms.values())
    if language == "hy":
        return sorted(lemma for lemma, count in counts.items() if count >= 3)
    # Georgian nouns end in a vowel and have 15 forms or more; with fewer, these endings are a verb's.
    return sorted(
        lemma for lemma, count in counts.items() if lemma[-1] in "აეიოუ" and (count >= 15 or not lemma.endswith("ება"))
    )


def build(folder: Path, language: str) -> None:
    """Write the forms and the trusted lemmas of a language."""
    forms = _folded(DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language))
    trie = marisa_trie.BytesTrie(_edits(forms))
    lemmas = "\n".join(_trusted(language, forms))
    _write(cache_file(folder, language, "lemmas"), lambda path: path.write_text(lemmas, encoding="utf-8"))
    _write(cache_file(folder, language, "forms"), lambda path: trie.save(str(path)))


def _write(target: Path, write: Callable[[Path], object]) -> None:
    """Complete or absent: a reader never meets half a file."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".building-", delete=False) as handle:
        temporary = Path(handle.name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        build(Path(sys.argv[1]), sys.argv[2])
    else:
        build_caches()
