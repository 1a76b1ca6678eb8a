"""`tamada user`: add the people who answer, list them, give one a password."""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _

if TYPE_CHECKING:
    from tamada.accounts.models import Agent, Team

ROLES = ("admin", "lead", "agent", "observer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list`, `set-password` and `reset-second-step`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    add = verbs.add_parser("add", help=_("add somebody"))
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", metavar="NAME", required=True, help=_("how colleagues and customers see them"))
    add.add_argument("--role", choices=ROLES, default="agent", help=_("what they may do (default: %(default)s)"))
    add.add_argument("--team", metavar="TEAM", action="append", help=_("a team's name (default: the default team)"))
    add.add_argument("--language", choices=("en", "hy", "ka", "ru"), default="", help=_("the language of their desk"))
    add.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))
    verbs.add_parser("list", help=_("list everybody, one line of JSON each"))
    password = verbs.add_parser("set-password", help=_("give somebody a password; their sessions end"))
    password.add_argument("email", metavar="EMAIL")
    password.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))
    reset = verbs.add_parser("reset-second-step", help=_("let in by password alone who lost app and passkeys"))
    reset.add_argument("email", metavar="EMAIL")


def run(options: argparse.Namespace) -> None:
    """Do it, or raise `CommandError`."""
    verbs = {"add": _add, "list": _list, "set-password": _set_password, "reset-second-step": _reset_second_step}
    verbs[options.verb](options)


def _add(options: argparse.Namespace) -> None:
    from tamada.accounts import actions
    from tamada.accounts.errors import Invalid
    from tamada.core.actors import SYSTEM

    teams = [_team(name) for name in options.team] if options.team else None
    password = _password(options) if options.password_stdin else None
    try:
        agent = actions.create_agent(
            agent=None,
            actor=SYSTEM,
            email=options.email,
            name=options.name,
            role=options.role,
            teams=teams,
            password=password,
            language=options.language,
        )
    except Invalid as refused:
        raise CommandError(refused.message) from None
    if password is None:
        from tamada.accounts.links import reset_url

        told = _("%(name)s sets a password here within an hour: %(url)s")
        print(told % {"name": agent.name, "url": reset_url(agent)}, file=sys.stderr)
    summary(id=str(agent.pk), email=agent.email, role=agent.role)


def _list(_options: argparse.Namespace) -> None:
    from tamada.accounts.models import Agent

    for agent in Agent.objects.prefetch_related("teams"):
        summary(
            id=str(agent.pk),
            email=agent.email,
            name=agent.name,
            role=agent.role,
            active=agent.is_active,
            teams=[team.name for team in agent.teams.all()],
        )


def _set_password(options: argparse.Namespace) -> None:
    from tamada.accounts import actions
    from tamada.accounts.errors import Invalid
    from tamada.core.actors import SYSTEM

    agent = agent_called(options.email)
    try:
        actions.set_password(agent=None, actor=SYSTEM, target=agent, password=_password(options))
    except Invalid as refused:
        raise CommandError(refused.message) from None
    summary(id=str(agent.pk), email=agent.email)


def _reset_second_step(options: argparse.Namespace) -> None:
    from tamada.accounts import actions
    from tamada.core.actors import SYSTEM

    agent = agent_called(options.email)
    actions.reset_factors(agent=None, actor=SYSTEM, target=agent)
    summary(id=str(agent.pk), email=agent.email)


def agent_called(email: str) -> "Agent":
    """The agent with this address, or `CommandError`."""
    from tamada.accounts.queries import agent_by_email

    agent = agent_by_email(email)
    if agent is None:
        raise CommandError(_("Nobody here has the address %(email)s.") % {"email": email})
    return agent


def _team(name: str) -> "Team":
    from tamada.accounts.models import Team

    team = Team.objects.filter(name__iexact=name).first()
    if team is None:
        names = ", ".join(Team.objects.values_list("name", flat=True))
        raise CommandError(_("There is no team %(name)s. There are: %(names)s.") % {"name": name, "names": names})
    return team


def _password(options: argparse.Namespace) -> str:
    """From standard input without its line end, or asked for twice on a terminal."""
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(_("New password: "))
        if password != getpass.getpass(_("Once more: ")):
            raise CommandError(_("The two are not the same."))
    else:
        raise CommandError(_("Give the password on standard input with --password-stdin."))
    if not password:
        raise CommandError(_("No password was given."))
    return password
