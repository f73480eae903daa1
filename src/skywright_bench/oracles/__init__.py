"""What became of an account, compared with what was meant: read from the cloud by boto3 alone.

`state` reads an account, `expected` (with `making`) says what an intent comes to, on a `ledger` that tells
off every change; `answers` holds what was told against what is there. None of it asks an agent anything.
"""
