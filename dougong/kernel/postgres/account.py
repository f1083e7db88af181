"""Whose account the database runs under: ours, or when we are root a system user of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

NAME = "dougong"
STAND_INS = ("postgres", "nobody")


class Identity(TypedDict, total=False):
    """How a child process is told to run as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A system user that the server runs as; PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int


def account_for(data: Path) -> Account | None:
    """Choose the server's user: nobody else than ourselves, unless we are root.

    A data folder that exists stays with the user who owns it.
    """
    if os.geteuid() != 0:
        return None
    if data.is_dir() and (owner := data.stat().st_uid) != 0:
        return account_of(pwd.getpwuid(owner))
    return known(NAME) or created() or next(filter(None, map(known, STAND_INS)), None)


def account_of(entry: pwd.struct_passwd) -> Account:
    """Read an account out of the system's list of users."""
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def known(name: str) -> Account | None:
    """Find a system user by name."""
    try:
        return account_of(pwd.getpwnam(name))
    except KeyError:
        return None


def created() -> Account | None:
    """Make the server's own system user, where the system lets us."""
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return None
    subprocess.run(  # noqa: S603  a fixed command
        [useradd, "--system", "--no-create-home", "--shell", "/bin/false", NAME],
        check=False,
        capture_output=True,
    )
    return known(NAME)


def identity(account: Account | None) -> Identity:
    """Say to a child process whom it runs as."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def reachable(account: Account | None, path: Path) -> bool:
    """Tell whether the server's user gets to a path: enter the folder, run the program."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(  # noqa: S603  a fixed command; the path is an argument of its own
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
        check=False,
        cwd="/",
        **identity(account),
    )
    return asked.returncode == 0


def give(path: Path, account: Account | None) -> None:
    """Let the server's user own a file or folder that we made for it."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
