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
