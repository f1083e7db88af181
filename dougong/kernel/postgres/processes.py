"""Which living processes are a PostgreSQL on a given data folder; a bare process number proves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROC = Path("/proc")
LINUX = sys.platform.startswith("linux")


def serves(pid: int, data: Path) -> bool:
    """Tell whether a process lives, is no zombie, and is a PostgreSQL on just this folder."""
    return serves_by_proc(pid, data) if LINUX else pid in listed_by_ps(data)


def serving(data: Path) -> list[int]:
    """List every living PostgreSQL process on a folder, those of a killed server included."""
    if not LINUX:
        return listed_by_ps(data)
    numbers = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if serves_by_proc(pid, data)]


def serves_by_proc(pid: int, data: Path) -> bool:
    """Ask Linux: the server and all its children work inside the data folder.

    Whoever may write to the folder may also see its server's working folder; what can't be seen
    (another user's process that inherited the number) is not the server.
    """
    try:
        name = (PROC / str(pid) / "comm").read_text().strip()
        return name == "postgres" and (PROC / str(pid) / "cwd").readlink() == data
    except OSError:
        return False


def listed_by_ps(data: Path) -> list[int]:
    """Ask ps, where there is no /proc: our servers are started with their folder as an argument."""
    report = subprocess.run(
        ["ps", "-axo", "pid=,stat=,command="],  # noqa: S607  wherever the system keeps it
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    rows = (line.split(maxsplit=2) for line in report.splitlines())
    return [
        int(row[0])
        for row in rows
        if len(row) == 3  # noqa: PLR2004  the three columns asked for
        and not row[1].startswith("Z")
        and f"postgres -D {data} " in f"{row[2]} "
    ]
