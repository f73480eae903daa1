package skywright.hygiene

import rego.v1

# METADATA
# title: Disks are gp3 rather than gp2
# description: gp3 costs a fifth less and is as fast at least.
# custom:
#   id: cost.old-disk
#   source: Amazon EBS User Guide, General Purpose SSD volumes
warn contains {"rule": "cost.old-disk", "says": says} if {
	input.operation == "ec2:CreateVolume"
	input.arguments.VolumeType in {"gp2", "io1", "standard"}
	says := "a newer type of disk (gp3, io2) costs less or gives more"
}

# METADATA
# title: Machines are of a present generation
# description: Former generations cost more for less.
# custom:
#   id: cost.old-machine
#   source: Amazon EC2, Previous Generation Instances
warn contains {"rule": "cost.old-machine", "says": says} if {
	input.operation in {"ec2:RunInstances", "ec2:RequestSpotInstances"}
	type := input.facts.instance_type
	split(sprintf("%v", [type]), ".")[0] in {"t1", "m1", "m2", "m3", "c1", "c3", "cc2", "r3", "i2", "g2", "hs1", "cr1"}
	says := "the machine is of a former generation"
}

# METADATA
# title: Very large machines are a decision
# description: One of them can cost more than everything else.
# custom:
#   id: cost.large-machine
#   source: Skywright; sizes of 16xlarge and more, and bare metal
warn contains {"rule": "cost.large-machine", "says": says} if {
	input.operation in {"ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:ModifyInstanceAttribute"}
	type := input.facts.instance_type
	regex.match(`\.((1[6-9]|[2-9][0-9]|[0-9]{3,})xlarge|metal)`, sprintf("%v", [type]))
	says := "it is a very large machine"
}

# METADATA
# title: Very large disks are a decision
# description: Disks are paid whether anything is on them or not.
# custom:
#   id: cost.large-disk
#   source: Skywright; more than 4 TiB
warn contains {"rule": "cost.large-disk", "says": says} if {
	input.operation == "ec2:CreateVolume"
	size := input.arguments.Size
	is_number(size)
	size > 4096
	says := "it is a very large disk"
}

# METADATA
# title: What is paid by the hour, used or not, is named
# description: NAT gateways, addresses and load balancers cost while they idle.
# custom:
#   id: cost.paid-idle
#   source: Amazon VPC pricing, NAT gateways
warn contains {"rule": "cost.paid-idle", "says": says} if {
	input.operation in {"ec2:CreateNatGateway", "ec2:CreateTransitGateway"}
	says := "it is paid by the hour, used or not"
}

# METADATA
# title: What is made carries a tag
# description: Whose it is and what it costs whom is told by tags.
# custom:
#   id: tags.none
#   source: AWS Security Hub EC2.33 to EC2.52 (its tagging standard); AWS Tagging Best Practices
warn contains {"rule": "tags.none", "says": says} if {
	input.operation in {"ec2:RunInstances", "ec2:CreateVolume", "ec2:CreateVpc", "ec2:CreateNatGateway", "ec2:AllocateAddress", "rds:CreateDBInstance", "dynamodb:CreateTable"}
	not input.facts.tagged
	says := "what it makes carries no tag"
}

# METADATA
# title: No secrets in tags
# description: Tags are shown to everybody who may list things, and copied into bills and logs.
# custom:
#   id: secrets.in-tags
#   source: AWS Tagging User Guide, Best practices (no sensitive data in tags)
deny contains {"rule": "secrets.in-tags", "says": says} if {
	input.facts.secret_in_tags == true
	says := "one of its tags holds a secret"
}

# METADATA
# title: No personal data in tags
# description: Tags are shown in bills and reports, and are not encrypted.
# custom:
#   id: tags.personal-data
#   source: AWS General Reference, Tagging AWS resources
warn contains {"rule": "tags.personal-data", "says": says} if {
	input.effect in {"create", "change"}
	input.facts.address_in_tags == true
	says := "a tag holds what looks like a person's address"
}

# METADATA
# title: The tag that names things is `Name`
# description: Keys of tags heed capitals; the console shows `Name` and no other.
# custom:
#   id: tags.misspelt-name
#   source: Amazon EC2 User Guide, Tag your Amazon EC2 resources
warn contains {"rule": "tags.misspelt-name", "says": says} if {
	input.effect in {"create", "change"}
	some key in ["name", "NAME", "name:", "Name:"]
	input.facts.tags[key]
	says := sprintf("the tag is spelt '%s', which names nothing", [key])
}
