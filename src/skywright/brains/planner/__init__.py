"""The symbolic planner under every brain: from words to a program, over all that a cloud's models tell."""
