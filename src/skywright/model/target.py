"""Targets: the accounts that we may act on, and the credentials that the gate alone holds."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Target:
    """An account by the name that the user gave it.

    Attributes:
        kind: `gym` (an account of the sandbox cloud) or `aws` (a real one, by profile).
        reference: the gym account's name, or the profile.
        account: the cloud's own account id that the user said it is, or that it was when it was
            added; a target that answers with another is refused.
        region: where things go if the request names no place.
    """

    name: str
    kind: Literal["gym", "aws"]
    reference: str
    account: str = ""
    region: str = ""

    @property
    def realm(self) -> str:
        """The account itself: targets of other names that lead there have the same."""
        return f"{self.kind}:{self.reference if self.kind == 'gym' else self.account or self.reference}"


@dataclass(frozen=True, slots=True)
class Credential:
    """An AWS key pair. Its repr shows no secret."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return f"Credential({self.access_key_id}, …)"


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where the gate sends what it lets through.

    Attributes:
        endpoint: one address for every service, as the gym has; None: the cloud's own endpoints.
    """

    credential: Credential
    endpoint: str | None
    region: str
