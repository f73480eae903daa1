"""The refusals of EC2, with the codes and words of the real one.

Owns how a refusal is made and the words that several rules share. Codes are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
"""

from moto.ec2.exceptions import EC2ClientError


def refusal(code: str, message: str) -> EC2ClientError:
    """An error as EC2 answers it."""
    return EC2ClientError(code, message)


def dependency(message: str) -> EC2ClientError:
    return refusal("DependencyViolation", message)


def invalid_value(message: str) -> EC2ClientError:
    return refusal("InvalidParameterValue", message)


def invalid_combination(message: str) -> EC2ClientError:
    return refusal("InvalidParameterCombination", message)


def incorrect_state(message: str) -> EC2ClientError:
    return refusal("IncorrectState", message)


def incorrect_instance_state(message: str) -> EC2ClientError:
    return refusal("IncorrectInstanceState", message)


def not_permitted(message: str) -> EC2ClientError:
    return refusal("OperationNotPermitted", message)


def unsupported(message: str) -> EC2ClientError:
    return refusal("UnsupportedOperation", message)
