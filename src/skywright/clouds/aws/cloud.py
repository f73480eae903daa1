"""AWS's knowledge put together. Owns nothing but the putting together."""

from pathlib import Path

from skywright.clouds.aws import regions
from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.conventions import convention
from skywright.clouds.aws.docs.search import Documentation
from skywright.clouds.aws.effects import Effects
from skywright.clouds.aws.future.future import Future
from skywright.clouds.aws.future.reachability import CLOSED
from skywright.clouds.aws.inventory import Surveying, read_inventory
from skywright.clouds.aws.prices import Prices
from skywright.clouds.aws.remaking.face import Remaking
from skywright.clouds.aws.retracing import Retracing
from skywright.clouds.aws.shaping import Shaping
from skywright.clouds.aws.trail import CloudTrail
from skywright.clouds.base import Cloud


def aws(cache: Path | None = None) -> Cloud:
    """Everything that is known of AWS.

    Args:
        cache: a folder for what is made on first use: the index of the documentation. Without one there
            is no documentation to search.
    """
    return Cloud(
        name="aws",
        catalogue=Catalogue(),
        effects=Effects(),
        prices=Prices(),
        read_inventory=read_inventory,
        surveying=Surveying(),
        retracing=Retracing(),
        regions=regions.names(),
        future=Future,
        closed_ports=frozenset(CLOSED),
        documentation=Documentation(cache) if cache is not None else None,
        convention=convention,
        trail=CloudTrail(),
        shaping=Shaping(),
        remaking=Remaking(),
    )
