"""What did not work, in the shape that the page is told it. Knows neither HTTP's server nor botocore."""

from typing import Any


class Failure(Exception):
    """A request that ends in an error.

    Attributes:
        status: of the HTTP answer.
        code: a cloud's own, or one of the portal's.
        operation: `service:Operation`, if one was called.
        signed_out: whether the cloud no longer takes the credential, so that one has to sign in again.
    """

    def __init__(
        self, status: int, code: str, message: str, operation: str = "", *, signed_out: bool = False
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.operation = operation
        self.signed_out = signed_out

    def told(self) -> dict[str, Any]:
        error = {"code": self.code, "message": self.message}
        return {"error": error | ({"operation": self.operation} if self.operation else {})}
