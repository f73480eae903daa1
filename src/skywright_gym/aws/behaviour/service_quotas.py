"""The Service Quotas API: what the quotas are, and asking for more.

Owns how `physics/quotas` is told to clients. Of networks it also tells what moto knows and the gym does not
enforce.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

from skywright_gym.aws.behaviour.prices import fraction
from skywright_gym.aws.behaviour.rule import Rule, instead, new
from skywright_gym.physics import quotas
from skywright_gym.physics.quotas import Quota
from skywright_gym.world import world_if_any

_SERVICES: Mapping[str, str] = {
    "ebs": "Amazon Elastic Block Store (Amazon EBS)",
    "ec2": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "elasticloadbalancing": "Elastic Load Balancing (ELB)",
    "vpc": "Amazon Virtual Private Cloud (Amazon VPC)",
}
_MOST = 100
_Arguments = Mapping[str, Any]


def _known(service: str) -> Iterator[tuple[Quota, bool]]:
    """The quotas of a service, and whether they can be raised."""
    enforced = {quota.code: quota for quota in quotas.ALL if quota.service == service}
    yield from ((quota, True) for quota in enforced.values())
    of_moto: list[dict[str, Any]] = VPC_DEFAULT_QUOTAS if service == "vpc" else []
    for told in of_moto:
        if told["QuotaCode"] not in enforced:
            quota = Quota("vpc", told["QuotaCode"], told["QuotaName"], told["Value"])
            yield quota, told["Adjustable"]


def _described(self: Any, quota: Quota, adjustable: bool, applied: bool) -> dict[str, Any]:
    value = quotas.value(world_if_any(), self.region, quota) if applied else quota.usual
    account = self.current_account if applied else ""
    described = {
        "ServiceCode": quota.service,
        "ServiceName": _SERVICES[quota.service],
        "QuotaArn": f"arn:aws:servicequotas:{self.region}:{account}:{quota.key}",
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": adjustable,
        "GlobalQuota": False,
    }
    return described | ({"QuotaAppliedAtLevel": "ACCOUNT"} if applied else {})


def _refused(code: str, message: str) -> JsonRESTError:
    return JsonRESTError(code, message)


def _quotas(asked: _Arguments) -> list[tuple[Quota, bool]]:
    service = str(asked.get("ServiceCode"))
    if service not in _SERVICES:
        # The words are the cloud's own, as moto has them.
        raise _refused(
            "NoSuchResourceException",
            "This service is not available in the current Region. Choose a different Region or a different "
            "service.",
        )
    return sorted(_known(service), key=lambda pair: pair[0].name)


def _quota(asked: _Arguments) -> tuple[Quota, bool]:
    for quota, adjustable in _quotas(asked):
        if quota.code == asked.get("QuotaCode"):
            return quota, adjustable
    raise _refused(
        "NoSuchResourceException", "The request failed because the specified quota does not exist."
    )


def _page(name: str, found: list[dict[str, Any]], asked: _Arguments) -> str:
    start = int(asked.get("NextToken") or 0)
    end = start + min(int(asked.get("MaxResults") or _MOST), _MOST)
    return json.dumps({name: found[start:end]} | ({"NextToken": str(end)} if end < len(found) else {}))


def _list(self: Any, applied: bool) -> str:
    asked = json.loads(self.body)
    found = [_described(self, quota, adjustable, applied) for quota, adjustable in _quotas(asked)]
    return _page("Quotas", found, asked)


def _get(self: Any, applied: bool) -> str:
    return json.dumps({"Quota": _described(self, *_quota(json.loads(self.body)), applied)})


def _services(self: Any) -> str:
    found = [{"ServiceCode": code, "ServiceName": name} for code, name in _SERVICES.items()]
    return _page("Services", found, json.loads(self.body))


# ---- asking for more


def _increase(self: Any) -> str:
    asked = json.loads(self.body)
    quota, adjustable = _quota(asked)
    world, wanted = world_if_any(), float(asked["DesiredValue"])
    if world is None or not adjustable:
        raise _refused("IllegalArgumentException", f"The quota {quota.code} is not adjustable.")
    if wanted <= quotas.value(world, self.region, quota):
        raise _refused(
            "IllegalArgumentException", "You must provide a quota value greater than the current quota value."
        )
    try:
        made = quotas.request(world, self.region, quota, wanted)
    except quotas.Open:
        raise _refused(
            "ResourceAlreadyExistsException",
            "Only one open service quota increase request is allowed per quota.",
        ) from None
    return json.dumps({"RequestedQuota": _request(self, made)})


def _request(self: Any, made: Mapping[str, Any]) -> dict[str, Any]:
    quota = next(quota for quota in quotas.ALL if quota.code == made["code"])
    world = world_if_any()
    status = quotas.status(world, made) if world is not None else quotas.PENDING
    described = _described(self, quota, True, True)
    kept = ("ServiceCode", "ServiceName", "QuotaArn", "QuotaCode", "QuotaName", "Unit", "GlobalQuota")
    number = fraction(self.current_account, made["region"], made["number"])
    return {name: described[name] for name in kept} | {
        "Id": f"{int(number * 2**64):016x}{made['number']:016x}",
        "DesiredValue": float(made["value"]),
        "Status": status,
        "Created": made["since"],
        "LastUpdated": made["since"] if status == quotas.PENDING else made["due"],
        "Requester": json.dumps({"accountId": self.current_account}),
        "QuotaRequestedAtLevel": "ACCOUNT",
    }


def _history(self: Any) -> str:
    asked = json.loads(self.body)
    world = world_if_any()
    made = quotas.requests(world, self.region) if world is not None else ()
    found = [_request(self, one) for one in made]
    for argument, member in (("ServiceCode",) * 2, ("QuotaCode",) * 2, ("Status",) * 2):
        found = [one for one in found if asked.get(argument) in (None, one[member])]
    return _page("RequestedQuotas", found[::-1], asked)


def _one_request(self: Any) -> str:
    asked = json.loads(self.body)
    world = world_if_any()
    for made in quotas.requests(world, self.region) if world is not None else ():
        described = _request(self, made)
        if described["Id"] == asked.get("RequestId"):
            return json.dumps({"RequestedQuota": described})
    raise _refused("NoSuchResourceException", "The request failed because the request id does not exist.")


_PAGE = "https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_Operations.html"
RULES = (
    Rule(
        "quotas.told",
        ("service-quotas",),
        "Quotas are told by service: what an account usually gets and what this one has in the region.",
        f"specification: {_PAGE}; assumption: the values of virtual processors, those of an account in use "
        "for some time",
        (
            new(ServiceQuotasResponse, "list_services", _services),
            new(ServiceQuotasResponse, "list_service_quotas", lambda self: _list(self, applied=True)),
            new(ServiceQuotasResponse, "get_aws_default_service_quota", lambda self: _get(self, False)),
            instead(
                ServiceQuotasResponse, "list_aws_default_service_quotas", lambda self: _list(self, False)
            ),
            instead(ServiceQuotasResponse, "get_service_quota", lambda self: _get(self, True)),
        ),
    ),
    Rule(
        "quotas.increases",
        ("service-quotas",),
        "More is asked for once at a time and for each region; a request is pending until it is approved, "
        "and then the quota is what was asked for.",
        f"specification: {_PAGE}; assumption: everything is approved after a quarter of an hour unless the "
        "account says otherwise, without a support case",
        (
            new(ServiceQuotasResponse, "request_service_quota_increase", _increase),
            new(ServiceQuotasResponse, "get_requested_service_quota_change", _one_request),
            new(ServiceQuotasResponse, "list_requested_service_quota_change_history", _history),
            new(ServiceQuotasResponse, "list_requested_service_quota_change_history_by_quota", _history),
        ),
    ),
)
