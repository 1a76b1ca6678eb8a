"""The command changes its own process; here that is the tests'."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """The command hides what it writes from others; later tests start servers that run as others."""
    before = os.umask(0o022)
    yield
    os.umask(before)
