"""Whom anybody may sign in as in the demo company."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo company, with what it takes to sign in as them."""

    name: str
    role: str
    login: str
    password: str
