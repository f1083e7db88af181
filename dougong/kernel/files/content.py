"""Where the bytes of files lie: a table of the company's own, each content once, under its SHA-256.

So a backup holds them, no company reads another's, and a file and its content come and go in one
transaction. The database itself sees that the name is the content's, that no file is without its
content, and that a content goes with its last file.
"""

from __future__ import annotations

from dougong.kernel.store.database import Transaction

FILE_CONTENT_SQL = """
CREATE TABLE file_content (
    sha256 text PRIMARY KEY CHECK (sha256 = encode(sha256(content), 'hex')),
    content bytea STORAGE EXTERNAL NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
)
"""
"""External: what is large among files is packed already."""

HAS_CONTENT = (
    "ALTER TABLE file ADD CONSTRAINT fk_file_sha256 "
    "FOREIGN KEY (sha256) REFERENCES file_content (sha256)"
)
FORGET_CONTENT = """
CREATE FUNCTION forget_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM file_content WHERE sha256 = OLD.sha256 FOR UPDATE;
    DELETE FROM file_content c WHERE c.sha256 = OLD.sha256
        AND NOT EXISTS (SELECT FROM file f WHERE f.sha256 = OLD.sha256);
    RETURN NULL;
END $$
"""
"""Held first, so that whoever keeps the same content meanwhile is waited for and seen."""
GOES_WITH_ITS_LAST_FILE = (
    "CREATE TRIGGER forgets AFTER DELETE ON file FOR EACH ROW EXECUTE FUNCTION forget_content()"
)
LAWS = (HAS_CONTENT, FORGET_CONTENT, GOES_WITH_ITS_LAST_FILE)

KEEP = (
    "INSERT INTO file_content (sha256, content) VALUES (%s, %s) "
    "ON CONFLICT (sha256) DO UPDATE SET kept_at = now()"
)
"""The update holds a content that is there already against its last file's deletion."""


def keep(transaction: Transaction, sha256: str, content: bytes) -> None:
    """Put a content where it is found under its name; once, however often it is kept."""
    transaction.run(KEEP, [sha256, content])


def content_of(transaction: Transaction, sha256: str) -> bytes:
    """Give the bytes of a file that is there."""
    rows = transaction.rows("SELECT content FROM file_content WHERE sha256 = %s", [sha256])
    assert rows, f"no content {sha256}"
    return bytes(rows[0][0])
