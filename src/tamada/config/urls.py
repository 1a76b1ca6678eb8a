"""Addresses of every face. Each face brings its own `urls.py`; the desk comes last because it owns the root."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

FACES = (("accounts", ""), ("notifications", ""), ("desk", ""))


def _standing() -> list[URLPattern | URLResolver]:
    return [
        path(prefix, include(import_module(f"tamada.{room}.urls")))
        for room, prefix in FACES
        if apps.is_installed(f"tamada.{room}") and find_spec(f"tamada.{room}.urls") is not None
    ]


urlpatterns = _standing()
