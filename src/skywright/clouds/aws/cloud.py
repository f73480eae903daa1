"""AWS's knowledge put together. Owns nothing but the putting together."""

from skywright.clouds.aws import regions
from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.effects import Effects
from skywright.clouds.aws.future.future import Future
from skywright.clouds.aws.inventory import Surveying, read_inventory
from skywright.clouds.aws.prices import Prices
from skywright.clouds.base import Cloud


def aws() -> Cloud:
    """Everything that is known of AWS."""
    return Cloud(
        name="aws",
        catalogue=Catalogue(),
        effects=Effects(),
        prices=Prices(),
        read_inventory=read_inventory,
        surveying=Surveying(),
        regions=regions.names(),
        future=Future,
    )
