"""What operations of AWS do, behind the one face that the rest of the house sees. Owns nothing itself."""

from collections.abc import Mapping, Sequence

from skywright.clouds.aws import concern, effect_names, facts, inverse, resources
from skywright.clouds.aws.template import escaped, unescaped
from skywright.clouds.restoring import WayBack
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value


class Effects:
    """The knowledge of `effect_names`, `resources`, `inverse` and `facts` as `clouds.base.Effects`."""

    def effect(self, operation: Operation) -> Effect:
        return effect_names.effect(operation)

    def made(self, call: Call) -> Sequence[tuple[str, str]]:
        return resources.made(call)

    def touched(self, operation: Operation, arguments: Arguments) -> Sequence[tuple[str, str]]:
        return resources.touched(operation, arguments)

    def concerned(
        self, operation: Operation, arguments: Arguments, *, sent: bool = False
    ) -> tuple[frozenset[str], frozenset[str]]:
        return concern.concerned(operation, escaped(arguments) if sent else arguments)

    def shown(self, operation: Operation, arguments: Arguments, before: Value) -> frozenset[str]:
        return concern.shown(operation, arguments, before)

    def before_image(self, operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
        read = resources.before_image(operation, escaped(arguments))
        return read and (read[0], unescaped(read[1]))

    def way_back(self, call: Call) -> WayBack:
        return inverse.way_back(call)

    def undoability(self, operation: Operation, arguments: Arguments | None = None) -> WayBack:
        return inverse.undoability(operation, arguments)

    def facts(self, operation: Operation, arguments: Arguments, before: Value = None) -> Mapping[str, Value]:
        return facts.facts(operation, arguments, before)

    def facts_seen(
        self, known: Mapping[str, Value], operation: Operation, arguments: Arguments, before: Value
    ) -> Mapping[str, Value]:
        return facts.seen(known, operation, arguments, before)
