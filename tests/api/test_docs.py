"""The page of examples shows what there is, all of it, and nothing else."""

import json
import re
from pathlib import Path

from tamada.api import openapi

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SHORT = re.search(r"for list in ([^;]+);", PAGE)


def shown() -> set[str]:
    """The paths of the examples, with ids as in the document."""
    paths = {re.sub(r"/\d+|(?<=/steps)/[a-z]+", "/{}", path) for path in re.findall(r"\$API(/[a-z0-9/-]+)", PAGE)}
    assert SHORT is not None
    return paths | {f"/{name}" for name in SHORT.group(1).split()}


def test_every_path_is_shown_and_every_shown_path_exists() -> None:
    documented = {re.sub(r"\{[^}]+\}", "{}", path.removeprefix("/api/v1")) for path in openapi.build()["paths"]}
    assert shown() | {"/openapi.json", "/conversations/{}", "/customers/{}", "/organisations/{}"} == documented


def test_the_bodies_shown_are_json() -> None:
    bodies = re.findall(r"-d '(\{.*?\})' ", PAGE, flags=re.DOTALL)
    assert len(bodies) >= 10
    for body in bodies:
        json.loads(body)
    for block in re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL):
        json.loads(block)
