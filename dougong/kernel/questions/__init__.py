"""Questions: records of any entity read as somebody may see them, as JSON."""

from dougong.kernel.questions.answers import ask, known_as, one, show
from dougong.kernel.questions.counting import count
from dougong.kernel.questions.grouping import group
from dougong.kernel.questions.question import Count, Grouping, Groups, Json, Page, Question, Sort
from dougong.kernel.questions.render import as_json, references_in, render
from dougong.kernel.questions.titles import titles_of

__all__ = [
    "Count",
    "Grouping",
    "Groups",
    "Json",
    "Page",
    "Question",
    "Sort",
    "as_json",
    "ask",
    "count",
    "group",
    "known_as",
    "one",
    "references_in",
    "render",
    "show",
    "titles_of",
]
