// The result of each operation that the portal uses, under the API's own names.
import type {
  Address,
  Alarm,
  Gateway,
  HealthEvent,
  Image,
  Instance,
  InstanceStatus,
  Interface,
  Listener,
  LoadBalancer,
  MetricResult,
  Reservation,
  RouteTable,
  SecurityGroup,
  Snapshot,
  Subnet,
  Tag,
  TargetGroup,
  TargetHealth,
  Volume,
  Vpc,
} from "./wire";

interface Paged {
  NextToken?: string;
}
interface Marked {
  NextMarker?: string;
}

/** The result of each operation that the portal uses. */
export interface Results {
  "ec2/DescribeInstances": { Reservations?: Reservation[] } & Paged;
  "ec2/DescribeInstanceStatus": { InstanceStatuses?: InstanceStatus[] } & Paged;
  "ec2/DescribeInstanceAttribute": {
    UserData?: { Value?: string };
    DisableApiTermination?: { Value?: boolean };
  };
  "ec2/DescribeInstanceTypes": {
    InstanceTypes?: {
      InstanceType: string;
      VCpuInfo?: { DefaultVCpus?: number };
      MemoryInfo?: { SizeInMiB?: number };
      ProcessorInfo?: { SupportedArchitectures?: string[] };
    }[];
  } & Paged;
  "ec2/DescribeVolumes": { Volumes?: Volume[] } & Paged;
  "ec2/DescribeSnapshots": { Snapshots?: Snapshot[] } & Paged;
  "ec2/DescribeImages": { Images?: Image[] } & Paged;
  "ec2/DescribeVpcs": { Vpcs?: Vpc[] } & Paged;
  "ec2/DescribeSubnets": { Subnets?: Subnet[] } & Paged;
  "ec2/DescribeSecurityGroups": { SecurityGroups?: SecurityGroup[] } & Paged;
  "ec2/DescribeRouteTables": { RouteTables?: RouteTable[] } & Paged;
  "ec2/DescribeInternetGateways": { InternetGateways?: Gateway[] } & Paged;
  "ec2/DescribeNetworkInterfaces": { NetworkInterfaces?: Interface[] } & Paged;
  "ec2/DescribeAddresses": { Addresses?: Address[] };
  "ec2/DescribeAvailabilityZones": { AvailabilityZones?: { ZoneName: string; State?: string }[] };
  "ec2/DescribeRegions": { Regions?: { RegionName: string }[] };
  "ec2/DescribeTags": { Tags?: (Tag & { ResourceId: string })[] } & Paged;
  "ec2/GetConsoleOutput": { Output?: string };
  "ec2/RunInstances": { Instances?: Instance[] };
  "ec2/StartInstances": unknown;
  "ec2/StopInstances": unknown;
  "ec2/RebootInstances": unknown;
  "ec2/TerminateInstances": unknown;
  "ec2/MonitorInstances": unknown;
  "ec2/UnmonitorInstances": unknown;
  "ec2/ModifyInstanceAttribute": unknown;
  "ec2/CreateTags": unknown;
  "ec2/DeleteTags": unknown;
  "ec2/CreateVpc": { Vpc: Vpc };
  "ec2/DeleteVpc": unknown;
  "ec2/CreateSubnet": { Subnet: Subnet };
  "ec2/DeleteSubnet": unknown;
  "ec2/CreateInternetGateway": { InternetGateway: Gateway };
  "ec2/AttachInternetGateway": unknown;
  "ec2/DetachInternetGateway": unknown;
  "ec2/DeleteInternetGateway": unknown;
  "ec2/CreateRoute": unknown;
  "ec2/CreateSecurityGroup": { GroupId: string };
  "ec2/DeleteSecurityGroup": unknown;
  "ec2/AuthorizeSecurityGroupIngress": unknown;
  "ec2/RevokeSecurityGroupIngress": unknown;
  "ec2/CreateVolume": Volume;
  "ec2/DeleteVolume": unknown;
  "ec2/AttachVolume": unknown;
  "ec2/DetachVolume": unknown;
  "ec2/ModifyVolume": unknown;
  "ec2/CreateSnapshot": Snapshot;
  "ec2/DeleteSnapshot": unknown;
  "ec2/CreateImage": { ImageId: string };
  "ec2/DeregisterImage": unknown;
  "ec2/AllocateAddress": { AllocationId: string; PublicIp: string };
  "ec2/AssociateAddress": unknown;
  "elbv2/DescribeLoadBalancers": { LoadBalancers?: LoadBalancer[] } & Marked;
  "elbv2/DescribeTargetGroups": { TargetGroups?: TargetGroup[] } & Marked;
  "elbv2/DescribeListeners": { Listeners?: Listener[] } & Marked;
  "elbv2/DescribeTargetHealth": { TargetHealthDescriptions?: TargetHealth[] };
  "elbv2/CreateLoadBalancer": { LoadBalancers?: LoadBalancer[] };
  "elbv2/CreateTargetGroup": { TargetGroups?: TargetGroup[] };
  "elbv2/CreateListener": { Listeners?: Listener[] };
  "elbv2/RegisterTargets": unknown;
  "elbv2/DeregisterTargets": unknown;
  "elbv2/DeleteLoadBalancer": unknown;
  "elbv2/DeleteTargetGroup": unknown;
  "cloudwatch/DescribeAlarms": { MetricAlarms?: Alarm[] } & Paged;
  "cloudwatch/PutMetricAlarm": unknown;
  "cloudwatch/DeleteAlarms": unknown;
  "cloudwatch/GetMetricData": { MetricDataResults?: MetricResult[] } & Paged;
  "health/DescribeEvents": { events?: HealthEvent[]; nextToken?: string };
  "health/DescribeEventDetails": {
    successfulSet?: { event: HealthEvent; eventDescription?: { latestDescription?: string } }[];
  };
  "health/DescribeAffectedEntities": {
    entities?: { eventArn: string; entityValue: string; statusCode?: string }[];
    nextToken?: string;
  };
}

export type Operation = keyof Results;
