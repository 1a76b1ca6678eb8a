"""Every write of this room."""

from .factors import (
    add_passkey,
    add_totp,
    remove_passkey,
    remove_totp,
    renew_recovery_codes,
    require_second_factor,
    reset_factors,
)
from .installation import dismiss_first_steps, export_audit, keep_audit, replay_task, update_company
from .invitations import accept_invitation, invite, resend_invitation, withdraw_invitation
from .passwords import change_password, help_with_reset, request_reset, reset_password, set_password
from .people import create_agent, update_agent, update_profile
from .presence import note_seen, set_away, show_away
from .sessions import end_old_sessions, end_session, end_sessions
from .setup import complete_setup, fresh_setup_token
from .sign_in import (
    confirm,
    confirm_by_passkey,
    note_sign_out,
    note_time_zone,
    sign_in,
    sign_in_by_code,
    sign_in_by_passkey,
)
from .sso import confirm_by_sso, sign_in_by_sso, unlink_sso, update_sso
from .teams import create_team, delete_team, rename_team, set_members
from .tokens import create_token, revoke_token

__all__ = [
    "accept_invitation",
    "add_passkey",
    "add_totp",
    "change_password",
    "complete_setup",
    "confirm",
    "confirm_by_passkey",
    "confirm_by_sso",
    "create_agent",
    "create_team",
    "create_token",
    "delete_team",
    "dismiss_first_steps",
    "end_old_sessions",
    "end_session",
    "end_sessions",
    "export_audit",
    "fresh_setup_token",
    "help_with_reset",
    "invite",
    "keep_audit",
    "note_seen",
    "note_sign_out",
    "note_time_zone",
    "remove_passkey",
    "remove_totp",
    "rename_team",
    "renew_recovery_codes",
    "replay_task",
    "request_reset",
    "require_second_factor",
    "resend_invitation",
    "reset_factors",
    "reset_password",
    "revoke_token",
    "set_away",
    "set_members",
    "set_password",
    "show_away",
    "sign_in",
    "sign_in_by_code",
    "sign_in_by_passkey",
    "sign_in_by_sso",
    "unlink_sso",
    "update_agent",
    "update_company",
    "update_profile",
    "update_sso",
    "withdraw_invitation",
]
