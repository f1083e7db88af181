"""Tokens: 256 random bits for the holder, their hash for the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SESSION, API = "dgs_", "dgt_"
"""What a token begins with, so that one that was published by mistake can be found."""
_BITS = 256
_LONGEST = 100


def new_secret(kind: str) -> str:
    """Make a token that nobody can guess."""
    return kind + secrets.token_urlsafe(_BITS // 8)


def hash_of(secret: str) -> bytes:
    """Give what is stored of a token; one with so much chance in it needs no slow hash."""
    return hashlib.sha256(secret[:_LONGEST].encode(errors="replace")).digest()


def same(one: bytes, other: bytes) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(one, other)
