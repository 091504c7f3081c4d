"""A practice SMS gateway that answers like the real ones and sends nothing.

It shares no code with the channels that talk to it, so that a mistake in one is not repeated in
the other.
"""
