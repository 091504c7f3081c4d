"""Commands of `vigie` that are more than one call: a module each, and what they print beside it.

Like `vigie.cli`, which registers them, they read settings and import rooms when they run, so that
`vigie --help` answers at once. Nothing imports this package but the command line.
"""
