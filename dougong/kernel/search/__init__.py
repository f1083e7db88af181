"""Search: a record is found by a piece of its number, name or code, by pinyin and by initials."""

from dougong.kernel.search.entries import (
    FORGET_STATEMENT,
    INDEX_STATEMENT,
    SEARCH_TABLE_SQL,
    Entry,
    Hit,
    find,
    find_each,
    forget,
    index,
    index_parameters,
)
from dougong.kernel.search.keys import Asked, Wanted, fold, query_keys, search_keys

__all__ = [
    "FORGET_STATEMENT",
    "INDEX_STATEMENT",
    "SEARCH_TABLE_SQL",
    "Asked",
    "Entry",
    "Hit",
    "Wanted",
    "find",
    "find_each",
    "fold",
    "forget",
    "index",
    "index_parameters",
    "query_keys",
    "search_keys",
]
