"""Finds the `handlers` and `tasks` modules of every installed room."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

MODULES = ("handlers", "tasks")


def discover() -> None:
    """Import each room's `handlers.py` and `tasks.py`, so that their decorators register."""
    for config in apps.get_app_configs():
        if config.name.startswith("tamada."):
            for name in MODULES:
                module = f"{config.name}.{name}"
                if config.name != "tamada.core" and find_spec(module) is not None:
                    import_module(module)
