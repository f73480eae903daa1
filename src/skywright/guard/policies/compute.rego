package skywright.compute

import rego.v1

# METADATA
# title: No machine image that everybody can start
# custom:
#   id: compute.public-image
#   source: AWS EC2 User Guide, Share an AMI; AWS Security Hub EC2.31
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
# title: Many things at once are looked at by a person
# custom:
#   id: scale.too-many
#   source: Skywright; `scale.most` in config.yaml
escalate contains {"rule": "scale.too-many", "says": says} if {
	input.effect != "read"
	some count in counts
	not few(count)
	says := sprintf("it acts on %v things at once; more than %d is a person's decision", [count, input.config.scale.most])
}

few(count) if {
	is_number(count)
	count <= input.config.scale.most
}

counts contains given if given := input.facts.count

counts contains given if {
	some name in ["MaxCount", "DesiredCapacity", "MaxSize", "DesiredCount"]
	given := input.arguments[name]
}

counts contains length if {
	some name in ["InstanceIds", "Targets", "SpotInstanceRequestIds"]
	given := input.arguments[name]
	is_array(given)
	length := count(given)
}

# METADATA
# title: What a machine runs when it starts is not changed behind its back
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
# title: What is hidden in a launch template is looked at by a person
# custom:
#   id: compute.hidden-arguments
#   source: AWS EC2 User Guide, Launch instances from a launch template
escalate contains {"rule": "compute.hidden-arguments", "says": says} if {
	input.effect in {"create", "change", "unknown"}
	not contains(input.name, "LaunchTemplate")
	not contains(input.name, "LaunchConfiguration")
	walk(input.arguments, [path, value])
	count(path) > 0
	path[count(path) - 1] in {
		"LaunchTemplate", "LaunchTemplateSpecification", "LaunchTemplateConfigs", "MixedInstancesPolicy",
		"LaunchConfigurationName",
	}
	not value in {"", null}
	says := "what it starts stands in a launch template, which no rule has read"
}
