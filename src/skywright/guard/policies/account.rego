package skywright.account

import rego.v1

# METADATA
# title: Only in regions that are allowed
# description: Data and cost stay where somebody has agreed to them.
# custom:
#   id: region.allowed
#   source: Skywright; `regions.allowed` in config.yaml, empty allows all
deny contains {"rule": "region.allowed", "says": says} if {
	count(input.config.regions.allowed) > 0
	input.effect != "read"
	input.region != ""
	not input.region in input.config.regions.allowed
	says := sprintf("it acts in %s; only %s may be used", [
		input.region,
		concat(", ", input.config.regions.allowed),
	])
}

# METADATA
# title: What is tagged protected=true is not destroyed, nor its tag taken away
# description: The tag is how a person says that this is not to be lost.
# custom:
#   id: destroy.protected
#   fixed: true
#   source: Skywright
deny contains {"rule": "destroy.protected", "says": says} if {
	input.effect in {"destroy", "unknown"}
	input.facts.protected != false
	says := "it destroys something that is, or may be, tagged protected=true"
}

deny contains {"rule": "destroy.protected", "says": says} if {
	input.facts.shrinks != false
	input.facts.protected == true
	says := "it makes something smaller that is tagged protected=true, which ends some of its machines"
}

# Every service has names of its own for this, and one service takes away the tags of all others.
untagging if {
	input.effect != "read"
	regex.match(`^(Untag|(Batch)?(Delete|Remove)\w*Tag)`, input.name)
}

deny contains {"rule": "destroy.protected", "says": says} if {
	untagging
	some key in untagged
	protection(key)
	says := "it takes away the tag that protects something"
}

deny contains {"rule": "destroy.protected", "says": says} if {
	input.operation == "ec2:DeleteTags"
	count(object.get(input.arguments, "Tags", [])) == 0
	says := "it takes away all tags, and with them one that may protect something"
}

deny contains {"rule": "destroy.protected", "says": says} if {
	not untagging
	unprotects
	says := "it changes the tag that protects something"
}

unprotects if input.facts.unprotects == true

unprotects if {
	some given in object.get(input.arguments, "Tags", [])
	is_object(given)
	protection(given.Key)
	lower(sprintf("%v", [object.get(given, "Value", "")])) != "true"
}

untagged contains key if {
	some name in ["Tags", "tags"]
	some tag in input.arguments[name]
	some member in ["Key", "key"]
	key := tag[member]
}

untagged contains key if {
	some name in ["TagKeys", "tagKeys", "TagKeyList", "tags"]
	some key in input.arguments[name]
	is_string(key)
}

protection(key) if lower(sprintf("%v", [key])) == "protected"

protection(key) if contains(sprintf("%v", [key]), "${")

# METADATA
# title: Protection against termination is taken away by people
# description: It is the step before a deletion that nobody meant.
# custom:
#   id: destroy.protection-off
#   source: AWS EC2 User Guide, Change instance termination protection
escalate contains {"rule": "destroy.protection-off", "says": says} if {
	input.operation == "ec2:ModifyInstanceAttribute"
	some name in ["DisableApiTermination", "DisableApiStop"]
	object.get(input.arguments, [name, "Value"], true) != true
	says := "it takes away a machine's protection against being stopped or terminated"
}

escalate contains {"rule": "destroy.protection-off", "says": says} if {
	input.operation == "ec2:ModifyInstanceAttribute"
	input.arguments.Attribute in {"disableApiTermination", "disableApiStop"}
	lower(sprintf("%v", [input.arguments.Value])) != "true"
	says := "it takes away a machine's protection against being stopped or terminated"
}

escalate contains {"rule": "destroy.protection-off", "says": says} if {
	some name in ["DeletionProtection", "DeletionProtectionEnabled"]
	input.arguments[name] == false
	input.effect == "change"
	says := "it takes away a resource's protection against deletion"
}

escalate contains {"rule": "destroy.protection-off", "says": says} if {
	input.operation in {
		"ec2:DisableImageDeregistrationProtection", "ec2:UnlockSnapshot", "efs:UpdateFileSystemProtection",
		"logs:PutLogGroupDeletionProtection",
	}
	object.get(input.arguments, "deletionProtectionEnabled", false) != true
	says := "it takes away a resource's protection against deletion"
}
