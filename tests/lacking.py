"""The one place where a test may be skipped: the machine lacks what it runs on. In CI that is a failure."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """End a test that cannot run here, because of ``what``."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI has to bring this: {what}", pytrace=False)
    pytest.skip(what)
