"""Benchmarks: every figure a ratio against something else measured in the same run."""
