"""Makes ``python -m dougong`` the same as ``dougong``."""

from __future__ import annotations

from dougong.main import run

run()
