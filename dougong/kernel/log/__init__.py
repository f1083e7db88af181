"""The event log's readers: what follows from events, what became of records, what caused what."""
