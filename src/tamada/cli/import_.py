"""`tamada import`: bring in mail from an mbox, a maildir or a folder of .eml files."""

import argparse
import sys
from pathlib import Path

from tamada.cli import CommandError, progress, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What, from where, into which inbox."""
    parser.add_argument("kind", choices=("mbox", "maildir", "folder"), help=_("what it is"))
    parser.add_argument("path", metavar="FILE", type=Path, help=_("the file or folder"))
    parser.add_argument("--inbox", metavar="ADDRESS", required=True, help=_("the address of the inbox it belongs to"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would happen, and change nothing"))


def run(options: argparse.Namespace) -> None:
    """Import; running it again brings in only what is new."""
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
        raise CommandError(
            _("{path} can't be read: {reason}").format(path=options.path, reason=error.strerror)
        ) from error
    if left_out := importer.subfolders(options.kind, options.path):
        text = _("Left out, to be imported one by one where wanted: {folders}.")
        print(text.format(folders=", ".join(left_out)), file=sys.stderr)
    summary(**done.as_dict())
