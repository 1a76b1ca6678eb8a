"""`tamada mcp`: the desk for a person's own assistant, over standard input and output."""

import argparse
import asyncio
import os
import sys

from tamada.cli import CommandError
from tamada.cli.words import gettext as _

TOKEN = "TAMADA_TOKEN"  # noqa: S105  the name of a variable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the token stands in the environment, where other people's process lists don't show it."""
    parser.epilog = _(
        "The variable TAMADA_TOKEN holds an API token, with whose rights it searches, reads and drafts. "
        "Over HTTP the same is at /mcp of the running server."
    )


def run(options: argparse.Namespace) -> None:
    """Answer until the other side closes."""
    del options
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise CommandError(_("The extra mcp is not installed: pip install tamada[mcp]"))
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise CommandError(_("TAMADA_TOKEN is not set: tamada token add EMAIL makes one."))
    from tamada.api.caller import caller_with
    from tamada.api.mcp.server import serve_stdio
    from tamada.api.problems import Problem
    from tamada.core.db import Pool

    try:
        person = caller_with(token).agent
    except Problem as refused:
        raise CommandError(refused.detail) from None
    print(_("Answering for {name}.").format(name=person.name), file=sys.stderr)
    pool = Pool(2, thread_name_prefix="mcp")
    try:
        asyncio.run(serve_stdio(token, pool))
    finally:
        pool.close()
