"""Answers in JSON. Owns the way from an object of moto's to the plain dictionary that `json.dumps` gets;
knows neither the envelope nor what cannot be written this way.

The rules are those of moto's `BaseJSONSerializer` and `BaseRestSerializer`, its oddities included.
"""

from dataclasses import dataclass
from typing import Any

from moto.core.model import OperationModel

from skywright_gym.aws.serialising import scalars
from skywright_gym.aws.serialising.dialect import Dialect
from skywright_gym.aws.serialising.members import Member, Picker, Structure, Write

# What is under a map's key, which is data, has a path that is known only from there on.
_SOMEWHERE = "\0"


@dataclass(frozen=True, slots=True)
class Json:
    """Makes the writers of one operation's answer.

    Args:
        operation: Whose answer it is.
        dialect: How its protocol writes.
        time_format: Of moments of which the model says nothing.
        paths: The ends of paths at which moto transforms a value.
    """

    operation: OperationModel
    dialect: Dialect
    time_format: str
    paths: tuple[str, ...]

    def structure(self, shape: Any, path: str) -> Write:
        """Writes a structure as a dictionary."""
        members = Structure(lambda: self._members(shape, path), self.operation, self.paths)
        present = members.present

        def write(value: Any, picker: Picker) -> dict[str, Any]:
            return {member.name: member.write(held, picker) for member, held in present(value, picker)}

        return write

    def _members(self, shape: Any, path: str) -> tuple[Member, ...]:
        members: list[Member] = []
        for key, member in shape.members.items():
            member.parent = shape  # as moto does: the names that it tries depend on it
            if self.dialect.is_rest and "location" in member.serialization:
                continue
            is_document = getattr(member, "is_document_type", False)
            name = key if is_document else member.serialization.get("name", key)
            place = f"{path}.{key}"
            members.append(Member(key, member, name, place, self._value(member, place)))
        return tuple(members)

    def _value(self, shape: Any, path: str) -> Write:
        if shape.type_name == "structure":
            return _as_it_is if shape.is_document_type else self.structure(shape, path)
        if shape.type_name == "list":
            return self._items(shape, path)
        if shape.type_name == "map":
            return self._entries(shape)
        convert = scalars.in_json(shape, self.time_format)
        return lambda value, _picker: convert(value)

    def _items(self, shape: Any, path: str) -> Write:
        item = shape.member
        is_document = getattr(item, "is_document_type", False)
        if not is_document and item.serialization.get("name", item.name) != item.name:
            # moto looks for the item under the other name, and takes it as it is.
            return lambda value, _picker: list(value)
        write = self._value(item, f"{path}.{item.name}")
        if item.type_name == "structure":
            return lambda value, picker: [None if each is None else write(each, picker) for each in value]
        return lambda value, picker: [write(each, picker) for each in value]

    def _entries(self, shape: Any) -> Write:
        held = shape.value
        write = self._value(held, _SOMEWHERE)
        is_structure = held.type_name == "structure" and not held.is_document_type

        def entries(value: Any, picker: Picker) -> dict[str, Any]:
            written: dict[str, Any] = {}
            for key, each in value.items():
                if each is None and is_structure:
                    continue
                written[key] = write(each, picker)
                if is_structure and not key:
                    # Under an empty key moto writes the members themselves into the map.
                    written.update(written.pop(key))
            return written

        return entries


def _as_it_is(value: Any, _picker: Picker) -> Any:
    return value
