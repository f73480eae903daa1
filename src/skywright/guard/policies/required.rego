package skywright.required

import rego.v1

# METADATA
# title: What is made carries the tags that are required
# description: What carries no owner is cleared away by nobody.
# custom:
#   id: tags.required
#   source: Skywright; `tags.required` in config.yaml, empty by default
deny contains {"rule": "tags.required", "says": says} if {
	some key in input.config.tags.required
	input.effect == "create"
	input.operation in taggable
	not key in tags
	says := sprintf("what it makes has no tag '%s'", [key])
}

taggable := {
	"ec2:RunInstances", "ec2:CreateVolume", "ec2:CreateSnapshot", "ec2:CreateImage", "ec2:CreateVpc",
	"ec2:CreateSubnet", "ec2:CreateSecurityGroup", "ec2:AllocateAddress", "ec2:CreateNatGateway",
	"ec2:CreateInternetGateway", "elbv2:CreateLoadBalancer", "elbv2:CreateTargetGroup",
	"elb:CreateLoadBalancer", "rds:CreateDBInstance", "dynamodb:CreateTable", "lambda:CreateFunction",
}

tags contains key if {
	some specification in input.arguments.TagSpecifications
	some tag in specification.Tags
	key := tag.Key
}

tags contains key if {
	some tag in input.arguments.Tags
	key := tag.Key
}

tags contains key if {
	is_object(input.arguments.Tags)
	some key, _ in input.arguments.Tags
}
