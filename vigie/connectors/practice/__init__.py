"""The practice platform: a real HTTP server without a public, for drills and tests."""
