"""The demo company."""

from __future__ import annotations

from tests.demo_company import demo, demo_database

__all__ = ["demo", "demo_database"]
