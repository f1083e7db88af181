"""The one language for conditions, formulas and rules that a company writes itself."""

from dougong.kernel.rules.expression import Expression, parse
from dougong.kernel.rules.problems import ExpressionError, Problem
from dougong.kernel.rules.scope import (
    DAY,
    INSTANT,
    MONEY,
    NUMBER,
    PERCENT,
    QUANTITY,
    TEXT,
    YES_NO,
    AnyReader,
    AttributeReader,
    DictScope,
    FieldType,
    Kind,
    MappingReader,
    Reader,
    Scope,
    Tag,
    choice_of,
    lines_of,
    reference_to,
)
from dougong.kernel.rules.source import is_plain_name, quoted
from dougong.kernel.rules.sql import SqlLines, SqlScope, sql_type
from dougong.kernel.rules.tables import Shape, TableScope

__all__ = [
    "DAY",
    "INSTANT",
    "MONEY",
    "NUMBER",
    "PERCENT",
    "QUANTITY",
    "TEXT",
    "YES_NO",
    "AnyReader",
    "AttributeReader",
    "DictScope",
    "Expression",
    "ExpressionError",
    "FieldType",
    "Kind",
    "MappingReader",
    "Problem",
    "Reader",
    "Scope",
    "Shape",
    "SqlLines",
    "SqlScope",
    "TableScope",
    "Tag",
    "choice_of",
    "is_plain_name",
    "lines_of",
    "parse",
    "quoted",
    "reference_to",
    "sql_type",
]
