"""An exam of the builtin brain: prompts in, and what became of the account compared with what was meant.

`python -m bench.exam FILE.json` sits it; without a file the example beside this module. `account` holds the
account and its copies, `answers` says what a question should tell, `judge` compares what became of it with
what the oracles of the battle expect. The brain is given a row's prompt and nothing else of it.
"""

from bench.exam.sitting import main

__all__ = ["main"]
