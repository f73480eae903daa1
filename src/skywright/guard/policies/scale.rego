package skywright.scale

import rego.v1

# METADATA
# title: Many things at once are looked at by a person
# description: A wrong number costs most where it is large.
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
