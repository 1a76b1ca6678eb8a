"""Every write of this room."""

from .deliveries import fail_abandoned_tests, forget_old, replay, replay_failed, replay_test, send_test, settle, take_up
from .endpoints import add_endpoint, disable, remove_endpoint, rotate_secret, update_endpoint

__all__ = [
    "add_endpoint",
    "disable",
    "fail_abandoned_tests",
    "forget_old",
    "remove_endpoint",
    "replay",
    "replay_failed",
    "replay_test",
    "rotate_secret",
    "send_test",
    "settle",
    "take_up",
    "update_endpoint",
]
