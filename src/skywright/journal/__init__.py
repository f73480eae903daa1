"""The append-only, hash-chained, signed record of calls and verdicts. Knows databases; decides nothing."""
