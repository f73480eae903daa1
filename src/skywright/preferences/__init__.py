"""What a user always wants: read out of words, and applied to programs."""
