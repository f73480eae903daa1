"""The life of a request: its stages, each a durable step, and all that can happen to a run."""
