"""The symbolic planner under every brain: from words to a program, over everything that a cloud's models tell."""
