"""Chains: how documents follow from one another, as each app says of its own.

A chain grows from documents of one kind, those of its first stage, which others name as
``entity:id``. So the warehouse says which shipments follow from documents without knowing orders.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """The records of one kind that follow from documents."""

    chain: str
    place: int
    """Where it stands; the documents themselves stand at 0."""
    on: str
    """The kind of record."""
    documents: str
    """SQL for the documents that the record ``:id`` follows from."""
    records: str
    """SQL for the ``id`` of the records that follow from ``:documents``, which have the ``:ids``."""


@dataclass(frozen=True)
class Tally:
    """How far a stage has come: what of ``:documents`` is done, and of how much.

    Both are in the company's currency, with tax, to its ``:digits``.
    """

    on: str
    sql: str
    """It gives ``done`` and ``whole``, which is missing where nothing has to come, as of returns."""
    shows: tuple[str, ...]
    """The fields that tell as much; who may not read them all isn't told."""
