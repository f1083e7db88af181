"""Search: a record is found by a piece of its number, name or code, by pinyin and by initials."""

from dougong.kernel.search.entries import (
    FORGET_STATEMENT,
    INDEX_STATEMENT,
    SEARCH_TABLE_SQL,
    Entry,
    Hit,
    find,
    forget,
    index,
    index_parameters,
)
from dougong.kernel.search.keys import Asked, Wanted, query_keys, search_keys

__all__ = [
    "FORGET_STATEMENT",
    "INDEX_STATEMENT",
    "SEARCH_TABLE_SQL",
    "Asked",
    "Entry",
    "Hit",
    "Wanted",
    "find",
    "forget",
    "index",
    "index_parameters",
    "query_keys",
    "search_keys",
]
