"""Answers in XML. Owns the way from an object of moto's to the text of its elements; knows neither the
envelope nor what cannot be written this way.

The rules are those of moto's `BaseXMLSerializer`, `QuerySerializer` and `BaseRestSerializer`, and of
xmltodict's `unparse` after them. A shape's writer gives what stands between the tags; the tags are its
parent's affair, which knows the name. Only a flattened list has tags of its own and none around them.
"""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from moto.core.model import OperationModel, Shape

from skywright_gym.aws.serialising import scalars
from skywright_gym.aws.serialising.dialect import Dialect
from skywright_gym.aws.serialising.members import Member, Picker, Structure, Write


@dataclass(frozen=True, slots=True)
class Xml:
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
        """Writes the members of a structure; an empty text means that none was there."""
        members = Structure(lambda: self._members(shape, path), self.operation, self.paths)
        present = members.present

        def write(value: Any, picker: Picker) -> str:
            return "".join([member.write(held, picker) for member, held in present(value, picker)])

        return write

    def _members(self, shape: Any, path: str) -> tuple[Member, ...]:
        members: list[Member] = []
        for key, member in shape.members.items():
            member.parent = shape  # as moto does: the names that it tries depend on it
            if self.dialect.is_rest and "location" in member.serialization:
                continue
            name, place = member.serialization.get("name", key), f"{path}.{key}"
            members.append(Member(key, member, name, place, self._element(member, name, place)))
        return tuple(members)

    def _element(self, shape: Any, name: str, path: str) -> Write:
        """Writes a value with its tags."""
        if shape.type_name == "list" and shape.is_flattened:
            item = shape.member
            return self._items(item, item.serialization.get("name", name), f"{path}.{item.name}")
        if shape.type_name in scalars.SIMPLE:
            return self._simple(name, scalars.in_xml(shape, self.time_format))
        return self._tagged(name, self._content(shape, path))

    def _content(self, shape: Any, path: str) -> Write:
        """Writes a value without its tags."""
        if shape.type_name == "structure":
            return self.structure(shape, path)
        if shape.type_name == "list":
            item = shape.member
            return self._items(item, item.serialization.get("name", "member"), f"{path}.{item.name}")
        if shape.type_name == "map":
            return self._entries(shape, path)
        convert = scalars.in_xml(shape, self.time_format)
        return lambda value, _picker: escape(convert(value))

    def _simple(self, name: str, convert: scalars.Convert) -> Write:
        """As `_tagged`, without the detour: most of an answer is simple values."""
        opening, closing, empty = self._tags(name)

        def write(value: Any, _picker: Picker) -> str:
            text = convert(value).replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
            return f"{opening}{text}{closing}" if text else empty

        return write

    def _tagged(self, name: str, content: Write) -> Write:
        opening, closing, empty = self._tags(name)

        def write(value: Any, picker: Picker) -> str:
            inner = content(value, picker)
            return f"{opening}{inner}{closing}" if inner else empty

        return write

    def _tags(self, name: str) -> tuple[str, str, str]:
        opening, closing = f"<{name}>", f"</{name}>"
        return opening, closing, f"<{name}/>" if self.dialect.short_empty else opening + closing

    def _items(self, item: Shape, name: str, path: str) -> Write:
        content = self._content(item, path)
        opening, closing, empty = self._tags(name)
        is_structure = item.type_name == "structure"

        def write(value: Any, picker: Picker) -> str:
            texts: list[str] = []
            for each in value:
                # A structure that is not there, or of which no member is, is no item.
                inner = content(each, picker) if each is not None or not is_structure else ""
                if inner:
                    texts.append(f"{opening}{inner}{closing}")
                elif not is_structure:
                    texts.append(empty)
            return "".join(texts)

        return write

    def _entries(self, shape: Any, path: str) -> Write:
        key = self._entry_part(shape.key, "key", path)
        entry_value = self._entry_part(shape.value, "value", path)
        opening, closing, empty = self._tags("entry")
        skips_null = self.dialect.skips_null_entries

        def write(value: Any, picker: Picker) -> str:
            texts: list[str] = []
            for each, held in value.items():
                if held is None and skips_null:
                    continue
                inner = key(each, picker) + entry_value(held, picker)
                texts.append(f"{opening}{inner}{closing}" if inner else empty)
            return "".join(texts)

        return write

    def _entry_part(self, shape: Any, key: str, path: str) -> Write:
        """A map's key or value with its tags; nothing for a structure that is not there."""
        name = shape.serialization.get("name", key)
        write = self._element(shape, name, f"{path}.{key}")
        if shape.type_name != "structure":
            return write
        return lambda value, picker: "" if value is None else write(value, picker)
