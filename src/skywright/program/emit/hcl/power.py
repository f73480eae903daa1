"""Machines that are stopped and started on the way. Owns what becomes of it in a configuration.

Terraform stops and starts a machine by itself when its type changes, and a machine that is stopped only to be
replaced is stopped once: neither is a lasting wish about the machine's state.
"""

from dataclasses import dataclass, field, replace

from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node, is_node, plain

STATE = "aws_ec2_instance_state"


@dataclass
class Power:
    """What a program has wished about machines' states so far, by the keys of the resources that hold it.

    Attributes:
        restarted: keys of the machines that are stopped and started again.
    """

    restarted: set[str] = field(default_factory=set[str])
    _stopped: dict[str, Node] = field(default_factory=dict[str, Node])
    _again: dict[str, Resource] = field(default_factory=dict[str, Resource])

    def noted(self, one: Resource) -> None:
        """A wish about a machine that had none."""
        if plain(one.arguments["state"]) == "stopped":
            self._stopped[one.key] = one.arguments["instance_id"]

    def again(self, before: Resource, state: str) -> None:
        """A wish about a machine that had one before."""
        if state == "stopped":
            self._stopped[before.key] = before.arguments["instance_id"]
            self._again.setdefault(before.key, before)
        elif before.key in self._stopped:
            self._again.setdefault(before.key, before)

    def before(self, one: Resource, made: set[str]) -> tuple[str, ...]:
        """The stops that have to come before something that is taken of a machine."""
        source = plain(one.arguments.get("source_instance_id"))
        return tuple(
            key for key, machine in self._stopped.items() if key in made and plain(machine) == source
        )

    def leaving(self, configuration: Configuration, machine: Resource, made: set[str]) -> None:
        """A machine goes: what stopped it in this program has done its work then."""
        for key, instance in list(self._stopped.items()):
            one = configuration.resources.get(key)
            if one is None or key not in made or plain(instance) != machine.id:
                continue
            configuration.put(replace(one, passing=True))
            del self._stopped[key]

    def settle(self, configuration: Configuration, made: set[str], changed: dict[str, set[str]]) -> None:
        """Stopped and started again: no wish is left of it."""
        for key, instance in self._stopped.items():
            one = configuration.resources.get(key)
            if one is None or plain(one.arguments["state"]) != "running":
                continue
            self.restarted.add(_machine(configuration, instance))
            if key in made:
                configuration.resources.pop(key)
                made.discard(key)
            else:
                configuration.put(self._again[key])
                changed.pop(key, None)


def _machine(configuration: Configuration, instance: Node) -> str:
    value = plain(instance)
    if is_node(value):
        return value["$ref"]
    held = configuration.known(str(value))
    return held.key if held is not None else str(value)
