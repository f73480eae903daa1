package skywright.machines

import rego.v1

# METADATA
# title: Machines answer for their metadata by version 2 only
# description: Version 1 hands a machine's credentials to whoever can make it fetch an address.
# custom:
#   id: ec2.metadata-v1
#   source: AWS Foundational Security Best Practices EC2.8; CIS AWS Foundations Benchmark 3.0 5.6
warn contains {"rule": "ec2.metadata-v1", "says": says} if {
	input.operation == "ec2:RunInstances"
	object.get(input.arguments, ["MetadataOptions", "HttpTokens"], "optional") != "required"
	says := "the machine may answer by version 1 of the metadata service, unless its image asks for version 2"
}

# METADATA
# title: Launch templates ask for version 2 of the metadata service
# description: Every machine started from the template is like it.
# custom:
#   id: ec2.template-metadata-v1
#   source: AWS Foundational Security Best Practices EC2.170
warn contains {"rule": "ec2.template-metadata-v1", "says": says} if {
	input.operation in {"ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion"}
	object.get(input.arguments, ["LaunchTemplateData", "MetadataOptions", "HttpTokens"], "optional") != "required"
	says := "machines of the template may answer by version 1 of the metadata service"
}

# METADATA
# title: Launch templates give no public addresses
# description: Every machine started from the template would be reachable.
# custom:
#   id: ec2.template-public
#   source: AWS Foundational Security Best Practices EC2.25
warn contains {"rule": "ec2.template-public", "says": says} if {
	input.operation in {"ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion"}
	some interface in input.arguments.LaunchTemplateData.NetworkInterfaces
	interface.AssociatePublicIpAddress != false
	says := "machines of the template get public addresses"
}

# METADATA
# title: Machines have no addresses of the public internet
# description: What has none cannot be reached by mistake.
# custom:
#   id: ec2.public-address
#   source: AWS Foundational Security Best Practices EC2.9
warn contains {"rule": "ec2.public-address", "says": says} if {
	input.operation == "ec2:RunInstances"
	some interface in input.arguments.NetworkInterfaces
	interface.AssociatePublicIpAddress != false
	says := "the machine asks for a public address"
}

# METADATA
# title: Machines have one network interface
# description: A machine in two networks joins them.
# custom:
#   id: ec2.several-interfaces
#   source: AWS Foundational Security Best Practices EC2.17
warn contains {"rule": "ec2.several-interfaces", "says": says} if {
	input.operation == "ec2:RunInstances"
	count(object.get(input.arguments, "NetworkInterfaces", [])) > 1
	says := "the machine stands in several networks at once"
}

# METADATA
# title: No secrets in user data
# description: Everybody who can describe the machine, or run code in it, can read them.
# custom:
#   id: ec2.secrets-in-user-data
#   source: Amazon EC2 User Guide, Run commands when you launch an EC2 instance (user data)
deny contains {"rule": "ec2.secrets-in-user-data", "says": says} if {
	input.operation in {
		"ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion",
		"autoscaling:CreateLaunchConfiguration",
	}
	some text in user_data
	regex.match(`AKIA[0-9A-Z]{16}|aws_secret_access_key\s*[=:]|-----BEGIN [A-Z ]*PRIVATE KEY-----`, text)
	says := "its user data hold a secret"
}

# METADATA
# title: New disks of an account are encrypted by themselves
# description: It is one setting for all that comes.
# custom:
#   id: ec2.encryption-off
#   source: AWS Foundational Security Best Practices EC2.7; CIS AWS Foundations Benchmark 3.0 2.2.1
escalate contains {"rule": "ec2.encryption-off", "says": says} if {
	input.operation == "ec2:DisableEbsEncryptionByDefault"
	says := "new disks are no longer encrypted by themselves"
}

# METADATA
# title: Copies of snapshots are encrypted
# description: A copy is where an unencrypted snapshot can become an encrypted one.
# custom:
#   id: ec2.plain-copy
#   source: AWS Foundational Security Best Practices EC2.3
warn contains {"rule": "ec2.plain-copy", "says": says} if {
	input.operation in {"ec2:CopySnapshot", "ec2:CopyImage"}
	object.get(input.arguments, "Encrypted", false) != true
	says := "the copy is not encrypted, unless what it is copied from is"
}

# METADATA
# title: Machines pass on no traffic of others
# description: A machine without the check can stand in for any other.
# custom:
#   id: ec2.source-check-off
#   source: AWS Foundational Security Best Practices EC2.180
escalate contains {"rule": "ec2.source-check-off", "says": says} if {
	input.operation in {"ec2:ModifyInstanceAttribute", "ec2:ModifyNetworkInterfaceAttribute"}
	object.get(input.arguments, ["SourceDestCheck", "Value"], true) != true
	says := "it takes away the check of where traffic comes from"
}

# METADATA
# title: Images are hardware virtual
# description: Paravirtual images start on old machines only, and not for long.
# custom:
#   id: ec2.paravirtual
#   source: AWS Foundational Security Best Practices EC2.24
warn contains {"rule": "ec2.paravirtual", "says": says} if {
	input.operation == "ec2:RegisterImage"
	object.get(input.arguments, "VirtualizationType", "paravirtual") != "hvm"
	says := "the image is paravirtual"
}

# METADATA
# title: Groups behind a load balancer ask it for health
# description: A machine that runs and answers nothing is replaced only so.
# custom:
#   id: autoscaling.blind
#   source: AWS Foundational Security Best Practices AutoScaling.1
warn contains {"rule": "autoscaling.blind", "says": says} if {
	input.operation == "autoscaling:CreateAutoScalingGroup"
	some name in ["TargetGroupARNs", "LoadBalancerNames"]
	count(object.get(input.arguments, name, [])) > 0
	object.get(input.arguments, "HealthCheckType", "EC2") != "ELB"
	says := "the group does not ask its load balancer for health"
}

# METADATA
# title: Groups stand in several zones
# description: One zone's failure takes a group of one zone with it.
# custom:
#   id: autoscaling.one-zone
#   source: AWS Foundational Security Best Practices AutoScaling.2
warn contains {"rule": "autoscaling.one-zone", "says": says} if {
	input.operation == "autoscaling:CreateAutoScalingGroup"
	count(object.get(input.arguments, "AvailabilityZones", [])) < 2
	not contains(object.get(input.arguments, "VPCZoneIdentifier", ""), ",")
	says := "the group stands in one zone only"
}

# METADATA
# title: Groups start from launch templates
# description: Launch configurations have no versions and get nothing new.
# custom:
#   id: autoscaling.launch-configuration
#   source: AWS Foundational Security Best Practices AutoScaling.9
warn contains {"rule": "autoscaling.launch-configuration", "says": says} if {
	input.operation == "autoscaling:CreateLaunchConfiguration"
	says := "launch configurations are superseded by launch templates"
}

# METADATA
# title: Groups' machines have no public addresses
# description: Every machine that the group starts would be reachable.
# custom:
#   id: autoscaling.public-address
#   source: AWS Foundational Security Best Practices AutoScaling.5
warn contains {"rule": "autoscaling.public-address", "says": says} if {
	input.operation == "autoscaling:CreateLaunchConfiguration"
	object.get(input.arguments, "AssociatePublicIpAddress", false) != false
	says := "the group's machines get public addresses"
}

# METADATA
# title: Groups' machines answer for their metadata by version 2 only
# description: Version 1 hands a machine's credentials to whoever can make it fetch an address.
# custom:
#   id: autoscaling.metadata-v1
#   source: AWS Foundational Security Best Practices AutoScaling.3
warn contains {"rule": "autoscaling.metadata-v1", "says": says} if {
	input.operation == "autoscaling:CreateLaunchConfiguration"
	object.get(input.arguments, ["MetadataOptions", "HttpTokens"], "optional") != "required"
	says := "the group's machines may answer by version 1 of the metadata service"
}

# METADATA
# title: A group goes on looking after its machines
# description: What is suspended stays so until somebody remembers it.
# custom:
#   id: autoscaling.suspended
#   source: Amazon EC2 Auto Scaling User Guide, Suspend and resume processes
escalate contains {"rule": "autoscaling.suspended", "says": says} if {
	input.operation == "autoscaling:SuspendProcesses"
	some process in object.get(input.arguments, "ScalingProcesses", all_processes)
	process in all_processes
	says := sprintf("the group no longer does what keeps it in health (%s)", [process])
}

# METADATA
# title: Disks outlive their machines
# description: Whoever ends the machine thinks of the machine.
# custom:
#   id: ec2.disk-ends-with-machine
#   source: Amazon EC2 User Guide, Preserve data when an instance is terminated
warn contains {"rule": "ec2.disk-ends-with-machine", "says": says} if {
	input.operation == "ec2:ModifyInstanceAttribute"
	some mapping in input.arguments.BlockDeviceMappings
	mapping.Ebs.DeleteOnTermination == true
	says := sprintf("the disk at %v is destroyed with its machine from then on", [mapping.DeviceName])
}

all_processes := {"Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy", "AZRebalance"}

user_data contains text if text := input.arguments.UserData

user_data contains text if text := input.arguments.LaunchTemplateData.UserData

user_data contains text if text := input.arguments.LaunchSpecification.UserData

user_data contains text if {
	encoded := input.arguments.UserData
	base64.is_valid(encoded)
	text := base64.decode(encoded)
}

user_data contains text if {
	encoded := input.arguments.LaunchTemplateData.UserData
	base64.is_valid(encoded)
	text := base64.decode(encoded)
}

user_data contains text if {
	encoded := input.arguments.LaunchSpecification.UserData
	base64.is_valid(encoded)
	text := base64.decode(encoded)
}
