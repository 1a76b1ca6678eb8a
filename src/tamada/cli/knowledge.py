"""`tamada knowledge`: articles as a folder of Markdown, out and in."""

import argparse
from pathlib import Path

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`export` and `import`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    out = verbs.add_parser("export", help=_("write every article as Markdown, with its pictures"))
    out.add_argument("folder", metavar="FOLDER", type=Path, help=_("a new or empty folder"))
    back = verbs.add_parser("import", help=_("bring in Markdown or HTML files; what is there already is changed"))
    back.add_argument("source", metavar="FOLDER|FILE", type=Path, help=_("a folder, a .zip, or one file"))


def run(options: argparse.Namespace) -> int:
    """Write or read, and say how many."""
    return _write(options.folder) if options.verb == "export" else _read(options.source)


def _write(folder: Path) -> int:
    from tamada.core import audit
    from tamada.core.actors import SYSTEM
    from tamada.knowledge import exporting
    from tamada.knowledge.folders import to_folder

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(_("{path} exists already, and nothing is overwritten.").format(path=folder))
    total = to_folder(exporting.files(), folder)
    audit.record(SYSTEM, "knowledge.exported", None, files=total)
    summary(files=total)
    return 0


def _read(source: Path) -> int:
    import sys

    from tamada.core.actors import SYSTEM
    from tamada.knowledge.errors import Invalid
    from tamada.knowledge.folders import from_folder, from_zip
    from tamada.knowledge.importing import import_articles

    try:
        if source.is_dir():
            files = from_folder(source)
        else:
            content = source.read_bytes()
            files = from_zip(content) if source.suffix.lower() == ".zip" else {source.name: content}
        done = import_articles(agent=None, actor=SYSTEM, files=files)
    except OSError:
        raise CommandError(_("{path} can't be read.").format(path=source)) from None
    except Invalid as refused:
        raise CommandError(refused.message) from None
    for path, why in done.problems:
        print(f"{path}: {why}", file=sys.stderr)
    summary(articles=done.articles, translations=done.translations, files=done.files, problems=len(done.problems))
    return 1 if done.problems and not done.translations else 0
