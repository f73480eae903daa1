"""Making things again, as `clouds.base.Remaking`. Owns nothing but the putting together."""

from collections.abc import Collection, Iterable

from skywright.clouds.aws.remaking import founded, reading
from skywright.clouds.aws.remaking.remake import remake
from skywright.clouds.calling import Caller
from skywright.clouds.restoring import Descriptions, Founded, Remade
from skywright.model.resource import Inventory, Survey


class Remaking:
    """See `clouds.base.Remaking`."""

    def survey(self, caller: Caller, regions: Iterable[str]) -> Survey:
        """All that is needed to make again what is there."""
        return reading.survey(caller, regions)

    def remake(self, wanted: Inventory, given: Collection[str] = (), name: str = "remake") -> Remade:
        """The program that makes things again."""
        return remake(wanted, given, name)

    def founded(self, caller: Caller, inventory: Inventory, regions: Iterable[str]) -> Founded:
        """Default networks, snapshots of disks that are gone, and what is somebody else's."""
        where = tuple(regions)
        own = founded.founded(inventory, where)
        return Founded(founded.joined(own, reading.others(caller, inventory, where)), founded.ids(own))

    def others(self, caller: Caller, regions: Iterable[str], named: Collection[str]) -> Descriptions:
        """Those images and snapshots."""
        return reading.others(caller, {}, regions, named)
