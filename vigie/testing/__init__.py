"""Test doubles that ship: each passes the same contract tests as the real thing."""
