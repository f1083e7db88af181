"""The text of an expression before it is understood: its bounds, its grammar, its places."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from threading import Lock

from dougong.kernel.rules.problems import ExpressionError, Problem

LONGEST_TEXT = 4_000
MOST_PARTS = 400
DEEPEST = 40

_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")
_STRANGE_ESCAPE = re.compile(r"\\(?!['\"nt\\])|\\\\|\\.", re.DOTALL)
_SIGNS = ast.expr_context | ast.operator | ast.boolop | ast.cmpop | ast.unaryop
_ESCAPES: dict[int, str] = {
    ord("\\"): r"\\",
    ord('"'): r"\"",
    ord("\n"): r"\n",
    ord("\t"): r"\t",
}
_BLANKS = str.maketrans("\n\r\f", "   ")
_ONE_AT_A_TIME = Lock()
"""Python up to 3.11.7 counts the depth of all threads' trees together and fails when two meet."""


class Source:
    """A text, its grammar tree, and the way from a node of the tree to its place in the text."""

    def __init__(self, text: str) -> None:
        """Parse the text, or raise what keeps it from being an expression at all."""
        self.text = text
        self._refuse(self._unfit())
        self._indent = len(text) - len(text.lstrip(" \n\r\t\f"))
        # Blanks for line breaks: an expression may run over lines, and places stay one number.
        self._line = text[self._indent :].translate(_BLANKS)
        self._bytes = self._line.encode()
        self.tree = self._parsed()
        self._refuse(self._too_large())
        self._refuse(self._disguised())

    def place(self, node: ast.AST) -> tuple[int, int]:
        """Give the first and the one-past-last character of a node."""
        assert isinstance(node, ast.expr | ast.keyword)
        return self._characters(node.col_offset), self._characters(node.end_col_offset or 0)

    def written(self, node: ast.AST) -> str:
        """Give the text of a node."""
        start, end = self.place(node)
        return self.text[start:end]

    def _characters(self, offset: int) -> int:
        return self._indent + len(self._bytes[:offset].decode())

    def _refuse(self, problems: Iterator[Problem]) -> None:
        if found := list(problems):
            raise ExpressionError(self.text, found)

    def _unfit(self) -> Iterator[Problem]:
        """Find what must not even reach the parser."""
        if len(self.text) > LONGEST_TEXT:
            facts = {"limit": LONGEST_TEXT, "found": len(self.text)}
            yield Problem("too_long", (LONGEST_TEXT, len(self.text)), facts)
            return
        for found in _UNSPEAKABLE.finditer(self.text):
            yield Problem("not_allowed", found.span(), {"what": "control_character"})
        for found in _STRANGE_ESCAPE.finditer(self.text):
            if found.group() == "\\":
                yield Problem("not_allowed", found.span(), {"what": "escape"})

    def _parsed(self) -> ast.expr:
        try:
            with _ONE_AT_A_TIME:
                return ast.parse(self._line, mode="eval").body
        except SyntaxError as error:
            problem = Problem("syntax", self._near(error.offset, error.end_offset))
        except (RecursionError, MemoryError):
            problem = Problem("too_deep", (0, len(self.text)), {"limit": DEEPEST})
        except ValueError:
            problem = Problem("syntax", (0, len(self.text)))
        raise ExpressionError(self.text, [problem])

    def _near(self, start: int | None, end: int | None) -> tuple[int, int]:
        """Bring the parser's place into the text: it counts from one, and says 0 for the end."""
        last = len(self.text)
        if not start:
            return last, last
        first = min(start - 1 + self._indent, last)
        return first, min(max((end or 0) - 1 + self._indent, first + 1), last)

    def _too_large(self) -> Iterator[Problem]:
        level: list[ast.AST] = [self.tree]
        found = 0
        for _depth in range(DEEPEST):
            found += len(level)
            level = [
                part
                for node in level
                for part in ast.iter_child_nodes(node)
                if not isinstance(part, _SIGNS)
            ]
            if not level:
                break
        else:
            yield Problem("too_deep", self._whole(level[0]), {"limit": DEEPEST})
        if found > MOST_PARTS:
            facts = {"limit": MOST_PARTS, "found": found}
            yield Problem("too_many_parts", (0, len(self.text)), facts)

    def _whole(self, node: ast.AST) -> tuple[int, int]:
        return self.place(node) if isinstance(node, ast.expr) else (0, len(self.text))

    def _disguised(self) -> Iterator[Problem]:
        """Find comments, which would hide what follows, and names that are written otherwise."""
        rest = list(self.text)
        for node in ast.walk(self.tree):
            match node:
                case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
                    start, end = self.place(node)
                    if re.search(r"[\n\r\f]", self.text[start:end]):
                        yield Problem("not_allowed", (start, end), {"what": "line_break"})
                    rest[start:end] = " " * (end - start)
                case ast.Name(id=name) | ast.Attribute(attr=name) if not self.written(
                    node
                ).endswith(name):
                    yield Problem("not_allowed", self.place(node), {"what": "disguised_name"})
        if (comment := "".join(rest).find("#")) >= 0:
            yield Problem("not_allowed", (comment, len(self.text)), {"what": "comment"})


def quoted(text: str) -> str:
    """Write a text as the language writes it, so that it reads back as the same text."""
    return f'"{text.translate(_ESCAPES)}"'


def is_plain_name(name: str) -> bool:
    """Tell whether a field of that name can be named in an expression."""
    normal = unicodedata.normalize("NFKC", name)
    return name.isidentifier() and normal == name and not name.startswith("_")
