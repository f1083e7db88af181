"""The browser of the tests: a Chromium that is there, or how to get one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
NAMED = "DOUGONG_CHROMIUM"
SWITCHES = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--force-color-profile=srgb",
)
HOW = (
    "The browser tests need Chromium or Chrome: install one (for example: apt-get install chromium), "
    f"or name one with {NAMED}=/path/to/chromium."
)


def find_chromium() -> Path | None:
    """Give the browser: the one that is named, one on the path, or one that could be installed."""
    named = os.environ.get(NAMED)
    if named:
        return Path(named)
    return on_path() or (on_path() if install() else None)


def on_path() -> Path | None:
    """Give the first of the known browsers that is on the path."""
    found = (shutil.which(name) for name in NAMES)
    return next((Path(one) for one in found if one), None)


def install() -> bool:
    """Install Debian's Chromium, where that is possible without asking anybody."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ("update", "-qq"),
        ("install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"),
    ):
        done = subprocess.run(
            ["apt-get", *words], env=environment, check=False, capture_output=True, timeout=900
        )
        if done.returncode != 0:
            return False
    return True
