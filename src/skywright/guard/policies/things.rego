package skywright.things

import rego.v1

# Asked about each thing that a program made or changed, as it is at the end: `{type, id, region, properties}`, the
# properties as the cloud describes them or as they were asked for.

everywhere(permission) if {
	some range in permission.IpRanges
	range.CidrIp == "0.0.0.0/0"
}

everywhere(permission) if {
	some range in permission.Ipv6Ranges
	range.CidrIpv6 == "::/0"
}

# METADATA
# title: Security groups admit everybody to the web and to nothing else
# description: Every other port is for somebody, and they can be named.
# custom:
#   id: things.group-beyond-web
#   source: AWS Foundational Security Best Practices EC2.18
warn contains {"rule": "things.group-beyond-web", "says": says} if {
	input.type == "ec2:security-group"
	some permission in input.properties.IpPermissions
	everywhere(permission)
	not permission.FromPort in {80, 443}
	says := sprintf("the group admits everybody from port %v on", [object.get(permission, "FromPort", 0)])
}

# METADATA
# title: Security groups stay small enough to be read
# description: What nobody reads any more is opened twice and closed by nobody.
# custom:
#   id: things.group-crowded
#   source: Amazon VPC User Guide, Security group rules; fewer than the quota of 60
warn contains {"rule": "things.group-crowded", "says": says} if {
	input.type == "ec2:security-group"
	number := count(input.properties.IpPermissions)
	number > 40
	says := sprintf("the group holds %d rules", [number])
}

# METADATA
# title: Disks that are made are attached to something
# description: A disk costs whether anything uses it or not.
# custom:
#   id: things.idle-disk
#   source: AWS Cost Optimization, Underutilized Amazon EBS volumes (Trusted Advisor)
warn contains {"rule": "things.idle-disk", "says": says} if {
	input.type == "ec2:volume"
	startswith(input.id, "step:")
	object.get(input.properties, "attached", "") == ""
	says := "the disk is attached to nothing at the end"
}

# METADATA
# title: Target groups that are made get targets
# description: A load balancer without targets answers nobody, and costs.
# custom:
#   id: things.empty-target-group
#   source: Elastic Load Balancing, Target groups for your Application Load Balancers
warn contains {"rule": "things.empty-target-group", "says": says} if {
	input.type == "elbv2:targetgroup"
	startswith(input.id, "step:")
	count(object.get(input.properties, "Targets", [])) == 0
	not input.properties.more
	says := "the target group has no targets at the end"
}
