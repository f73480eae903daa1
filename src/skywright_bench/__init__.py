"""Measures cloud agents, ours among them; and shows what Skywright does."""
