"""The help of the keyboard names every key that a template or a list of the desk claims."""

import re
from pathlib import Path

import tamada.desk
from tamada.desk.boxes import BOXES

TEMPLATES = Path(tamada.desk.__file__).parent / "templates" / "desk"
SIGNS = {"Slash": "/", "Shift Slash": "?", "Mod": "Ctrl/⌘"}


def written(key: str) -> list[str]:
    """What stands in the help for a claimed key: one <kbd> for each place of a chord."""
    spoken = [place.replace("+", " ").replace("Key", "") for place in key.split()]
    return [SIGNS.get(place, place) for place in spoken]


def test_it_is_complete() -> None:
    help_ = (TEMPLATES / "parts" / "shortcuts_help.html").read_text()
    told = set(re.findall(r"<kbd>(.*?)</kbd>", help_))
    pages = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    claimed = {key for page in pages for key in re.findall(r'(?:data-| )key="([^"{]+)"', page)}
    claimed |= {box.key for box in BOXES.values() if box.key}
    assert {"KeyQ", "KeyC", "Alt+KeyP", "KeyG KeyM"} <= claimed
    assert {key for key in claimed if not told.issuperset(written(key))} == set()
