"""What a kind of field is: how a value is read from outside, stored and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from dougong.kernel.fields.field import Field


class FieldProblem(ValueError):  # noqa: N818  it is told to the person, not raised to the top
    """A raw value that the kind can't take: a code and what was expected instead."""

    def __init__(self, problem: str, expected: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.expected = expected


class Kind:
    """One kind of field. A kind is stateless; what differs from field to field is in ``Field``."""

    name: ClassVar[str]
    column: ClassVar[str]
    """The PostgreSQL type; empty for a field that has no column of its own."""
    compares_as: ClassVar[str]
    """The expression language's type: number, text, day, instant, yes_no, record, lines, list."""
    json_schema: ClassVar[dict[str, object]]
    summable: ClassVar[bool] = False

    def parse(self, raw: object, field: Field) -> object:
        """Read a value that came from outside; raises FieldProblem."""
        raise NotImplementedError

    def load(self, stored: object, field: Field) -> object:  # noqa: ARG002  kinds that store otherwise use it
        """Turn what the driver gives into the value that records hold."""
        return stored

    def stored(self, value: object) -> object:
        """Turn a record's value into what JSON carries to the database."""
        return value

    def schema(self, field: Field) -> dict[str, object]:  # noqa: ARG002  kinds with options use it
        """Describe the JSON value (JSON Schema 2020-12)."""
        return dict(self.json_schema)
