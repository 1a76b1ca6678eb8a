"""Armenian and Georgian word forms and their lemmas, from simplemma's dictionaries, in 8 MB of mapped memory.

simplemma's own tables take 111 MB. Ours are MARISA tries with folded keys, built once by `build_caches` (a second per
language, in a child process so that the memory goes back) and memory-mapped afterwards, so that all processes of the
server share the same pages. Nothing is ever downloaded.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import marisa_trie

from tamada.kit.text.normalise import fold

DICTIONARY_LANGUAGES = ("hy", "ka")
_VERSION = f"{version('simplemma')}-1"
_PACKAGED = Path(__file__).parent / "data"
_lock = threading.Lock()


class Dictionary:
    """Word forms with their lemmas, all folded. A value is how many letters to drop from the form and what to add."""

    def __init__(self, trie: marisa_trie.BytesTrie) -> None:
        self._trie = trie

    def __len__(self) -> int:
        return len(self._trie)

    def __contains__(self, form: str) -> bool:
        return form in self._trie

    def lemma(self, form: str) -> str | None:
        """The lemma of a folded form, or None when the form is not in the dictionary."""
        found = self._trie.get(form)
        if not found:
            return None
        edit: bytes = found[0]
        return form[: len(form) - edit[0]] + edit[1:].decode()

    def has_prefix(self, prefix: str) -> bool:
        """Whether any form begins so."""
        return next(self._trie.iterkeys(prefix), None) is not None

    def completions(self, prefix: str, most: int) -> list[str]:
        """Up to ``most`` forms that begin with ``prefix``, in no particular order."""
        return list(islice(self._trie.iterkeys(prefix), most))


def _shared_prefix(one: str, other: str) -> int:
    for length, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return length
    return min(len(one), len(other))


def _edits(forms: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    folded: dict[str, str] = {}
    for form in forms:
        key, lemma = fold(form), fold(forms[form])
        # Where a name and a common word fold together, the common word (written small) wins.
        if key not in folded or form == form.lower():
            folded[key] = lemma
    for key, lemma in folded.items():
        shared = next(
            (i for i, pair in enumerate(zip(key, lemma, strict=False)) if pair[0] != pair[1]), min(len(key), len(lemma))
        )
        if len(key) - shared < 256:
            yield key, bytes([len(key) - shared]) + lemma[shared:].encode()


def _build(language: str) -> marisa_trie.BytesTrie:
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    return marisa_trie.BytesTrie(_edits(DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language)))


def _file(folder: Path, language: str) -> Path:
    return folder / f"lemmas-{language}-{_VERSION}.marisa"


def write_caches(folder: Path) -> None:
    """Build in this process whatever `folder` lacks. Complete or absent: a reader never meets half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in DICTIONARY_LANGUAGES:
        target = _file(folder, language)
        if target.exists():
            continue
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".building-", delete=False) as handle:
            temporary = Path(handle.name)
        try:
            _build(language).save(str(temporary))
            temporary.chmod(0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def build_caches(path: str | os.PathLike[str] | None = None) -> Path:
    """Make sure the dictionaries stand in `path` and use them from there; returns the folder used.

    Cheap when they do. Otherwise a child process builds them (two seconds). Without `path`, or when `path` cannot be
    written, the package's own folder and then the user's cache folder are tried.

    Raises:
        OSError: no folder can be written.
    """
    global _folder
    for folder in _candidates(Path(path) if path is not None else None):
        if all(_file(folder, language).exists() for language in DICTIONARY_LANGUAGES):
            break
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                subprocess.run([sys.executable, "-m", __name__, str(folder)], check=True, stdin=subprocess.DEVNULL)
                break
    else:
        raise OSError("No folder can be written to keep the dictionaries of Armenian and Georgian in.")
    with _lock:
        _folder = folder
        dictionary.cache_clear()
    return folder


def _candidates(path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield path
    yield _PACKAGED
    home = os.environ.get("XDG_CACHE_HOME")
    yield (Path(home) if home else Path.home() / ".cache") / "tamada" / "text"
    yield Path(tempfile.gettempdir()) / f"tamada-text-{os.getuid()}"


_folder: Path | None = None


@cache
def dictionary(language: str) -> Dictionary:
    """The dictionary of ``hy`` or ``ka``, mapped from the cache (built first if nobody has called `build_caches`)."""
    folder = _folder or build_caches()
    trie = marisa_trie.BytesTrie()
    trie.mmap(str(_file(folder, language)))
    return Dictionary(trie)


if __name__ == "__main__":
    write_caches(Path(sys.argv[1]))
