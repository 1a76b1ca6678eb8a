"""Every write of this room."""

from .installation import dismiss_first_steps, replay_task, update_company
from .invitations import accept_invitation, invite, resend_invitation, withdraw_invitation
from .passwords import change_password, help_with_reset, request_reset, reset_password, set_password
from .people import create_agent, end_sessions, update_agent, update_profile
from .presence import note_seen, set_away
from .setup import complete_setup, fresh_setup_token
from .sign_in import note_sign_out, note_time_zone, sign_in
from .teams import create_team, delete_team, rename_team, set_members
from .tokens import create_token, revoke_token

__all__ = [
    "accept_invitation",
    "change_password",
    "complete_setup",
    "create_agent",
    "create_team",
    "create_token",
    "delete_team",
    "dismiss_first_steps",
    "end_sessions",
    "fresh_setup_token",
    "help_with_reset",
    "invite",
    "note_seen",
    "note_sign_out",
    "note_time_zone",
    "rename_team",
    "replay_task",
    "request_reset",
    "resend_invitation",
    "reset_password",
    "revoke_token",
    "set_away",
    "set_members",
    "set_password",
    "sign_in",
    "update_agent",
    "update_company",
    "update_profile",
    "withdraw_invitation",
]
