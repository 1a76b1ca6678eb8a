"""Where the built scripts, styles, icons and fonts are: names from the manifest to addresses and files."""

import json
from functools import lru_cache
from pathlib import Path
from typing import cast

from django.conf import settings

FOLDER = Path(__file__).resolve().parent.parent / "assets"
MANIFEST = FOLDER / "manifest.json"


class AssetMissingError(LookupError):
    """The bundle has no file of this name: the assets were not built, or the name is wrong."""


def url(name: str) -> str:
    """Return the address of a built file by its plain name ("app.js"); raises `AssetMissingError`."""
    return f"{settings.STATIC_URL}{_file_name(name)}"


def path(name: str) -> Path:
    """Return the built file itself; raises `AssetMissingError`."""
    return FOLDER / _file_name(name)


def _file_name(name: str) -> str:
    try:
        return _manifest()[name]
    except KeyError:
        raise AssetMissingError(f"{name} is not in {MANIFEST}; run `python hatch_build.py`.") from None


def _manifest() -> dict[str, str]:
    # While developing the bundle changes under the running server; an installed one never does.
    return _read(MANIFEST, MANIFEST.stat().st_mtime_ns if settings.DEBUG and MANIFEST.is_file() else 0)


@lru_cache(maxsize=2)
def _read(file: Path, _changed: int) -> dict[str, str]:
    if not file.is_file():
        return {}
    return cast(dict[str, str], json.loads(file.read_text()))
