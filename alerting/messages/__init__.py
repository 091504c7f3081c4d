"""A notification as words: in the person's language, for the channel it goes out on."""
