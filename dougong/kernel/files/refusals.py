"""Why a file isn't taken."""

from __future__ import annotations

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class FileTooLarge(Refusal):
    """It has more bytes than we keep of one file."""

    status = 413
    size: int
    most: int


@dataclass(frozen=True)
class FileEmpty(Refusal):
    """There is nothing in it."""

    status = 422
    name: str


@dataclass(frozen=True)
class HostileFile(Refusal):
    """It is a program, or a page that a browser would run: ``kind`` says what it was taken for."""

    status = 422
    name: str
    kind: str


@dataclass(frozen=True)
class MisnamedFile(Refusal):
    """Its name says that it is one thing, its bytes that it is another."""

    status = 422
    name: str
    said: str
    found: str


@dataclass(frozen=True)
class FileTaken(Refusal):
    """The file belongs to another record already, or was uploaded by somebody else."""

    field: str
    name: str
