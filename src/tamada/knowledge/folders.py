"""Files of a folder or a zip, by their paths: read within limits, and never from outside of it."""

import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Final

from django.utils.translation import gettext as _

from .errors import Invalid, TooMuch

MOST_FILES: Final = 5_000
MOST_BYTES: Final = 200 * 1024 * 1024
LARGEST: Final = 25 * 1024 * 1024
_IN_MEMORY: Final = 8 * 1024 * 1024


def from_zip(content: bytes, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> dict[str, bytes]:
    """The files of an archive. Raises `Invalid` for one that can't be read, `TooMuch` for one that holds more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(len(entries), sum(entry.file_size for entry in entries), most_files, most_bytes)
            found: dict[str, bytes] = {}
            for entry in entries:
                if (path := safe_path(entry.filename)) and entry.file_size <= LARGEST:
                    found[path] = _unpacked(archive, entry)
            return _without_common_folder(found)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Invalid(_("This archive can't be read."), "file") from error


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What an entry says its size is may be a lie: no more is read than that."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise zipfile.BadZipFile(entry.filename)
    return content


def from_folder(folder: Path) -> dict[str, bytes]:
    """The files of a folder; links to elsewhere are left out. Raises `TooMuch` when it holds too much."""
    found: dict[str, bytes] = {}
    total = 0
    for place, _folders, names in os.walk(folder, followlinks=False):
        for name in sorted(names):
            file = Path(place) / name
            path = safe_path(file.relative_to(folder).as_posix())
            if file.is_symlink() or not file.is_file() or not path or file.stat().st_size > LARGEST:
                continue
            total += file.stat().st_size
            _check(len(found) + 1, total)
            found[path] = file.read_bytes()
    return found


def _check(files: int, size: int, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
    if files > most_files or size > most_bytes:
        most = {"files": most_files, "size": most_bytes // 2**20}
        raise TooMuch(_("This holds more than %(files)d files or %(size)d MB.") % most, "file")


def safe_path(name: str) -> str:
    """A path that stays within its folder, "" for any other, and for hidden files."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or len(name) > 500 or "\0" in name or ":" in name:
        return ""
    parts = path.parts
    return "" if any(part == ".." or part.startswith((".", "__MACOSX")) for part in parts) else "/".join(parts)


def _without_common_folder(found: dict[str, bytes]) -> dict[str, bytes]:
    """An archive of a folder has that folder above everything."""
    tops = {path.partition("/")[0] for path in found}
    if len(tops) != 1 or any("/" not in path for path in found) or tops == {"articles"}:
        return found
    return {path.partition("/")[2]: content for path, content in found.items()}


def beside(path: str, reference: str) -> str:
    """What a reference in a file means as a path; "" when it leads out of the folder."""
    parts: list[str] = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(reference.partition("#")[0].partition("?")[0]).parts:
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in (".", "/"):
            parts.append(part)
    return "/".join(parts)


def to_zip(files: Iterable[tuple[str, bytes]]) -> IO[bytes]:
    """An archive with these files, taken one by one; a large one lies on the disk until it is closed."""
    packed = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  who sends it closes it
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            archive.writestr(zipfile.ZipInfo(path, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    packed.seek(0)
    return packed


def to_folder(files: Iterable[tuple[str, bytes]], folder: Path) -> int:
    """Write files below a folder; how many."""
    total = 0
    for path, content in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        total += 1
    return total


def texts(files: Mapping[str, bytes], endings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The texts among some files, in order of their paths; bytes that are no UTF-8 are replaced."""
    for path in sorted(files):
        if path.lower().endswith(endings):
            yield path, files[path].decode("utf-8", "replace")
