"""Values of the trade: amounts, shares of amounts, identities and the one rounding."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

import uuid_utils

ZERO = Decimal(0)
ONE = Decimal(1)

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Wide enough that no product of two stored numbers is ever rounded by accident."""

CURRENCY_DIGITS: dict[str, int] = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "PYG", "UGX", "RWF"), 0),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"), 3),
}
"""Minor digits of the currencies that do not have two (ISO 4217)."""

E_co = TypeVar("E_co", covariant=True)

if TYPE_CHECKING:

    class Id(UUID, Generic[E_co]):
        """The identity of one kind of record: ``Id[Customer]`` is no ``Id[Product]``."""
else:

    class Id:
        """At run time an identity is a plain UUID; the type checker tells the kinds apart."""

        def __class_getitem__(cls, _kind: object) -> type[UUID]:
            """Stand for the plain UUID in annotations that are read at run time."""
            return UUID


def new_id() -> UUID:
    """Give a new identity (UUIDv7, RFC 9562): ids made later sort later."""
    return UUID(int=uuid_utils.uuid7().int)


def digits_of(currency: str) -> int:
    """Tell how many decimal digits amounts in a currency have: CNY 2, JPY 0, KWD 3."""
    return CURRENCY_DIGITS.get(currency, 2)


def rounded(number: Decimal, digits: int) -> Decimal:
    """Round half-up away from zero to a number of decimal digits: 2.675 → 2.68, −2.345 → −2.35."""
    nearest = number.quantize(ONE.scaleb(-digits), rounding=ROUND_HALF_UP, context=EXACT)
    return nearest or abs(nearest)  # never "−0.00"


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round an amount to the digits of its currency."""
    return rounded(amount, digits_of(currency))


def allocate(total: Decimal, weights: Sequence[Decimal], digits: int = 2) -> list[Decimal]:
    """Share a rounded total among weights by largest remainder, so that the shares sum to it.

    Ties go to the earlier weight. Weights must not be negative; where all are zero the total is
    shared evenly. A negative total is shared as its magnitude and then negated, so that a reversal
    cancels to zero share by share.
    """
    if total < 0:
        return [-share for share in allocate(-total, weights, digits)]
    if not weights:
        assert total == 0, "nothing to share the total among"
        return []
    base = sum(weights, ZERO)
    parts = list(weights) if base else [ONE] * len(weights)
    base = base or Decimal(len(weights))
    cent = ONE.scaleb(-digits)
    exact = [EXACT.divide(EXACT.multiply(total, part), base) for part in parts]
    shares = [share.quantize(cent, rounding=ROUND_FLOOR, context=EXACT) for share in exact]
    left = int((total - sum(shares, ZERO)) / cent)
    by_remainder = sorted(range(len(shares)), key=lambda at: (shares[at] - exact[at], at))
    for at in by_remainder[:left]:
        shares[at] += cent
    return shares


def decimals_of(number: Decimal) -> int:
    """Count the decimal digits that a finite number needs: one for 1.50, none for 1200."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "a finite number has an exponent"
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -exponent - zeros) if number else 0


def parse_decimal(text: str) -> Decimal:
    """Read a finite number; raises ValueError for anything else ("NaN" and "Infinity" included)."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number
