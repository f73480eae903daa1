"""The way in which one operation's results are put into words. Owns what of a serializer's work is done
here, which is the result's body; the envelope, headers, status and all errors stay moto's own.
"""

from dataclasses import dataclass
from typing import Any

from skywright_gym.aws.serialising.dialect import DIALECTS, Dialect
from skywright_gym.aws.serialising.fitness import is_fit
from skywright_gym.aws.serialising.members import Write
from skywright_gym.aws.serialising.to_json import Json
from skywright_gym.aws.serialising.to_xml import Xml

# Stands in the envelope where the body is to be: an element's name that no model has.
_MARK = "SkywrightBody"


@dataclass(frozen=True, slots=True)
class Plan:
    """How an operation's results are written by one class of serializer.

    Args:
        dialect: The protocol's.
        paths: The paths of moto's transformers for which it holds.
        write: Puts the body into words.
        headers: The members that become headers, with their keys.
        payload: The one member that is the whole body, with its key, if there is such a one.
    """

    dialect: Dialect
    paths: tuple[str, ...]
    write: Write
    headers: tuple[tuple[str, Any], ...] = ()
    payload: tuple[str, Any] | None = None

    def answer(self, serializer: Any, response: Any, result: Any) -> Any:
        """The response to a result, as the serializer itself would give it."""
        subject = result if self.payload is None else serializer.get_value(result, *self.payload)
        # None of a structure's members is there if it is not there itself.
        body = None if subject is None else self.write(subject, serializer._value_picker)
        held: dict[str, Any] = body or {} if self.dialect.is_json else {_MARK: ""} if body else {}
        if self.dialect.is_rest:
            held = {"body": held, "headers": self._headers(serializer, result)}
        output = serializer.operation_model.output_shape
        response = serializer._serialized_result_to_response(response, result, output, held)
        if body and not self.dialect.is_json:
            response["body"] = self._filled(response["body"], body)
        return response

    def _headers(self, serializer: Any, result: Any) -> dict[str, str]:
        held: dict[str, Any] = {"headers": {}}
        serializer.path.append(serializer.operation_model.output_shape.name)
        for key, member in self.headers:
            serializer._serialize_structure_member(held, result, member, key)
        serializer.path.pop()
        return held["headers"]

    def _filled(self, envelope: str, body: str) -> str:
        mark = f"<{_MARK}/>" if self.dialect.short_empty else f"<{_MARK}></{_MARK}>"
        # An envelope without the mark is one of the few for which moto has another body.
        return envelope.replace(mark, body, 1)


def made(serializer: Any) -> Plan | None:
    """The plan for a serializer's operation; None if moto is to write its results itself."""
    dialect, output = DIALECTS[type(serializer)], serializer.operation_model.output_shape
    paths = tuple(serializer._value_picker.response_transformers)
    if output is None or not is_fit(output, dialect, paths):
        return None
    operation = serializer.operation_model
    kind = Json if dialect.is_json else Xml
    maker = kind(operation, dialect, serializer.DEFAULT_TIMESTAMP_FORMAT, paths)
    headers: tuple[tuple[str, Any], ...] = ()
    payload: tuple[str, Any] | None = None
    if dialect.is_rest:
        for member in output.members.values():
            member.parent = output  # as moto does: the names that it tries depend on it
        headers = tuple((k, member) for k, member in output.members.items() if member.is_http_header_trait)
        key = output.serialization.get("payload")
        payload = None if key is None else (key, output.members[key])
    body = output if payload is None else payload[1]
    return Plan(dialect, paths, maker.structure(body, f"{operation.name}.{body.name}"), headers, payload)
