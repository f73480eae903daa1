"""AWS's documentation as it is on this machine, and finding the operation that some words mean."""
