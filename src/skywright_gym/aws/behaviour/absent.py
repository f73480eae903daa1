"""Kinds of thing that no account of the gym can have, since what makes them is not offered.

Owns the table of these: asked for all of such a kind, the cloud shows the empty list that is the truth; asked
for one by its id, it says that there is none. An entry must go once one of its makers is offered, which a
test holds it to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.rule import Rule, new


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of which there are none.

    Args:
        operation: That which lists them.
        member: The list in its answer.
        makers: The operations that make one, of the same service; none where one comes with hardware of the
            cloud's in one's own building, with a product that the cloud no longer sells, or by rules of a
            service that is not offered.
        ids: The parameter that names some of them.
    """

    operation: str
    member: str
    makers: tuple[str, ...]
    ids: str = ""


def _plain(noun: str, plural: str, *makers: str) -> Kind:
    """One whose names are all alike: DescribeIpamPools, IpamPools, CreateIpamPool, IpamPoolIds."""
    return Kind(f"Describe{plural}", plural, makers or (f"Create{noun}",), f"{noun}Ids")


EC2_KINDS: tuple[Kind, ...] = (
    _plain("CapacityReservationFleet", "CapacityReservationFleets"),
    _plain("CapacityBlock", "CapacityBlocks", "PurchaseCapacityBlock"),
    _plain("ClientVpnEndpoint", "ClientVpnEndpoints"),
    _plain("FpgaImage", "FpgaImages"),
    _plain("InstanceConnectEndpoint", "InstanceConnectEndpoints"),
    _plain("Ipam", "Ipams"),
    _plain("IpamPool", "IpamPools"),
    _plain("IpamPoolAllocation", "IpamPoolAllocations", "AllocateIpamPoolCidr"),
    _plain("IpamScope", "IpamScopes", "CreateIpam", "CreateIpamScope"),
    _plain("IpamResourceDiscovery", "IpamResourceDiscoveries", "CreateIpam", "CreateIpamResourceDiscovery"),
    _plain(
        "IpamResourceDiscoveryAssociation",
        "IpamResourceDiscoveryAssociations",
        "CreateIpam",
        "AssociateIpamResourceDiscovery",
    ),
    Kind("DescribeLocalGateways", "LocalGateways", (), "LocalGatewayIds"),
    _plain("LocalGatewayRouteTable", "LocalGatewayRouteTables"),
    _plain("LocalGatewayRouteTableVpcAssociation", "LocalGatewayRouteTableVpcAssociations"),
    _plain(
        "LocalGatewayRouteTableVirtualInterfaceGroupAssociation",
        "LocalGatewayRouteTableVirtualInterfaceGroupAssociations",
    ),
    _plain("LocalGatewayVirtualInterface", "LocalGatewayVirtualInterfaces"),
    _plain("LocalGatewayVirtualInterfaceGroup", "LocalGatewayVirtualInterfaceGroups"),
    _plain("NetworkInsightsPath", "NetworkInsightsPaths"),
    _plain("NetworkInsightsAnalysis", "NetworkInsightsAnalyses", "StartNetworkInsightsAnalysis"),
    _plain("NetworkInsightsAccessScope", "NetworkInsightsAccessScopes"),
    _plain(
        "NetworkInsightsAccessScopeAnalysis",
        "NetworkInsightsAccessScopeAnalyses",
        "StartNetworkInsightsAccessScopeAnalysis",
    ),
    _plain("NetworkInterfacePermission", "NetworkInterfacePermissions"),
    _plain("ReplaceRootVolumeTask", "ReplaceRootVolumeTasks"),
    _plain("RouteServer", "RouteServers"),
    _plain("RouteServerEndpoint", "RouteServerEndpoints"),
    _plain("RouteServerPeer", "RouteServerPeers"),
    _plain("TransitGatewayMulticastDomain", "TransitGatewayMulticastDomains"),
    _plain("TransitGatewayPolicyTable", "TransitGatewayPolicyTables"),
    _plain("VerifiedAccessInstance", "VerifiedAccessInstances"),
    _plain("VerifiedAccessGroup", "VerifiedAccessGroups"),
    _plain("VerifiedAccessEndpoint", "VerifiedAccessEndpoints"),
    _plain("VerifiedAccessTrustProvider", "VerifiedAccessTrustProviders"),
    _plain("ConversionTask", "ConversionTasks", "ImportInstance", "ImportVolume"),
    _plain("ExportTask", "ExportTasks", "CreateInstanceExportTask"),
    _plain("ExportImageTask", "ExportImageTasks", "ExportImage"),
    Kind("DescribeImportImageTasks", "ImportImageTasks", ("ImportImage",), "ImportTaskIds"),
    Kind("DescribeImportSnapshotTasks", "ImportSnapshotTasks", ("ImportSnapshot",), "ImportTaskIds"),
    Kind("DescribeBundleTasks", "BundleTasks", ("BundleInstance",), "BundleIds"),
    Kind("DescribeByoipCidrs", "ByoipCidrs", ("ProvisionByoipCidr",)),
    Kind("DescribeIpv6Pools", "Ipv6Pools", ("ProvisionByoipCidr", "CreateIpamPool"), "PoolIds"),
    Kind(
        "DescribePublicIpv4Pools",
        "PublicIpv4Pools",
        ("CreatePublicIpv4Pool", "ProvisionByoipCidr"),
        "PoolIds",
    ),
    Kind("DescribeCoipPools", "CoipPools", ("CreateCoipPool",), "PoolIds"),
    Kind("DescribeClassicLinkInstances", "Instances", ("AttachClassicLinkVpc",), "InstanceIds"),
    Kind("DescribeMovingAddresses", "MovingAddressStatuses", ("MoveAddressToVpc", "RestoreAddressToClassic")),
    Kind("DescribeFastLaunchImages", "FastLaunchImages", ("EnableFastLaunch",), "ImageIds"),
    Kind("DescribeFastSnapshotRestores", "FastSnapshotRestores", ("EnableFastSnapshotRestores",)),
    Kind("DescribeHostReservations", "HostReservationSet", ("PurchaseHostReservation",)),
    Kind("DescribeLockedSnapshots", "Snapshots", ("LockSnapshot",)),
    Kind(
        "DescribeReservedInstances",
        "ReservedInstances",
        ("PurchaseReservedInstancesOffering",),
        "ReservedInstancesIds",
    ),
    Kind(
        "DescribeReservedInstancesModifications",
        "ReservedInstancesModifications",
        ("ModifyReservedInstances",),
        "ReservedInstancesModificationIds",
    ),
    Kind(
        "DescribeReservedInstancesListings",
        "ReservedInstancesListings",
        ("CreateReservedInstancesListing",),
        "ReservedInstancesListingId",
    ),
    Kind(
        "DescribeScheduledInstances",
        "ScheduledInstanceSet",
        ("PurchaseScheduledInstances",),
        "ScheduledInstanceIds",
    ),
    Kind("DescribeScheduledInstanceAvailability", "ScheduledInstanceAvailabilitySet", ()),
    Kind("ListImagesInRecycleBin", "Images", (), "ImageIds"),
    Kind("ListSnapshotsInRecycleBin", "Snapshots", (), "SnapshotIds"),
    Kind("DescribeElasticGpus", "ElasticGpuSet", (), "ElasticGpuIds"),
    Kind(
        "DescribeSecurityGroupVpcAssociations", "SecurityGroupVpcAssociations", ("AssociateSecurityGroupVpc",)
    ),
    Kind("DescribeStoreImageTasks", "StoreImageTaskResults", ("CreateStoreImageTask",), "ImageIds"),
    Kind("DescribeAddressTransfers", "AddressTransfers", ("EnableAddressTransfer",)),
    Kind(
        "DescribeTrunkInterfaceAssociations",
        "InterfaceAssociations",
        ("AssociateTrunkInterface",),
        "AssociationIds",
    ),
    Kind(
        "DescribeVpcEndpointConnectionNotifications",
        "ConnectionNotificationSet",
        ("CreateVpcEndpointConnectionNotification",),
        "ConnectionNotificationId",
    ),
)
CLOUDWATCH_KINDS: tuple[Kind, ...] = (
    Kind("DescribeAnomalyDetectors", "AnomalyDetectors", ("PutAnomalyDetector",)),
    Kind("ListMetricStreams", "Entries", ("PutMetricStream",)),
)


def _none(kind: Kind) -> Callable[[Any], ActionResult]:
    def answer(self: Any) -> ActionResult:
        named: Any = self._get_param(kind.ids, None) if kind.ids else None
        if hasattr(self, "error_on_dryrun"):
            self.error_on_dryrun()
        if named:
            first = named if isinstance(named, str) else named[0]
            noun = kind.ids.removesuffix("s")
            raise refusal(f"Invalid{noun}.NotFound", f"The {noun} '{first}' does not exist")
        return ActionResult({kind.member: []})

    return answer


_OWNERS: Mapping[Any, tuple[Kind, ...]] = {EC2Response: EC2_KINDS, CloudWatchResponse: CLOUDWATCH_KINDS}

RULES = (
    Rule(
        "kinds.absent",
        ("ec2", "cloudwatch"),
        "Of a kind that the account has none of, an empty list is shown; one that is named by its id does "
        "not exist (Invalid….NotFound).",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; "
        "assumption: the code of those kinds that this page does not name, made as of the others",
        tuple(
            new(owner, xform_name(kind.operation), _none(kind))
            for owner, kinds in _OWNERS.items()
            for kind in kinds
        ),
    ),
)
