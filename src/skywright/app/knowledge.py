"""What is kept, and what is known of clouds: all that a command needs that tells of what was seen.

It is apart from the whole so that `skywright state show` need not wait for the gate and the engine to be
imported.
"""

from dataclasses import dataclass
from functools import cached_property

from skywright.app.stores import Stores
from skywright.clouds.aws.cloud import aws
from skywright.clouds.base import Cloud
from skywright.state.views import Views


@dataclass
class Knowing(Stores):
    """The state of one home, and the clouds that it is about."""

    @cached_property
    def clouds(self) -> dict[str, Cloud]:
        return {"aws": aws(self.home.docs)}

    @cached_property
    def views(self) -> Views:
        prices = self.clouds["aws"].prices
        return Views(self.home.views, self.inventories, prices.usd_month_of, prices.edition)
