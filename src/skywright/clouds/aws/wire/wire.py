"""AWS's wire protocols behind the gate's seam."""

from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import answers, compose, framing, made_up, marks, recognise, refusals, sigv4
from skywright.clouds.wire import Answer, Body, Claim, Head, Opening, Outgoing, Recall, Understood
from skywright.errors import Refused
from skywright.model.call import CallError
from skywright.model.operation import Operation
from skywright.model.target import Upstream
from skywright.model.values import Arguments, Value


class Wire:
    """See `skywright.clouds.wire.Wire`."""

    def claim(self, head: Head) -> Claim:
        claim = sigv4.read_claim(head)
        if claim.region not in known_regions():
            raise Refused("unknown-region", f"there is no region {claim.region}")
        return claim

    def verify(self, head: Head, claim: Claim, secret: str, now: float, payload: str) -> None:
        sigv4.verify(head, claim, secret, now, payload)

    def open(self, head: Head, claim: Claim) -> Opening:
        return recognise.open_request(head, claim)

    def understand(self, head: Head, opening: Opening, body: bytes) -> Understood:
        return recognise.understand(head, opening, body)

    def framing(self, head: Head, claim: Claim) -> Body:
        return framing.of(head, claim)

    def restream(
        self, source: AsyncIterator[bytes], claim: Claim, secret: str, body: Body
    ) -> AsyncIterator[bytes]:
        return framing.restream(source, claim, secret, body)

    def ask(self, operation: Operation, arguments: Arguments, region: str) -> Understood:
        model = models.service_model(operation.service)
        if model is None:
            raise Refused("unknown-service", f"there is no service {operation.service}")
        return Understood(operation, region, arguments, str(model.resolved_protocol))

    def compose(self, understood: Understood, upstream: Upstream, now: float, body: Body | None) -> Outgoing:
        return compose.compose(understood, upstream, now, body)

    def result(self, understood: Understood, answer: Answer) -> tuple[Value, CallError | None]:
        return answers.result(understood, answer)

    def home(self, operation: Operation, region: str) -> str:
        return compose.home(operation.service, region)

    def incidental(self, operation: Operation) -> frozenset[str]:
        return compose.incidental(operation)

    def mark(self, operation: Operation, arguments: Arguments, text: str) -> Arguments:
        return marks.mark(operation, arguments, text)

    def recall(self, operation: Operation, arguments: Arguments, text: str) -> Recall | None:
        read = marks.recall(operation, arguments, text)
        if read is None:
            return None
        return Recall(
            read.operation, read.arguments, lambda result: marks.recollect(operation, arguments, read, result)
        )

    def make_up(self, understood: Understood, result: Value) -> Answer:
        return made_up.answer(understood, result)

    def refusal(self, head: Head, understood: Understood | None, rule: str, reason: str) -> Answer:
        complaint = refusals.Complaint(403, "SkywrightRefused", f"{reason} (rule {rule})")
        return refusals.answer(head, understood, complaint)

    def failure(self, head: Head, understood: Understood | None, code: str, reason: str) -> Answer:
        # A 503 is tried again by every client, a 409 by none.
        status = 503 if code == "SkywrightUnavailable" else 409
        return refusals.answer(head, understood, refusals.Complaint(status, code, reason))

    def error(self, head: Head, understood: Understood, status: int, error: CallError) -> Answer:
        return refusals.answer(head, understood, refusals.Complaint(status, error.code, error.message))


@lru_cache(maxsize=1)
def known_regions() -> frozenset[str]:
    """Every region of every partition, from the table that ships with botocore."""
    partitions: Any = models.loader().load_data("partitions")
    return frozenset(str(region) for row in partitions["partitions"] for region in row["regions"])
