"""Tryton as its own server runs it: a database made by its own tools, a request per transaction."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

# Tryton is installed in its own environment only, where no types are checked.
from trytond import __version__, backend  # type: ignore[import-not-found]
from trytond.pool import Pool  # type: ignore[import-not-found]
from trytond.transaction import (  # type: ignore[import-not-found]
    Transaction,
    TransactionError,
    without_check_access,
)
from trytond.worker import run_task  # type: ignore[import-not-found]

ADMIN = "admin"
VERSION = __version__

unchecked = without_check_access


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a user sits: a database, who they are, and what their client sends with each request."""

    database: str
    user: int
    context: dict[str, Any] = field(default_factory=dict)

    def request(self, change: Callable[[], Any]) -> Any:
        """One request: a transaction with the user's access checked, then the tasks it queued.

        As in Tryton's dispatcher, what finds out that it needs a lock starts over with it; the
        tasks run in transactions of their own, since no worker is set up.
        """
        locks: dict[str, Any] = {}
        context = self.context | {"_check_access": True}
        while True:
            with Transaction().start(
                self.database, self.user, context=context, **locks
            ) as transaction:
                try:
                    answer = change()
                except TransactionError as lacking:
                    transaction.rollback()
                    transaction.tasks.clear()
                    lacking.fix(locks)
                    continue
                break
        while transaction.tasks:
            run_task(Pool(self.database), transaction.tasks.pop())
        return answer


def sit_down(database: str) -> Desk:
    """The administrator's desk, in a company or before there is one."""
    known = database in Pool.database_list()
    pool = Pool(database)
    if not known:
        with Transaction().start(database, 0, readonly=True):
            pool.init()
    with Transaction().start(database, 0, readonly=True):
        user = pool.get("res.user").search([("login", "=", ADMIN)])[0].id
    with Transaction().start(database, user, readonly=True):
        context = pool.get("res.user").get_preferences(context_only=True)
    return Desk(database=database, user=user, context=dict(context))


def leave(database: str) -> None:
    """Give back all connections to the database."""
    backend.Database(database).close()


def model(name: str) -> Any:
    """Tryton's class for this kind of record, in the database of the request."""
    return Pool().get(name)


def wizard(name: str) -> Any:
    return Pool().get(name, type="wizard")


def current_user() -> Any:
    return model("res.user")(Transaction().user)


def leave_printing_out(database: str) -> None:
    """Posting an invoice queues its printing, which is no step of the cycle: print nothing."""
    invoice = Pool(database).get("account.invoice")
    invoice.print_invoice = classmethod(lambda _class, _invoices: None)


def activate(database: str, module: str) -> None:
    """Fill an empty database with a module and all that it stands on."""
    with TemporaryDirectory() as folder:
        password = Path(folder) / "password"
        password.write_text("not used: nobody logs in\n")
        subprocess.run(
            [
                Path(sys.executable).with_name("trytond-admin"),
                *("--database", database),
                *("--update", module, "--activate-dependencies"),
                *("--login", ADMIN, "--email", "admin@example.com", "--password"),
            ],
            env=os.environ | {"TRYTONPASSFILE": str(password)},
            check=True,
        )


def has_database(name: str) -> bool:
    with maintenance() as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def make_database(name: str, pattern: str = "template0") -> None:
    """A database of this name, made anew from its pattern."""
    drop_database(name)
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with maintenance() as connection:
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(pattern)))


def drop_database(name: str) -> None:
    with maintenance() as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def server_version() -> str:
    with maintenance() as connection:
        return connection.info.parameter_status("server_version") or "unknown"


def maintenance() -> psycopg.Connection[Any]:
    server = urlsplit(os.environ["TRYTOND_DATABASE_URI"])
    return psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True)
