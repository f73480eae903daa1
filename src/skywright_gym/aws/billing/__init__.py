"""What an account costs: metered from what is there and what was, by the second of the account's clock."""
