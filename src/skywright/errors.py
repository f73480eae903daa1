"""The tree of errors. Owns what can go wrong and the exit status that each wrong has; knows nothing else.

The world's failures and a user's mistakes are raised as one of these and printed as one
sentence. Anything else that escapes is a bug of ours, and is allowed to look like one.
"""


class SkywrightError(Exception):
    """Something that a user can be told in one sentence. `exit_status` is what the command line returns."""

    exit_status = 1


class Usage(SkywrightError):
    """The command was asked for something that it does not take."""

    exit_status = 2


class NotFound(Usage):
    """A run, target, account or file of that name does not exist."""


class Malformed(Usage):
    """A file that a user or another program wrote cannot be read.

    Attributes:
        findings: one sentence each, with its line where it has one; never empty.
    """

    def __init__(self, what: str, findings: tuple[str, ...]) -> None:
        super().__init__(f"{what}: " + "; ".join(findings))
        self.findings = findings


class Refused(SkywrightError):
    """A rule forbids it.

    Attributes:
        rule: the name of the rule, as `guard` prints it.
    """

    exit_status = 4

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{reason} (rule {rule})")
        self.rule = rule
        self.reason = reason


class Unavailable(SkywrightError):
    """A program, server, port or folder that we need cannot be had."""


class CloudFailed(SkywrightError):
    """The cloud refused or failed a call.

    Attributes:
        code: the cloud's own error code, such as `InvalidVolume.ZoneMismatch`.
    """

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {message} ({code})")
        self.operation = operation
        self.code = code
        self.message = message


class OutcomeDiffers(SkywrightError):
    """The cloud did something that the program did not say."""


class Corrupt(SkywrightError):
    """A record that was meant to be kept unchanged has been changed."""
