"""What people read: the right words in their language, with numbers and days as they write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dougong.kernel.fields import KINDS, Field
from dougong.kernel.messages import Messages
from dougong.kernel.refusals import InvalidField, NotUnique, Refusal, WrongState


@dataclass(frozen=True)
class Shortage:
    product: str
    wanted: Decimal


@dataclass(frozen=True)
class SoldOut(Refusal):
    shortages: tuple[Shortage, ...]
    kind: str


@pytest.fixture(scope="module")
def messages() -> Messages:
    kernel = Messages.load().sentences
    own = {
        "en": {
            "entity.order": "Order",
            "field.order.due": "Due day",
            "field.order_line.price": "Price",
            "state.order.draft": "a draft",
            "state.order.confirmed": "confirmed",
            "refusal.sold_out": "Too little is there ({kind}): {shortages}.",
            "fact.shortage": "{wanted} of {product}",
            "fact.kind.backorder": "to be sent later",
            "greeting": "Due {due}: {amount}",
        },
        "zh": {
            "entity.order": "订单",
            "field.order.due": "到期日",
            "greeting": "{due}到期：{amount}",
        },
    }
    return Messages({each: {**kernel[each], **own[each]} for each in own})


def test_a_sentence_is_said_in_the_language_that_was_asked_for(messages: Messages) -> None:
    facts = {"due": date(2026, 3, 9), "amount": Decimal("12345.60")}
    assert messages.text("greeting", "en", **facts) == "Due 9 Mar 2026: 12,345.60"
    assert messages.text("greeting", "zh-CN", **facts) == "2026年3月9日到期：12,345.60"
    assert messages.text("greeting", "de", **facts) == "Due 9 Mar 2026: 12,345.60"


def test_what_a_language_lacks_is_said_in_english(messages: Messages) -> None:
    assert messages.option("order", "state", "draft", "zh") == "a draft"
    assert messages.text("nobody.said.this", "zh") == "nobody.said.this"


def test_facts_are_written_as_people_write_them(messages: Messages) -> None:
    at = datetime(2026, 11, 5, 8, 3, tzinfo=UTC)
    assert messages.shown([True, None, at], "en") == "yes, –, 5 Nov 2026 08:03"
    assert messages.shown([True, None, at], "zh") == "是、–、2026年11月5日 08:03"


def test_a_refusal_speaks_of_labels(messages: Messages) -> None:
    taken = NotUnique("order", "due", "X")
    assert messages.refusal(taken) == "Another record has this already: Order, Due day “X”."
    assert messages.refusal(taken, "zh") == "已有到期日为“X”的订单。"
    state = WrongState("draft", "confirmed")
    assert messages.refusal(state, entity="order") == (
        "That isn't possible now: it is a draft and can't become confirmed."
    )


def test_a_bad_field_is_named_with_its_line(messages: Messages) -> None:
    bad = InvalidField("lines[2].price", "too_small", "0")
    assert messages.refusal(bad, entity="order") == "Lines, line 3: Price: too small, at least 0"
    unknown = InvalidField("x", "never_heard_of")
    assert messages.refusal(unknown) == "x: never_heard_of"


def test_a_fact_of_several_parts_has_a_sentence_of_its_own(messages: Messages) -> None:
    short = SoldOut((Shortage("M8", Decimal(10)), Shortage("M6", Decimal("2.5"))), "backorder")
    assert messages.refusal(short) == "Too little is there (to be sent later): 10 of M8, 2.5 of M6."


def test_a_companys_own_field_has_the_companys_own_label(messages: Messages) -> None:
    own = Field(name="x_rack", kind=KINDS["text"], labels={"zh": "货架", "en": "Rack"})
    assert messages.label("order", own, "zh") == "货架"
    assert messages.label("order", own, "fr") == "Rack"
    assert messages.label("order", Field(name="due", kind=KINDS["day"]), "zh") == "到期日"


def test_facts_are_not_read_as_sentences(messages: Messages) -> None:
    refused = InvalidField("name", "required", "")
    assert messages.refusal(refused) == "Name: a value is needed"
    assert messages.text("greeting", due="{amount}", amount="x") == "Due {amount}: x"
