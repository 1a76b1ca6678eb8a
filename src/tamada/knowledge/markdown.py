"""Markdown and the HTML of articles, both ways."""

from functools import cache
from typing import Any, Final

import yaml
from markdown_it import MarkdownIt
from markdownify import MarkdownConverter

MOST_FRONT: Final = 20_000
_FENCE: Final = "---"


@cache
def _reader() -> MarkdownIt:
    # What it takes as HTML is cleaned afterwards, as everything is.
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """Markdown as HTML that is still to be cleaned."""
    return str(_reader().render(text))


_WRITES: Final[dict[str, Any]] = {
    "heading_style": "ATX",
    "bullets": "-",
    "escape_misc": False,
    "table_infer_header": True,
}


def to_markdown(html: str) -> str:
    """The HTML of an article as Markdown. What Markdown has no signs for loses its form, not its words."""
    return f"{MarkdownConverter(**_WRITES).convert(html).strip()}\n"


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The fields between two lines of `---` at the top, and what follows. Raises `ValueError` for what is no YAML."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.startswith(f"{_FENCE}\n"):
        return {}, text
    head, fence, body = text[4:].partition(f"\n{_FENCE}\n")
    if not fence or len(head) > MOST_FRONT:
        raise ValueError("front matter")
    try:
        fields = yaml.safe_load(head)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("front matter") from error
    if not isinstance(fields, dict):
        raise ValueError("front matter")  # noqa: TRY004  it is the text that is wrong
    return {str(key): value for key, value in fields.items()}, body.lstrip("\n")


def with_front_matter(fields: dict[str, Any], body: str) -> str:
    """A file of Markdown with its fields on top."""
    head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1_000)
    return f"{_FENCE}\n{head}{_FENCE}\n\n{body}"
