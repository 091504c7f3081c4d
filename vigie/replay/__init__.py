"""Recorded streams: brought into the shape that `vigie ingest` reads."""
