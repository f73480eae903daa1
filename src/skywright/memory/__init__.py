"""Memory: proven programs, how to find them again, and when not to trust them."""
