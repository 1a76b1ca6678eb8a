"""`tamada import`: bring in mail, the export of another desk, or a table."""

import argparse
import sys
from pathlib import Path

from tamada.cli import CommandError, progress, summary
from tamada.cli.words import gettext as _

MAIL = ("mbox", "maildir", "folder")
DESKS = ("zendesk", "freshdesk", "chatwoot")
TABLES = ("customers", "conversations")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What, from where, into which inbox."""
    parser.add_argument("kind", choices=(*MAIL, *DESKS, "csv"), help=_("what it is"))
    parser.add_argument("path", metavar="FILE", type=Path, help=_("the file or folder"))
    parser.add_argument("--inbox", metavar="ADDRESS", help=_("the address of the inbox it belongs to"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would happen, and change nothing"))
    parser.add_argument("--what", choices=TABLES, default="customers", help=_("what the rows of a table are"))
    parser.add_argument(
        "--column",
        metavar="HEADING=FIELD",
        action="append",
        default=[],
        help=_("what a column of a table is, where its heading does not say so; may be given several times"),
    )
    parser.add_argument(
        "--system",
        metavar="NAME",
        default="",
        help=_("what you call the system or account that the file is from; files of one system have one name"),
    )
    parser.set_defaults(usage=parser.error)


def run(options: argparse.Namespace) -> int | None:
    """Import; running it again brings in only what is new."""
    is_needed = options.kind in (*MAIL, *DESKS) or options.what == "conversations"
    if is_needed and not options.inbox:
        options.usage(_("the following arguments are required: %s") % "--inbox")
    if options.kind in MAIL:
        _import_mail(options)
        return None
    return _import_desk(options)


def _import_mail(options: argparse.Namespace) -> None:
    from tamada.channels.email import importer
    from tamada.channels.journal import DiskShortError
    from tamada.channels.readers import StorageAway

    try:
        inbox_id = importer.inbox_of(options.inbox)
        messages = progress(importer.messages_in(options.kind, options.path), what=_("messages"))
        work = importer.rehearse if options.dry_run else importer.run_import
        done = work(messages, inbox_id=inbox_id)
    except importer.NoArchiveError as error:
        raise CommandError(str(error)) from None
    except DiskShortError:
        raise CommandError(_("There is too little room on the disk; what was read so far is kept.")) from None
    except StorageAway as error:
        text = _("Attachments can't be stored ({reason}); what was read so far is kept.")
        raise CommandError(text.format(reason=error)) from None
    except OSError as error:
        raise _unreadable(options.path, error) from error
    if left_out := importer.subfolders(options.kind, options.path):
        text = _("Left out, to be imported one by one where wanted: {folders}.")
        print(text.format(folders=", ".join(left_out)), file=sys.stderr)
    summary(**done.as_dict())


def _unreadable(path: Path, error: OSError) -> CommandError:
    return CommandError(_("{path} can't be read: {reason}").format(path=path, reason=error.strerror))


def _import_desk(options: argparse.Namespace) -> int:
    """The summary on stdout, what was left out on stderr; 1 when the file ends in the middle."""
    from tamada.transfer.importing import opening
    from tamada.transfer.importing.records import Unreadable

    try:
        chosen = opening.choose(
            lambda: options.path.open("rb"),
            options.kind,
            name=options.path.name,
            system=options.system,
            what=options.what,
            named=dict(_pairs(options.column)),
            inbox=options.inbox or "",
        )
        records = progress(chosen.records(), what=_("rows"))
        done = opening.rehearse(records, chosen) if options.dry_run else opening.bring_in(records, chosen)
    except Unreadable as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise _unreadable(options.path, error) from error
    for problem in done.problems:
        print(f"{problem.where}: {problem.why}", file=sys.stderr)
    if done.summary.cut:
        text = _("The file ends in the middle. What was whole is here; import the whole file to go on.")
        print(text, file=sys.stderr)
    summary(**done.summary.as_dict())
    return 1 if done.summary.cut else 0


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    pairs = [text.rpartition("=") for text in given]
    if any(not (heading and field) for heading, _equals, field in pairs):
        raise CommandError(_("A column is given as HEADING=FIELD."))
    return [(heading, field) for heading, _equals, field in pairs]
