"""Kafka outside the roles: topics, files that are fed in, single records. Synchronous."""
