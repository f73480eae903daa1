package skywright.networks

import rego.v1

# METADATA
# title: Network ACLs let nobody in for administration
# description: They are the second wall behind the security groups.
# custom:
#   id: network.acl-administration
#   source: AWS Foundational Security Best Practices EC2.21; CIS AWS Foundations Benchmark 3.0 5.1
escalate contains {"rule": "network.acl-administration", "says": says} if {
	input.operation in {"ec2:CreateNetworkAclEntry", "ec2:ReplaceNetworkAclEntry"}
	object.get(input.arguments, "RuleAction", "allow") != "deny"
	object.get(input.arguments, "Egress", false) != true
	from_everywhere
	some port in [22, 3389]
	reaches(port)
	says := sprintf("it lets everybody through to port %d", [port])
}

# METADATA
# title: The default security group stays closed
# description: What is started without a group gets it.
# custom:
#   id: network.default-group
#   source: AWS Foundational Security Best Practices EC2.2; CIS AWS Foundations Benchmark 3.0 5.4
warn contains {"rule": "network.default-group", "says": says} if {
	input.operation in {"ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"}
	input.arguments.GroupName == "default"
	says := "it opens the default group, which machines get that ask for none"
}

# METADATA
# title: Subnets give no public addresses by themselves
# description: What is started in them would be reachable without having asked for it.
# custom:
#   id: network.public-subnet
#   source: AWS Foundational Security Best Practices EC2.15
warn contains {"rule": "network.public-subnet", "says": says} if {
	input.operation == "ec2:ModifySubnetAttribute"
	object.get(input.arguments, ["MapPublicIpOnLaunch", "Value"], false) != false
	says := "machines in the subnet get public addresses by themselves"
}

# METADATA
# title: Routes to other networks lead to what is needed only
# description: A route of all addresses hands the other network everything.
# custom:
#   id: network.peering-everything
#   source: CIS AWS Foundations Benchmark 3.0 5.5
escalate contains {"rule": "network.peering-everything", "says": says} if {
	input.operation in {"ec2:CreateRoute", "ec2:ReplaceRoute"}
	input.arguments.VpcPeeringConnectionId
	endswith(sprintf("%v", [object.get(input.arguments, "DestinationCidrBlock", "/0")]), "/0")
	says := "it sends all traffic into another network"
}

# METADATA
# title: Networks keep a log of their traffic
# description: It is what shows an intrusion afterwards.
# custom:
#   id: network.flow-logs-deleted
#   source: AWS Foundational Security Best Practices EC2.6; CIS AWS Foundations Benchmark 3.0 3.7
escalate contains {"rule": "network.flow-logs-deleted", "says": says} if {
	input.operation == "ec2:DeleteFlowLogs"
	says := "it ends the log of a network's traffic"
}

# METADATA
# title: Transit gateways accept nobody by themselves
# description: Other accounts could join the network without anybody's agreement.
# custom:
#   id: network.accepts-anybody
#   source: AWS Foundational Security Best Practices EC2.23
escalate contains {"rule": "network.accepts-anybody", "says": says} if {
	input.operation in {"ec2:CreateTransitGateway", "ec2:ModifyTransitGateway"}
	object.get(input.arguments, ["Options", "AutoAcceptSharedAttachments"], "disable") != "disable"
	says := "other accounts join the network without being asked about"
}

# METADATA
# title: Load balancers send plain HTTP to HTTPS
# description: What goes over plain HTTP can be read and changed on its way.
# custom:
#   id: elb.plain-http
#   source: AWS Foundational Security Best Practices ELB.1
warn contains {"rule": "elb.plain-http", "says": says} if {
	input.operation in {"elbv2:CreateListener", "elbv2:ModifyListener"}
	input.arguments.Protocol == "HTTP"
	not redirects
	says := "it listens for plain HTTP and does not redirect to HTTPS"
}

# METADATA
# title: Load balancers speak TLS 1.2 at least
# description: Older versions have known flaws.
# custom:
#   id: elb.old-tls
#   source: AWS Foundational Security Best Practices ELB.17
warn contains {"rule": "elb.old-tls", "says": says} if {
	input.operation in {"elbv2:CreateListener", "elbv2:ModifyListener"}
	input.arguments.Protocol in {"HTTPS", "TLS"}
	policy := sprintf("%v", [object.get(input.arguments, "SslPolicy", "ELBSecurityPolicy-2016-08")])
	not contains(policy, "TLS13")
	not contains(policy, "TLS-1-2")
	not contains(policy, "FS-1-2")
	says := "its security policy admits versions of TLS before 1.2"
}

# METADATA
# title: Load balancers are protected against deletion
# description: One call deletes a load balancer that is not protected.
# custom:
#   id: elb.deletable
#   source: AWS Foundational Security Best Practices ELB.6
warn contains {"rule": "elb.deletable", "says": says} if {
	input.operation == "elbv2:ModifyLoadBalancerAttributes"
	some attribute in input.arguments.Attributes
	attribute.Key == "deletion_protection.enabled"
	lower(sprintf("%v", [attribute.Value])) != "true"
	says := "it takes away the load balancer's protection against deletion"
}

# METADATA
# title: Load balancers keep a log of accesses
# description: It is what shows an attack afterwards.
# custom:
#   id: elb.no-access-log
#   source: AWS Foundational Security Best Practices ELB.5
warn contains {"rule": "elb.no-access-log", "says": says} if {
	input.operation == "elbv2:ModifyLoadBalancerAttributes"
	some attribute in input.arguments.Attributes
	attribute.Key == "access_logs.s3.enabled"
	lower(sprintf("%v", [attribute.Value])) != "true"
	says := "it ends the load balancer's log of accesses"
}

# METADATA
# title: Load balancers drop headers that are none
# description: They are how requests are smuggled past it.
# custom:
#   id: elb.invalid-headers
#   source: AWS Foundational Security Best Practices ELB.4
warn contains {"rule": "elb.invalid-headers", "says": says} if {
	input.operation == "elbv2:ModifyLoadBalancerAttributes"
	some attribute in input.arguments.Attributes
	attribute.Key == "routing.http.drop_invalid_header_fields.enabled"
	lower(sprintf("%v", [attribute.Value])) != "true"
	says := "it lets through headers that are none"
}

# METADATA
# title: Load balancers defend against smuggled requests
# description: Monitoring alone lets them through.
# custom:
#   id: elb.desync
#   source: AWS Foundational Security Best Practices ELB.12
warn contains {"rule": "elb.desync", "says": says} if {
	input.operation == "elbv2:ModifyLoadBalancerAttributes"
	some attribute in input.arguments.Attributes
	attribute.Key == "routing.http.desync_mitigation_mode"
	lower(sprintf("%v", [attribute.Value])) == "monitor"
	says := "it lets smuggled requests through"
}

# METADATA
# title: Load balancers stand in two zones
# description: One zone's failure takes a load balancer of one zone with it.
# custom:
#   id: elb.one-zone
#   source: AWS Foundational Security Best Practices ELB.13
warn contains {"rule": "elb.one-zone", "says": says} if {
	input.operation == "elbv2:CreateLoadBalancer"
	some name in ["Subnets", "SubnetMappings"]
	given := input.arguments[name]
	is_array(given)
	count(given) < 2
	says := "the load balancer stands in one zone only"
}

# METADATA
# title: Load balancers are of the present generation
# description: Classic ones get nothing new, and lack most of the defences.
# custom:
#   id: elb.classic
#   source: Elastic Load Balancing User Guide for Classic Load Balancers, Migrate your Classic Load Balancer
warn contains {"rule": "elb.classic", "says": says} if {
	input.operation == "elb:CreateLoadBalancer"
	says := "classic load balancers are of the previous generation"
}

# METADATA
# title: What a name leads to is an address where it says so
# description: The cloud refuses the whole change for one record that is none.
# custom:
#   id: names.no-address
#   source: Amazon Route 53 Developer Guide, Supported DNS record types (A, AAAA)
warn contains {"rule": "names.no-address", "says": says} if {
	input.operation == "route53:ChangeResourceRecordSets"
	some change in input.arguments.ChangeBatch.Changes
	some record in change.ResourceRecordSet.ResourceRecords
	form := {"A": `^(\d{1,3}\.){3}\d{1,3}$`, "AAAA": `^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$`}[change.ResourceRecordSet.Type]
	not contains(record.Value, "${")
	not regex.match(form, record.Value)
	says := sprintf("'%s' is no address, as a record of type %s wants it", [record.Value, change.ResourceRecordSet.Type])
}

from_everywhere if endswith(sprintf("%v", [input.arguments.CidrBlock]), "/0")

from_everywhere if endswith(sprintf("%v", [input.arguments.Ipv6CidrBlock]), "/0")

from_everywhere if contains(sprintf("%v", [input.arguments.CidrBlock]), "${")

from_everywhere if contains(sprintf("%v", [input.arguments.Ipv6CidrBlock]), "${")

reaches(port) if {
	range := input.arguments.PortRange
	range.From <= port
	port <= range.To
}

reaches(_) if not input.arguments.PortRange

redirects if {
	some action in input.arguments.DefaultActions
	action.Type == "redirect"
}
