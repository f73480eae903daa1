"""Bills where the cloud shows them: Cost Explorer, Budgets, CloudWatch's estimated charges.

Owns how these are laid over moto, and which of moto's acts begin or end something that costs. What it costs
is in `aws/billing`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.budgets.models import Budget
from moto.ce.responses import CostExplorerResponse
from moto.cloudwatch.models import Alarm, CloudWatchBackend, MetricDatum
from moto.core.exceptions import JsonRESTError
from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot, Volume
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.elb.models import ELBBackend, LoadBalancer
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.s3.models import FakeKey, s3_backends

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.rule import Rule, Wrap, around, before, new
from skywright_gym.aws.behaviour.settling import settle_region
from skywright_gym.aws.billing import budgets, charges, explorer, ledger, meters
from skywright_gym.aws.billing.selecting import Invalid
from skywright_gym.aws.billing.use import Use, month_of
from skywright_gym.world import World, current_world

_API = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference"
_FOR_EVER = 3706473600
"""The end of a budget that has none, as the cloud gives it: 2087-06-15."""
_PRICED = "assumption: the figures, which are the price book's"


# ---- what begins and what ends


def _begin(original: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    meters.begin(self)


def _ending(owner: Any, method: str, found: Callable[..., Iterator[Use]]) -> Wrap:
    """Write down what a method of moto's ends, unless it refuses."""

    def end(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        ended = list(found(self, *args, **kwargs))
        result = original(self, *args, **kwargs)
        ledger.note(ended)
        return result

    return around(owner, method, end)


def _of_volume(backend: Any, volume_id: str) -> Iterator[Use]:
    volume = backend.volumes.get(volume_id)
    return meters.disk(backend, volume, timing.now()) if volume is not None else iter(())


def _of_snapshot(backend: Any, snapshot_id: str) -> Iterator[Use]:
    held = backend.snapshots.get(snapshot_id)
    return meters.snapshot(backend, held, timing.now()) if held is not None else iter(())


def _of_address(backend: Any, address: str | None = None, allocation_id: str | None = None) -> Iterator[Use]:
    for held in backend.addresses:
        if held.public_ip == address or (held.allocation_id == allocation_id and allocation_id):
            yield from meters.address(backend, held, timing.now())


def _of_balancer(backend: Any, arn: str) -> Iterator[Use]:
    held = backend.load_balancers.get(arn)
    return meters.balancer(backend, held, timing.now()) if held is not None else iter(())


def _of_classic_balancer(backend: Any, load_balancer_name: str) -> Iterator[Use]:
    held = backend.load_balancers.get(load_balancer_name)
    return meters.classic_balancer(backend, held, timing.now()) if held is not None else iter(())


def _of_alarms(backend: Any, alarm_names: list[str]) -> Iterator[Use]:
    for name in alarm_names:
        if name in backend.alarms:
            yield from meters.alarm(backend, backend.alarms[name], timing.now())


def _of_object(held: Any, garbage: bool = False) -> Iterator[Use]:
    if garbage or held.disposed:
        return
    bucket = s3_backends[held.account_id][held.partition].buckets.get(held.bucket_name)
    # Parts of an upload are disposed of, too, and are in no bucket.
    if bucket is not None and any(held is one for one in bucket.keys.getlist(held.name, [])):
        yield from meters.stored(held, bucket, timing.now())


def _end_gateway(self: Any, nat_gateway_id: str) -> None:
    gateway = self.nat_gateways.get(nat_gateway_id)
    if gateway is not None and gateway.state != "deleted":
        vars(gateway)["metered_to"] = timing.now()


# ---- Cost Explorer


def _answered(
    by: Callable[[World, Any, Any], dict[str, Any]], plain: Callable[[Any], str] | None = None
) -> Callable[[Any], str]:
    def answer(self: Any) -> str:
        world = current_world()
        if plain is not None and not ledger.is_on(world):
            return plain(self)
        try:
            return json.dumps(by(world, settle_region, json.loads(self.body)))
        except Invalid as why:
            raise JsonRESTError("ValidationException", str(why)) from None
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            # The shapes are not checked, so what is of another one ends up as one of these.
            raise JsonRESTError("ValidationException", f"the request is of another shape: {error}") from error

    return answer


def _cost_and_usage(original: Callable[[Any], str], self: Any) -> str:
    return _answered(explorer.cost_and_usage, original)(self)


# ---- Budgets


def _since_the_month_began(original: Callable[..., None], self: Any, budget: Any, notifications: Any) -> None:
    if "TimePeriod" not in budget:
        budget["TimePeriod"] = {"Start": month_of(timing.now())[0], "End": _FOR_EVER}
    original(self, budget, notifications)
    self.budget["LastUpdatedTime"] = timing.now()


def _spent(original: Callable[[Any], dict[str, Any]], self: Any) -> dict[str, Any]:
    told, world = original(self), current_world()
    if ledger.is_on(world) and told["BudgetType"] == "COST":
        told["CalculatedSpend"] = budgets.told(budgets.spent(world, settle_region, told))
    return told


def _states(original: Callable[[Any], Any], self: Any) -> list[dict[str, Any]]:
    found, world = list(original(self)), current_world()
    if not ledger.is_on(world):
        return found
    spending = budgets.spent(world, settle_region, self.budget)
    return [{**one, "NotificationState": budgets.state(self.budget, one, spending)} for one in found]


# ---- CloudWatch


def _with_charges(original: Callable[[Any], list[Any]], self: Any) -> list[Any]:
    found = original(self)
    if self.region_name != charges.REGION:
        return found
    asked: list[Any] | None = vars(self).get("asked")
    if asked is None:
        return [*found, *_listed(self.account_id)]
    for one in asked:
        if (one.namespace, one.metric) == (charges.NAMESPACE, charges.METRIC):
            dimensions, world = dict(one.dimensions), current_world()
            for at, usd in charges.values(world, settle_region, dimensions, (one.start, one.end)):
                found = [*found, _charged(dimensions, at, usd)]
    return found


def _listed(account_id: str) -> Iterator[MetricDatum]:
    world = current_world()
    used = charges.products(world, settle_region) if world.account_id == account_id else []
    now = timing.now()
    if used:
        yield _charged({"Currency": "USD"}, now, 0.0)
    for product in used:
        yield _charged({"ServiceName": product, "Currency": "USD"}, now, 0.0)


def _charged(dimensions: Mapping[str, str], at: float, usd: float) -> MetricDatum:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    made: Any = MetricDatum(charges.NAMESPACE, charges.METRIC, round(usd, 4), named, moment, "None")
    return made


RULES = (
    Rule(
        "bills.metering",
        ("ec2", "elb", "elbv2", "cloudwatch", "s3"),
        "A machine costs by the second while it runs, a minute at least; disks, snapshots, addresses, NAT "
        "gateways, load balancers, alarms, detailed monitoring and objects cost while they are there.",
        "specification: https://aws.amazon.com/ec2/pricing/on-demand/ and "
        "https://aws.amazon.com/ebs/pricing/; " + _PRICED + ", and that a snapshot holds all of its disk",
        (
            *(
                around(kind, "__init__", _begin)
                for kind in (
                    Volume,
                    Snapshot,
                    ElasticAddress,
                    NatGateway,
                    FakeLoadBalancer,
                    LoadBalancer,
                    Alarm,
                    FakeKey,
                )
            ),
            _ending(EBSBackend, "delete_volume", _of_volume),
            _ending(EBSBackend, "delete_snapshot", _of_snapshot),
            _ending(ElasticAddressBackend, "release_address", _of_address),
            before(NatGatewayBackend, "delete_nat_gateway", _end_gateway),
            _ending(ELBv2Backend, "delete_load_balancer", _of_balancer),
            _ending(ELBBackend, "delete_load_balancer", _of_classic_balancer),
            _ending(CloudWatchBackend, "delete_alarms", _of_alarms),
            _ending(FakeKey, "dispose", _of_object),
        ),
    ),
    Rule(
        "bills.explorer",
        ("ce",),
        "Cost Explorer tells what the account costs, by hour, day or month, service, type of usage, region, "
        "zone, type of machine, resource or tag, and what it will if nothing changes.",
        f"specification: {_API}/API_GetCostAndUsage.html; {_PRICED}, and that all is known at once",
        (
            around(CostExplorerResponse, "get_cost_and_usage", _cost_and_usage),
            new(
                CostExplorerResponse,
                "get_cost_and_usage_with_resources",
                _answered(explorer.cost_and_usage),
            ),
            new(CostExplorerResponse, "get_cost_forecast", _answered(explorer.forecast)),
            new(CostExplorerResponse, "get_dimension_values", _answered(explorer.dimension_values)),
            new(CostExplorerResponse, "get_tags", _answered(explorer.tags)),
        ),
    ),
    Rule(
        "bills.budgets",
        ("budgets",),
        "A budget tells what is spent of it in its period and what will be, and each of its notifications is "
        "in ALARM while its threshold is passed.",
        f"specification: {_API}/API_budgets_Budget.html; assumption: that nobody is written to",
        (
            around(Budget, "__init__", _since_the_month_began),
            around(Budget, "to_dict", _spent),
            around(Budget, "get_notifications", _states),
        ),
    ),
    Rule(
        "bills.charges",
        ("cloudwatch",),
        "In us-east-1 the metric EstimatedCharges of AWS/Billing tells what the month has come to so far, "
        "each six hours, by product too, and alarms follow it.",
        "specification: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
        "monitor_estimated_charges_with_cloudwatch.html; assumption: how often",
        (around(CloudWatchBackend, "get_all_metrics", _with_charges),),
    ),
)
