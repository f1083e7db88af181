"""One request on its way in: who asks, in which company, in which language, and for what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from starlette.requests import Request

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.rights import actor_of
from dougong.kernel.access.veil import Hides, hides_from, hides_nothing
from dougong.kernel.company import State
from dougong.kernel.house import House
from dougong.kernel.identity import Who, memberships
from dougong.kernel.messages import Messages
from dougong.kernel.refusals import NotPermitted, Refusal, Refused
from dougong.kernel.sight import Sight
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import Id
from dougong.web.answers import reason, reasons
from dougong.web.bodies import an_object, decoded
from dougong.web.refusals import NoCompanyEntered, NotSignedIn
from dougong.web.scopes import narrowed

if TYPE_CHECKING:
    from dougong.web.desk import Desk


@dataclass(frozen=True)
class Reading:
    """A transaction in which the asker's company is read as the asker may."""

    transaction: Transaction
    state: State
    actor: Actor
    today: date

    @property
    def sight(self) -> Sight:
        """The company as the asker sees it."""
        return Sight(self.transaction, self.state, self.actor, self.today)


@dataclass
class Asking:
    """A request, understood as far as every address needs it."""

    desk: Desk
    request: Request
    body: bytes
    who: Who | None
    locale: str
    known_state: State | None = field(default=None)

    @property
    def house(self) -> House:
        """The house that is asked."""
        return self.desk.house

    @property
    def messages(self) -> Messages:
        """The words to answer with."""
        return self.desk.messages

    @property
    def signed_in(self) -> Who:
        """Who asks; refused where nobody is signed in."""
        if self.who is None:
            raise Refused(NotSignedIn())
        return self.who

    @property
    def company(self) -> str:
        """The company that is asked; refused where none is entered."""
        who = self.signed_in
        if who.company is None:
            with self.house.database.outside() as connection:
                own = memberships(connection, who.identity)
            raise Refused(NoCompanyEntered(tuple(one.company for one in own)))
        return who.company

    @property
    def now(self) -> datetime:
        """When it is asked."""
        return self.house.clock()

    def path(self, name: str) -> str:
        """Give a part of the address."""
        found: str = self.request.path_params[name]
        return found

    def decoded(self) -> Any:
        """Give the body's JSON."""
        return decoded(self.request, self.body)

    def values(self) -> dict[str, Any]:
        """Give the body's values by name."""
        return an_object(self.decoded())

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read the company as the asker may, in one transaction."""
        with self.house.database.transaction(self.company) as transaction:
            state = self.house.state(transaction)
            self.known_state = state
            today = self.now.astimezone(state.time_zone).date()
            yield Reading(transaction, state, self.actor(state), today)

    def actor(self, state: State) -> Actor:
        """Give who acts, with what they may do; a token may narrow it."""
        return actor_for(self.signed_in, state)

    def may(self, state: State, entity: str, operation: str) -> None:
        """Refuse who may not do this at all."""
        state.catalogue.entity(entity)
        if not self.actor(state).rights.may(entity, operation):
            raise Refused(NotPermitted(entity, operation))

    @property
    def hides(self) -> Hides:
        """Give what a refusal may not tell the asker."""
        if self.who is None or self.who.company is None:
            return hides_nothing
        state = self.known_state or self.house.company_state(self.who.company)
        return hides_from(self.actor(state), state)

    def reason(self, refusal: Refusal, entity: str = "") -> dict[str, Any]:
        """Write a refusal in the asker's language."""
        return reason(refusal, self.messages, self.locale, entity, self.hides)

    def reasons(self, refusals: tuple[Refusal, ...], entity: str = "") -> list[dict[str, Any]]:
        """Write refusals in the asker's language."""
        return reasons(refusals, self.messages, self.locale, entity, self.hides)


def actor_for(who: Who, state: State) -> Actor:
    """Give what somebody who signed in may do by now in the company that they entered."""
    assert who.person is not None, "who is in a company is somebody there"
    try:
        actor = actor_of(state, cast("Id[Any]", who.person))
    except Refused as refused:
        if isinstance(refused.by, NotPermitted):
            raise Refused(NotSignedIn()) from None
        raise
    return actor if who.scopes is None else narrowed(actor, who.scopes)


def as_id(text: str) -> UUID | None:
    """Read an id, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
