package skywright.compute

import rego.v1

# METADATA
# title: No machine image that everybody can start
# description: Whatever is on its disks, keys included, becomes everybody's.
# custom:
#   id: compute.public-image
#   source: AWS EC2 User Guide, Share an AMI
deny contains {"rule": "compute.public-image", "says": says} if {
	input.operation == "ec2:ModifyImageAttribute"
	some permission in input.arguments.LaunchPermission.Add
	public_group(permission.Group)
	says := "it lets everybody start the image, with what is on its disks"
}

deny contains {"rule": "compute.public-image", "says": says} if {
	input.operation == "ec2:ModifyImageAttribute"
	object.get(input.arguments, "OperationType", "add") != "remove"
	some group in input.arguments.UserGroups
	public_group(group)
	says := "it lets everybody start the image, with what is on its disks"
}

deny contains {"rule": "compute.public-image", "says": says} if {
	input.operation == "ec2:DisableImageBlockPublicAccess"
	says := "it takes away what keeps images from becoming public"
}

deny contains {"rule": "compute.public-image", "says": says} if {
	input.facts.public_snapshot_or_image in {true, "unknown"}
	contains(input.name, "Image")
	says := "it lets everybody start an image, or may do so"
}

public_group(group) if group == "all"

public_group(group) if contains(sprintf("%v", [group]), "${")

# METADATA
# title: What a machine runs when it starts is not changed behind its back
# description: It is a way to run code in a machine without a call that says so.
# custom:
#   id: compute.user-data-changed
#   source: Rhino Security Labs, AWS IAM Privilege Escalation Methods (user data of an existing instance)
deny contains {"rule": "compute.user-data-changed", "says": says} if {
	input.operation == "ec2:ModifyInstanceAttribute"
	input.arguments.UserData
	says := "the machine would run it at its next start, with the machine's own privileges"
}

deny contains {"rule": "compute.user-data-changed", "says": says} if {
	input.operation == "ec2:ModifyInstanceAttribute"
	lower(sprintf("%v", [input.arguments.Attribute])) == "userdata"
	says := "the machine would run it at its next start, with the machine's own privileges"
}

# METADATA
# title: Another version of a launch template is looked at by a person
# description: Groups and fleets that take the newest or the default version start from it by themselves.
# custom:
#   id: compute.template-changed
#   source: Amazon EC2 Auto Scaling User Guide, Launch templates ($Latest and $Default)
escalate contains {"rule": "compute.template-changed", "says": says} if {
	input.operation in {"ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"}
	says := "groups that start from this template may run something else from now on"
}

# METADATA
# title: Machines get packages from nowhere else
# description: Patching installs what a baseline's own sources hold, as root, on every machine that it is for.
# custom:
#   id: compute.patch-sources
#   source: AWS Systems Manager User Guide, How to specify an alternative patch source repository (Linux)
deny contains {"rule": "compute.patch-sources", "says": says} if {
	input.service == "ssm"
	input.effect != "read"
	given := input.arguments.Sources
	not given in [[], null]
	says := "machines would install whatever those sources hold"
}

# METADATA
# title: What is hidden in a launch template is looked at by a person
# description: Every rule about machines would be looking past what is started.
# custom:
#   id: compute.hidden-arguments
#   source: AWS EC2 User Guide, Launch instances from a launch template
escalate contains {"rule": "compute.hidden-arguments", "says": says} if {
	input.effect in {"create", "change", "unknown"}
	input.facts.hidden_arguments == true
	says := "what it starts stands in a launch template, which no rule has read"
}

# METADATA
# title: A function is turned off by a person's decision
# description: With no concurrency it answers nobody.
# custom:
#   id: lambda.turned-off
#   source: AWS Lambda Developer Guide, Configuring reserved concurrency
escalate contains {"rule": "lambda.turned-off", "says": says} if {
	input.operation == "lambda:PutFunctionConcurrency"
	input.arguments.ReservedConcurrentExecutions == 0
	says := "the function gets no concurrency, so that it answers nobody"
}
