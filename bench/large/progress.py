"""Saying how far a long run is."""

from __future__ import annotations

import sys
import time

BEGUN = time.monotonic()


def said(what: str) -> None:
    """Say what was done by when."""
    print(f"{time.monotonic() - BEGUN:8.1f} s  {what}", file=sys.stderr, flush=True)
