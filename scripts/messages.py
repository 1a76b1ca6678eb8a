"""Collects the strings that people see and keeps the translators' files in `locale/` up to date. No GNU gettext needed.

Usage: messages.py           add new strings to every language's django.po, keep its translations, put aside what went
       messages.py --check   say what is missing, out of date or has wrong placeholders; exit status 1 if anything is
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "tamada"
LOCALE = ROOT / "locale"

# CLDR's forms. Armenian and Georgian use the singular after numbers, but sentences around them may differ.
PLURALS = {
    "hy": "nplurals=2; plural=(n > 1);",
    "ka": "nplurals=2; plural=(n != 1);",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
}  # fmt: skip

# Header lines that would change with every run.
UNSTEADY = ('"POT-Creation-Date', '"PO-Revision-Date', '"Project-Id-Version', '"Report-Msgid', '"Generated-By')

CONTEXT = ((1, "c"), 2)
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

# Words that read the same in every language.
NAMES = re.compile(
    r"\b(Tamada|IMAP|SMTP|LMTP|API|JSON|PDF|OAuth2?|Gmail|Microsoft 365|URL|HTML|CSV)\b"
    r"|\b(Esc|Enter|Shift|Ctrl|Alt|Cmd|Tab|Message-ID|Google)\b"
    r"|\bhttps://|\b(data-pane-open|page-only)\b"  # an address's beginning, and words of ours inside tags
    r"|&#?\w+;",
    re.IGNORECASE,
)
SPOKEN_ATTRIBUTES = re.compile(r"""\b(?:title|alt|placeholder|aria-label|aria-description)=(["'])(.*?)\1""", re.DOTALL)
HIDDEN = re.compile(r"<!--.*?-->|<(script|style|svg|code|kbd)\b.*?</\1>|<[a-zA-Z/!][^>]*>", re.DOTALL)


def templates() -> Iterator[Path]:
    """Every template of the package."""
    for suffix in ("html", "txt", "xml"):
        yield from sorted(SOURCES.glob(f"**/templates/**/*.{suffix}"))


def strings_of(path: Path) -> Iterator[tuple[Any, list[str], str | None]]:
    """`(id or (singular, plural), translators' comments, context)` of each string in a module or template."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = as_python(source, str(path))
    found = extract("python", BytesIO(source.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
    for _line, message, comments, context in found:
        if message:
            yield message, comments, context


def as_python(template: str, origin: str) -> str:
    """The template with its translatable parts as gettext calls, and everything else blanked out."""
    import django
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
        django.setup()
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).split("\n"))


def collect() -> Catalog:
    """Everything to translate, sorted, each with the files it stands in (without lines: they change too often)."""
    found: dict[tuple[Any, str | None], tuple[set[str], list[str]]] = {}
    for path in [*sorted(SOURCES.rglob("*.py")), *templates()]:
        for message, comments, context in strings_of(path):
            places, notes = found.setdefault((message, context), (set(), []))
            places.add(path.relative_to(ROOT).as_posix())
            notes.extend(note for note in comments if note not in notes)
    catalog = Catalog(fuzzy=False)
    for (message, context), (places, notes) in sorted(
        found.items(), key=lambda item: (sorted(item[1][0]), str(item[0]))
    ):
        catalog.add(message, locations=[(place, 0) for place in sorted(places)], auto_comments=notes, context=context)
    return catalog


def load(language: str) -> Catalog:
    """The language's translations; an empty catalogue when it has none yet."""
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    if file.exists():
        with file.open("rb") as source:
            return read_po(source, locale=language)
    return Catalog(locale=language, fuzzy=False)


def save(language: str, catalog: Catalog) -> None:
    """Write the language's file, in a form that changes only where its content does."""
    catalog.header_comment = f"# Tamada in {catalog.locale.english_name if catalog.locale else language}.\n#"
    output = BytesIO()
    write_po(output, catalog, width=120, include_lineno=False, ignore_obsolete=False)
    lines = [line for line in output.getvalue().decode().split("\n") if not line.startswith(UNSTEADY)]
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines), encoding="utf-8")


def update(language: str, template: Catalog) -> tuple[int, int]:
    """Bring one language up to date. Returns how many strings it has, and how many are still to be translated."""
    catalog = load(language)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.mime_headers = [*catalog.mime_headers, ("Plural-Forms", PLURALS[language])]
    for message in messages(catalog):
        message.flags.discard("fuzzy")
        if message.pluralizable:
            message.string = (*forms(message), *[""] * catalog.num_plurals)[: catalog.num_plurals]
    save(language, catalog)
    return sum(1 for _ in messages(catalog)), sum(1 for message in messages(catalog) if not translated(message))


def messages(catalog: Catalog) -> Iterator[Message]:
    """The entries without the header."""
    return (message for message in catalog if message.id)


def translated(message: Message) -> bool:
    """Whether every form has a text."""
    return all(forms(message))


def forms(message: Message) -> list[str]:
    """The translation's forms: one, or the language's number of plurals."""
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


def problems(language: str, template: Catalog) -> Iterator[str]:
    """What is wrong with one language, a line each."""
    catalog = load(language)
    wanted = {(message.id, message.context) for message in messages(template)}
    known = {(message.id, message.context) for message in messages(catalog)}
    yield from (f"not in the file, run `make messages`: {text!r}" for text, _context in sorted(wanted - known, key=str))
    yield from (f"no longer used, run `make messages`: {text!r}" for text, _context in sorted(known - wanted, key=str))
    for message in messages(catalog):
        if not translated(message):
            yield f"not translated: {message.id!r}"
        elif message.fuzzy:
            yield f"marked fuzzy: {message.id!r}"
        else:
            yield from placeholder_problems(message)


def placeholder_problems(message: Message) -> Iterator[str]:
    """A translation must fill in what its English does; one form of a plural may leave the number out."""
    ids = message.id if isinstance(message.id, tuple | list) else [message.id]
    wanted = set().union(*map(placeholders, ids))
    required = set.intersection(*map(placeholders, ids))
    for text in forms(message):
        have = placeholders(text)
        if have - wanted or required - have:
            yield f"placeholders {sorted(have)} instead of {sorted(wanted)}: {ids[0]!r}"


def placeholders(text: str) -> set[str]:
    """The names to fill in: %(name)s and {name}, and bare ones such as %s as they stand."""
    percent = set(re.findall(r"%\((\w+)\)[a-z]", text))
    bare = set(re.findall(r"(?<!%)%[sd]", text))
    try:
        braces = {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        braces = set()
    return percent | bare | braces


def bare_texts() -> Iterator[str]:
    """Words in templates that stand outside every translation."""
    for path in templates():
        if path.suffix == ".html":
            for text in untranslated_words(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(ROOT)}: not wrapped in a translation: {text!r}"


def untranslated_words(template: str) -> Iterator[str]:
    """What a reader would see of the template in English only."""
    from django.template.base import Lexer, TokenType

    visible, skip_until = [], ""
    for token in Lexer(template).tokenize():
        tag = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents.split() else ""
        if skip_until:
            skip_until = "" if tag == skip_until else skip_until
        elif tag in ("blocktranslate", "blocktrans", "comment", "verbatim"):
            skip_until = f"end{tag}"
        else:
            # A tag or variable stands for something unknown: it separates words and hides nothing.
            visible.append(token.contents if token.token_type == TokenType.TEXT else "\x00")
    source = "".join(visible)
    spoken = [match[2] for match in SPOKEN_ATTRIBUTES.finditer(source)]
    for text in [*HIDDEN.sub("\n", source).split("\n"), *spoken]:
        words = NAMES.sub("", text.replace("\x00", " "))
        if re.search(r"[A-Za-z]{2,}", words):
            yield text.replace("\x00", "…").strip()


def check() -> int:
    """Report every problem. Returns the exit status."""
    template = collect()
    found = [*bare_texts(), *(f"{language}: {line}" for language in PLURALS for line in problems(language, template))]
    for line in found:
        print(line)
    if not found:
        print(f"{len(template)} strings, translated in {', '.join(PLURALS)}.")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    """Update the files, or check them."""
    if arguments == ["--check"]:
        return check()
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    template = collect()
    for language in PLURALS:
        total, missing = update(language, template)
        print(f"{language}: {total} strings, {missing} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
