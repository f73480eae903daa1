"""How the cloud behaves where moto does not. Owns the differences; knows nothing of HTTP or of accounts."""


def install() -> None:
    """Patch moto, once at the start of the process, so that it behaves as the cloud does."""
