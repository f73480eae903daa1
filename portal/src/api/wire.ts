// The cloud's answers, as far as the portal reads them, under the API's own names.

export interface Tag {
  Key: string;
  Value: string;
}
export interface Tagged {
  Tags?: Tag[];
}
export interface GroupRef {
  GroupId: string;
  GroupName?: string;
}
export interface Mapping {
  DeviceName: string;
  Ebs?: { VolumeId: string; DeleteOnTermination?: boolean; Status?: string; AttachTime?: string };
}
export interface Interface extends Tagged {
  NetworkInterfaceId: string;
  SubnetId?: string;
  VpcId?: string;
  PrivateIpAddress?: string;
  Status?: string;
  Groups?: GroupRef[];
  Association?: { PublicIp?: string; AllocationId?: string };
  Attachment?: { InstanceId?: string };
  Description?: string;
}
export interface Instance extends Tagged {
  InstanceId: string;
  InstanceType: string;
  ImageId: string;
  State: { Name: string };
  StateReason?: { Code?: string; Message?: string };
  Architecture?: string;
  BlockDeviceMappings?: Mapping[];
  NetworkInterfaces?: Interface[];
  RootDeviceName?: string;
  RootDeviceType?: string;
  SecurityGroups?: GroupRef[];
  InstanceLifecycle?: string;
  KeyName?: string;
  IamInstanceProfile?: { Arn?: string };
  LaunchTime?: string;
  Placement?: { AvailabilityZone?: string };
  Monitoring?: { State: string };
  SubnetId?: string;
  VpcId?: string;
  PrivateIpAddress?: string;
  PublicIpAddress?: string;
  PrivateDnsName?: string;
  PublicDnsName?: string;
  PlatformDetails?: string;
}
export interface Reservation {
  Instances?: Instance[];
}
export interface Volume extends Tagged {
  VolumeId: string;
  Size: number;
  VolumeType: string;
  State: string;
  AvailabilityZone: string;
  Iops?: number;
  Throughput?: number;
  Encrypted?: boolean;
  SnapshotId?: string;
  CreateTime?: string;
  Attachments?: { InstanceId: string; Device: string; State: string; DeleteOnTermination?: boolean }[];
}
export interface Snapshot extends Tagged {
  SnapshotId: string;
  VolumeId?: string;
  VolumeSize: number;
  State: string;
  Progress?: string;
  StartTime?: string;
  Description?: string;
}
export interface Image extends Tagged {
  ImageId: string;
  Name?: string;
  State?: string;
  CreationDate?: string;
  RootDeviceName?: string;
  Architecture?: string;
  Description?: string;
  BlockDeviceMappings?: { DeviceName?: string; Ebs?: { SnapshotId?: string; VolumeSize?: number } }[];
}
export interface Vpc extends Tagged {
  VpcId: string;
  CidrBlock: string;
  State?: string;
  IsDefault?: boolean;
}
export interface Subnet extends Tagged {
  SubnetId: string;
  VpcId: string;
  CidrBlock: string;
  AvailabilityZone: string;
  AvailableIpAddressCount?: number;
  DefaultForAz?: boolean;
  MapPublicIpOnLaunch?: boolean;
  State?: string;
}
export interface Gateway extends Tagged {
  InternetGatewayId: string;
  Attachments?: { VpcId: string; State?: string }[];
}
export interface RouteTable extends Tagged {
  RouteTableId: string;
  VpcId: string;
  Routes?: { DestinationCidrBlock?: string; GatewayId?: string; NatGatewayId?: string; State?: string }[];
  Associations?: { Main?: boolean; SubnetId?: string }[];
}
export interface Permission {
  IpProtocol: string;
  FromPort?: number;
  ToPort?: number;
  IpRanges?: { CidrIp: string; Description?: string }[];
  Ipv6Ranges?: { CidrIpv6: string }[];
  UserIdGroupPairs?: { GroupId: string }[];
  PrefixListIds?: { PrefixListId: string }[];
}
export interface SecurityGroup extends Tagged {
  GroupId: string;
  GroupName: string;
  Description?: string;
  VpcId?: string;
  IpPermissions?: Permission[];
  IpPermissionsEgress?: Permission[];
}
export interface Address extends Tagged {
  AllocationId?: string;
  PublicIp: string;
  InstanceId?: string;
}
export interface LoadBalancer {
  LoadBalancerArn: string;
  LoadBalancerName: string;
  DNSName?: string;
  Scheme?: string;
  Type?: string;
  VpcId?: string;
  State?: { Code: string; Reason?: string };
  SecurityGroups?: string[];
  AvailabilityZones?: { ZoneName: string; SubnetId?: string }[];
  CreatedTime?: string;
}
export interface TargetGroup {
  TargetGroupArn: string;
  TargetGroupName: string;
  Port?: number;
  Protocol?: string;
  VpcId?: string;
  LoadBalancerArns?: string[];
}
export interface Listener {
  ListenerArn: string;
  Port: number;
  Protocol: string;
  DefaultActions?: { Type: string; TargetGroupArn?: string }[];
}
export interface TargetHealth {
  Target: { Id: string; Port?: number };
  TargetHealth: { State: string; Reason?: string; Description?: string };
}
export interface Alarm {
  AlarmName: string;
  AlarmArn?: string;
  StateValue: string;
  StateReason?: string;
  StateUpdatedTimestamp?: string;
  MetricName?: string;
  Namespace?: string;
  Dimensions?: { Name: string; Value: string }[];
  Threshold?: number;
  ComparisonOperator?: string;
  Period?: number;
  EvaluationPeriods?: number;
  Statistic?: string;
}
export interface HealthEvent {
  arn: string;
  service: string;
  eventTypeCode: string;
  eventTypeCategory: string;
  region: string;
  startTime?: string;
  endTime?: string;
  lastUpdatedTime?: string;
  statusCode: string;
}
export interface InstanceStatus {
  InstanceId: string;
  AvailabilityZone?: string;
  InstanceState: { Name: string };
  SystemStatus?: { Status: string };
  InstanceStatus?: { Status: string };
  Events?: { Code: string; Description?: string; NotBefore?: string; NotAfter?: string }[];
}
export interface MetricResult {
  Id: string;
  Label?: string;
  Timestamps?: string[];
  Values?: number[];
}

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
