"""Behind the door: what errands need of the request that asked for them, once it is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dougong.kernel.access.actor import Actor
from dougong.kernel.house import House
from dougong.kernel.identity import Who
from dougong.kernel.messages import Messages
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.values import new_id
from dougong.web.asking import actor_for
from dougong.web.refusals import Broken

LOG = logging.getLogger("dougong.web")


@dataclass(frozen=True)
class Words:
    """The asker's language."""

    messages: Messages
    locale: str

    def sentence(self, refusal: Refusal, entity: str = "") -> str:
        """Say why not."""
        return self.messages.refusal(refusal, self.locale, entity=entity)

    def sentences(self, refusals: Iterable[Refusal], entity: str = "") -> list[str]:
        """Say all that is against it."""
        return [self.sentence(one, entity) for one in refusals]


def acting(house: House, company: str, who: Who) -> Callable[[], Actor]:
    """Give what tells the asker's rights as they are when it is asked."""
    return lambda: actor_for(who, house.company_state(company))


def told(words: Words, error: Exception) -> list[str]:
    """Say why an errand could not be done; a mistake of ours goes into the log under a mark."""
    if isinstance(error, Refused):
        return words.sentences(error.refusals)
    mark = str(new_id())
    LOG.error("an errand failed [%s]", mark, exc_info=error)
    return [words.sentence(Broken(mark))]
