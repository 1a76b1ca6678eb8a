"""Armenian and Georgian word forms and their lemmas, from simplemma's dictionaries, in 4 MB of mapped memory.

simplemma's own tables take 111 MB. Ours are MARISA tries with folded keys, built once by `build_caches` (a few seconds,
in a child process so that the memory goes back) and memory-mapped afterwards, so that all processes of the server share
the same pages. Nothing is ever downloaded.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import marisa_trie

DICTIONARY_LANGUAGES = ("hy", "ka")
_VERSION = f"{version('simplemma')}-3"
_PACKAGED = Path(__file__).parent / "data"
_BUILDER = "tamada.kit.text.build_dictionary"
_lock = threading.Lock()


class Dictionary:
    """Word forms with their lemmas, all folded. A value is how many letters to drop from the form and what to add.

    ``lemmas`` are the lemmas that rules may lead to: those with forms enough to be trusted.
    """

    def __init__(self, trie: marisa_trie.BytesTrie, lemmas: frozenset[str]) -> None:
        self._trie = trie
        self.lemmas = lemmas

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


def cache_file(folder: Path, language: str, kind: str) -> Path:
    """Where the ``forms`` or the ``lemmas`` of a language stand; another version of simplemma has other files."""
    return folder / f"{language}-{_VERSION}.{kind}"


def _complete(folder: Path) -> bool:
    return all(
        cache_file(folder, language, kind).exists() for language in DICTIONARY_LANGUAGES for kind in ("lemmas", "forms")
    )


def build_caches(path: str | os.PathLike[str] | None = None) -> Path:
    """Make sure the dictionaries stand in `path` and use them from there; returns the folder used.

    Cheap when they do. Otherwise child processes build them, in a few seconds; whoever asks meanwhile waits for them.
    Without `path` they stand in the package's own folder or, where that cannot be written, in the user's cache folder,
    and at last in a temporary one.
    """
    global _folder
    folder = _ready(Path(path) if path is not None else None)
    with _lock:
        _folder = folder
        dictionary.cache_clear()
    return folder


def start_building() -> None:
    """Begin to build what is missing, in a process of its own, and return at once. For the start of the server."""
    global _builder
    if not any(_complete(folder) for folder in _usual_folders()):
        _builder = subprocess.Popen([sys.executable, "-m", _BUILDER], stdin=subprocess.DEVNULL)


def _ready(path: Path | None) -> Path:
    folders = [path] if path is not None else []
    usual = list(_usual_folders())
    if path is None:
        folders += [folder for folder in usual if _complete(folder)]
    for folder in (*folders, *usual):
        with contextlib.suppress(OSError):
            if not _complete(folder):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
                    folder.chmod(0o755)  # No secrets: whoever else runs this installation reads them too.
                _build_once(folder)
            return folder
    folder = Path(tempfile.mkdtemp(prefix="tamada-text-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _build_once(folder)
    return folder


def _build_once(folder: Path) -> None:
    """One child per language, side by side; other processes that want the same wait here."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _complete(folder):
            return
        with ExitStack() as stack:
            children = [
                stack.enter_context(
                    subprocess.Popen([sys.executable, "-m", _BUILDER, str(folder), language], stdin=subprocess.DEVNULL)
                )
                for language in DICTIONARY_LANGUAGES
            ]
            statuses = [child.wait() for child in children]
        if any(statuses):
            raise OSError(f"The dictionaries cannot be built in {folder}.")


def _usual_folders() -> Iterator[Path]:
    yield _PACKAGED
    home = os.environ.get("XDG_CACHE_HOME")
    with contextlib.suppress(RuntimeError):  # nobody's home
        yield (Path(home) if home else Path.home() / ".cache") / "tamada" / "text"


_builder: "subprocess.Popen[bytes] | None" = None
_folder: Path | None = None


@cache
def dictionary(language: str) -> Dictionary:
    """The dictionary of ``hy`` or ``ka``, mapped from the cache (built first if nobody has called `build_caches`)."""
    folder = _folder or build_caches()
    trie = marisa_trie.BytesTrie()
    trie.mmap(str(cache_file(folder, language, "forms")))
    lemmas = cache_file(folder, language, "lemmas").read_text(encoding="utf-8")
    return Dictionary(trie, frozenset(lemmas.split("\n")))
