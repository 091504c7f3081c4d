"""Ledger, outbox and read models in a database: SQLite on one host, PostgreSQL beyond."""
