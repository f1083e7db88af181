"""Run Tryton's order-to-cash cycle beside ours: give it a home of its own, then measure.

Tryton is under the GPL, so it is never a dependency of ours: it is installed from its locked
requirements into an environment that only this benchmark enters, and runs in a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import subprocess
import sys
import urllib.parse
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
HOME = HERE.parents[2] / ".dougong" / "bench" / "tryton-venv"


def main() -> int:
    """Install what is missing, measure, and hand on the exit code; the last line is JSON."""
    asked = arguments()
    python = environment(asked.venv)
    surroundings = os.environ | {"TRYTOND_DATABASE_URI": server(asked.dsn)}
    command = [
        str(python),
        str(HERE / "measure.py"),
        f"--database={asked.database}",
        f"--cycles={asked.cycles}",
        f"--warmup={asked.warmup}",
        f"--lines={asked.lines}",
        f"--invoice={asked.invoice}",
        *(["--in-turns"] if asked.in_turns else []),
    ]
    return subprocess.run(command, env=surroundings, check=False).returncode


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--dsn",
        default=os.environ.get("DATABASE_URL", ""),
        help="the PostgreSQL server, as a URL or key=value pairs (default: DATABASE_URL);"
        " its role must be allowed to create databases",
    )
    parser.add_argument(
        "--database",
        default="dougong_bench_tryton",
        help="made for the run and dropped after it; the shop it starts from is kept beside it",
    )
    parser.add_argument("--cycles", type=int, default=20, help="cycles measured")
    parser.add_argument("--warmup", type=int, default=3, help="cycles run before, not measured")
    parser.add_argument("--lines", type=int, default=10, help="lines of each order")
    parser.add_argument(
        "--invoice",
        choices=["fulfillment", "order"],
        default="fulfillment",
        help="invoice what was shipped, or what was ordered",
    )
    parser.add_argument(
        "--in-turns",
        action="store_true",
        help="say when ready, then run a cycle for each line that comes in, until no more come",
    )
    parser.add_argument("--venv", type=Path, default=HOME, help="where Tryton is installed")
    return parser.parse_args()


def environment(home: Path) -> Path:
    """The Python of Tryton's environment, which holds exactly what the lock names."""
    python = home / "bin" / "python"
    installed = home / "installed.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if installed.exists() and installed.read_text() == wanted:
        return python

    print(f"installing Tryton into {home}", file=sys.stderr)
    venv.create(home, clear=True, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "--requirement", str(LOCK)], check=True)
    installed.write_text(wanted)
    return python


def server(dsn: str) -> str:
    """The DSN as the URL that Tryton takes, without a database: Tryton puts in its own.

    What libpq knows may stand in the query, so that a Unix socket is `?host=/its/folder`.
    """
    if "://" not in dsn:
        given = dict(word.split("=", 1) for word in shlex.split(dsn))
        given.pop("dbname", None)
        return "postgresql:///?" + urllib.parse.urlencode(given)

    url = urllib.parse.urlsplit(dsn)
    given = dict(urllib.parse.parse_qsl(url.query))
    given.pop("dbname", None)
    return f"postgresql://{url.netloc}/?" + urllib.parse.urlencode(given)


if __name__ == "__main__":
    sys.exit(main())
