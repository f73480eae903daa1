"""Whether each disk that is destroyed has a snapshot or an image that precedes it."""

from collections.abc import Iterator, Mapping

from skywright.clouds.aws.future.applying import destroyed
from skywright.clouds.aws.future.world import DISK, MACHINE, SNAPSHOT, Thing, World, listed, named
from skywright.clouds.future import Breach, Planned


def breaches(world: World, step: Planned) -> Iterator[Breach]:
    """The disks that a step, before it is done, destroys without a copy.

    What is on a disk that the program itself made, and on one from which a machine started, can be made
    again: only disks that are there already count, and of a machine's those that were attached to it.
    """
    for id in destroyed(step):
        thing = world.things.get(id)
        unknown = thing is None and id.startswith("vol-")
        if (thing is not None and thing.type == DISK and not thing.step) or unknown:
            yield from _uncopied(world, step, id)
        elif thing is not None and thing.type == MACHINE:
            for disk, ends in world.disks_of(thing):
                found = world.find(disk, DISK)
                if ends and found is not None and not found.step and disk != _root(thing):
                    yield from _uncopied(world, step, disk)
        elif id.startswith("snap-") or (thing is not None and thing.type == SNAPSHOT):
            for disk, copies in world.copied.items():
                if disk in world.gone and copies == {id}:
                    says = f"it destroys {named(id)}, the only copy of {named(disk)}, which is gone"
                    yield Breach("copies", step.key, says, waivable=True)


def _root(machine: Thing) -> str:
    device = machine.get("RootDeviceName")
    mappings = listed(machine.properties.get("BlockDeviceMappings"))
    disks = [each.get("Ebs") for each in mappings if each.get("DeviceName") == device]
    return str(disks[0].get("VolumeId")) if disks and isinstance(disks[0], Mapping) else ""


def _uncopied(world: World, step: Planned, disk: str) -> Iterator[Breach]:
    if not world.copied.get(disk):
        says = f"it destroys {named(disk)}, of which there is no snapshot or image"
        yield Breach("copies", step.key, says, waivable=True)
