"""What is wrong with an expression that somebody wrote, each time with the place in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code whose sentence the catalogue of messages has, and where.

    ``at`` are the first and the one-past-last character in the text as it was written. The codes:

    ===================== ========================================================================
    syntax                the text is no expression
    too_long              more characters than an expression may have (limit, found)
    too_many_parts        more names, signs and values than it may have (limit, found)
    too_deep              nested deeper than it may be (limit)
    not_allowed           a piece of grammar that the language does not have (what)
    unknown_name          no such field here (name)
    unknown_function      no such function (name)
    wrong_type            a value of another type is needed (expected, found)
    wrong_arguments       a function is called with too many, too few or named arguments (function)
    wrong_literal         the text cannot be read as the day, time or record needed (expected)
    unknown_choice        the choice is none of the field's choices (choice, choices)
    number_too_long       a written number with more digits than may be stored (limit)
    follows_too_far       more references are followed than may be (limit)
    ===================== ========================================================================
    """

    code: str
    at: tuple[int, int]
    facts: Mapping[str, Any] = field(default_factory=dict)


class ExpressionError(ValueError):
    """The text is not a valid expression over the records it was written for."""

    def __init__(self, text: str, problems: Sequence[Problem]) -> None:
        """Keep the text and all its problems, in the order of their places."""
        super().__init__(text, problems)
        self.text = text
        self.problems = sorted(problems, key=lambda problem: problem.at)

    def __str__(self) -> str:
        """Name each problem with its place, for logs; users read the catalogue's sentences."""
        return "; ".join(
            f"{problem.code} at {problem.at[0]}–{problem.at[1]} {dict(problem.facts)}"
            for problem in self.problems
        )
