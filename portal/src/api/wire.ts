// Things as the cloud describes them, as far as the portal reads them, under the API's own names.

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
