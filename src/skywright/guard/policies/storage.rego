package skywright.storage

import rego.v1

public_acls := {"public-read", "public-read-write", "authenticated-read"}

public_groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}

# A value that is not known yet may turn out to be the very thing that is forbidden.
unknown(value) if contains(sprintf("%v", [value]), "${")

as_list(value) := value if is_array(value)

as_list(value) := [value] if not is_array(value)

is_bucket_or_object if input.service in {"s3", "s3control"}

# METADATA
# title: No bucket or object that everybody can read
# description: Public buckets are the commonest leak of data.
# custom:
#   id: storage.public-bucket
#   source: AWS Security Hub S3.2, S3.3
deny contains {"rule": "storage.public-bucket", "says": says} if {
	is_bucket_or_object
	acl := input.arguments.ACL
	acl in public_acls
	says := sprintf("its access list '%s' lets strangers read", [acl])
}

deny contains {"rule": "storage.public-bucket", "says": says} if {
	is_bucket_or_object
	unknown(input.arguments.ACL)
	says := "its access list is not known yet"
}

deny contains {"rule": "storage.public-bucket", "says": says} if {
	is_bucket_or_object
	some grant in input.arguments.AccessControlPolicy.Grants
	grant.Grantee.URI in public_groups
	says := "it grants access to everybody"
}

deny contains {"rule": "storage.public-bucket", "says": says} if {
	is_bucket_or_object
	some name in ["GrantRead", "GrantWrite", "GrantReadACP", "GrantWriteACP", "GrantFullControl"]
	grant := sprintf("%v", [input.arguments[name]])
	some group in public_groups
	contains(grant, group)
	says := "it grants access to everybody"
}

deny contains {"rule": "storage.public-bucket", "says": says} if {
	input.operation in {"s3:PutBucketPolicy", "s3control:PutAccessPointPolicy"}
	not json.is_valid(sprintf("%v", [input.arguments.Policy]))
	says := "the policy that it attaches cannot be read"
}

deny contains {"rule": "storage.public-bucket", "says": says} if {
	some statement in statements
	everybody(statement)
	not statement.Condition
	says := "the policy that it attaches lets everybody in"
}

# Forms that the rules above do not know, but the cloud's knowledge does.
deny contains {"rule": "storage.public-bucket", "says": says} if {
	input.facts.public_bucket in {true, "unknown"}
	not input.name in {"PutBucketPolicy", "DeletePublicAccessBlock", "PutPublicAccessBlock"}
	says := "it lets strangers in, or may do so"
}

# METADATA
# title: A policy for everybody under conditions is looked at by a person
# description: Whether the conditions keep anybody out is not judged here.
# custom:
#   id: storage.conditional-bucket
#   source: AWS S3 User Guide, The meaning of "public"
escalate contains {"rule": "storage.conditional-bucket", "says": says} if {
	some statement in statements
	everybody(statement)
	statement.Condition
	says := "the policy that it attaches lets everybody in under conditions"
}

statements contains statement if {
	input.operation in {"s3:PutBucketPolicy", "s3control:PutAccessPointPolicy"}
	text := sprintf("%v", [input.arguments.Policy])
	json.is_valid(text)
	policy := json.unmarshal(text)
	some statement in as_list(policy.Statement)
}

everybody(statement) if {
	statement.Effect == "Allow"
	statement.Principal == "*"
}

everybody(statement) if {
	statement.Effect == "Allow"
	is_object(statement.Principal)
	some principals in statement.Principal
	some principal in as_list(principals)
	contains(sprintf("%v", [principal]), "*")
}

everybody(statement) if {
	statement.Effect == "Allow"
	statement.NotPrincipal
}

# METADATA
# title: The block against public access stays on
# description: It is what makes a careless policy harmless.
# custom:
#   id: storage.public-block
#   source: AWS Security Hub S3.1, S3.8
escalate contains {"rule": "storage.public-block", "says": says} if {
	input.operation in {"s3:DeletePublicAccessBlock", "s3control:DeletePublicAccessBlock"}
	says := "it takes away what keeps a bucket from becoming public"
}

escalate contains {"rule": "storage.public-block", "says": says} if {
	input.operation in {"s3:PutPublicAccessBlock", "s3control:PutPublicAccessBlock"}
	some name in ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
	object.get(input.arguments, ["PublicAccessBlockConfiguration", name], false) != true
	says := "it loosens what keeps a bucket from becoming public"
}

# METADATA
# title: No snapshot that everybody can copy
# description: A snapshot holds everything that its disk held.
# custom:
#   id: storage.public-snapshot
#   source: AWS Security Hub EC2.1, RDS.1
deny contains {"rule": "storage.public-snapshot", "says": says} if {
	input.operation == "ec2:ModifySnapshotAttribute"
	some permission in input.arguments.CreateVolumePermission.Add
	public_group(permission.Group)
	says := "it lets everybody copy a snapshot"
}

deny contains {"rule": "storage.public-snapshot", "says": says} if {
	input.operation == "ec2:ModifySnapshotAttribute"
	object.get(input.arguments, "OperationType", "add") != "remove"
	some group in input.arguments.GroupNames
	public_group(group)
	says := "it lets everybody copy a snapshot"
}

deny contains {"rule": "storage.public-snapshot", "says": says} if {
	input.operation in {"rds:ModifyDBSnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute"}
	some value in input.arguments.ValuesToAdd
	public_group(value)
	says := "it lets everybody copy a database snapshot"
}

# Forms that the rules above do not know, but the cloud's knowledge does.
deny contains {"rule": "storage.public-snapshot", "says": says} if {
	input.facts.public_snapshot_or_image in {true, "unknown"}
	not contains(input.name, "Image")
	says := "it lets everybody copy a snapshot, or may do so"
}

public_group(group) if group == "all"

public_group(group) if unknown(group)

# METADATA
# title: Volumes are better encrypted
# description: A disk cannot be encrypted later, only copied.
# custom:
#   id: data.unencrypted-volume
#   source: AWS Security Hub EC2.3, EC2.7
warn contains {"rule": "data.unencrypted-volume", "says": says} if {
	input.operation == "ec2:CreateVolume"
	not input.arguments.Encrypted
	not input.arguments.SnapshotId
	says := "the volume is not encrypted, unless the account does so by itself"
}

warn contains {"rule": "data.unencrypted-volume", "says": says} if {
	input.operation in {"ec2:RunInstances", "ec2:CreateLaunchTemplate", "ec2:RegisterImage"}
	some mapping in input.arguments.BlockDeviceMappings
	mapping.Ebs.Encrypted == false
	says := sprintf("the disk %v is not encrypted", [mapping.DeviceName])
}

# METADATA
# title: Sharing with other accounts is looked at by a person
# description: What another account has copied cannot be taken back.
# custom:
#   id: storage.shared
#   source: AWS EC2 User Guide, Share a snapshot; Amazon S3 User Guide, Bucket policies
escalate contains {"rule": "storage.shared", "says": says} if {
	input.operation in {"ec2:ModifySnapshotAttribute", "ec2:ModifyImageAttribute"}
	some name in ["CreateVolumePermission", "LaunchPermission"]
	count(object.get(input.arguments, [name, "Add"], [])) > 0
	says := "it shares data with somebody outside the account"
}

escalate contains {"rule": "storage.shared", "says": says} if {
	input.operation in {"ec2:ModifySnapshotAttribute", "ec2:ModifyImageAttribute"}
	object.get(input.arguments, "OperationType", "add") != "remove"
	some name in ["UserIds", "GroupNames", "UserGroups", "OrganizationArns", "OrganizationalUnitArns"]
	count(object.get(input.arguments, name, [])) > 0
	says := "it shares data with somebody outside the account"
}

escalate contains {"rule": "storage.shared", "says": says} if {
	input.operation in {"rds:ModifyDBSnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute"}
	count(object.get(input.arguments, "ValuesToAdd", [])) > 0
	says := "it shares data with somebody outside the account"
}

escalate contains {"rule": "storage.shared", "says": says} if {
	some statement in statements
	object.get(statement, "Effect", "Allow") != "Deny"
	says := "the policy that it attaches lets somebody in"
}

escalate contains {"rule": "storage.shared", "says": says} if {
	is_bucket_or_object
	input.effect != "read"
	some name in ["GrantRead", "GrantWrite", "GrantReadACP", "GrantWriteACP", "GrantFullControl", "AccessControlPolicy"]
	given := input.arguments[name]
	not given in {"", null}
	says := "it grants somebody access"
}

# METADATA
# title: What lets the cloud delete data later is looked at by a person
# description: Nobody is there to be asked when it happens.
# custom:
#   id: storage.deletes-later
#   source: Amazon S3 User Guide, Managing the lifecycle of objects
escalate contains {"rule": "storage.deletes-later", "says": says} if {
	input.operation in {
		"s3:PutBucketLifecycle", "s3:PutBucketLifecycleConfiguration", "logs:PutRetentionPolicy",
		"dynamodb:UpdateTimeToLive", "ecr:PutLifecyclePolicy", "efs:PutLifecycleConfiguration",
	}
	says := "the cloud deletes data by itself later, without asking"
}

# METADATA
# title: What is kept from deletion is deleted by a person's decision
# description: The lock is there so that nobody deletes it in passing.
# custom:
#   id: s3.retention-bypassed
#   source: Amazon S3 User Guide, Object Lock, Governance mode
escalate contains {"rule": "s3.retention-bypassed", "says": says} if {
	input.service == "s3"
	input.arguments.BypassGovernanceRetention == true
	says := "it goes past the lock that keeps objects from deletion (retention in governance mode)"
}

# METADATA
# title: Access to buckets is granted by policies, not by access control lists
# description: Lists are set object by object, and nobody sees them together.
# custom:
#   id: s3.lists-allowed
#   source: AWS Foundational Security Best Practices S3.12
warn contains {"rule": "s3.lists-allowed", "says": says} if {
	input.operation == "s3:PutBucketOwnershipControls"
	some rule in input.arguments.OwnershipControls.Rules
	rule.ObjectOwnership != "BucketOwnerEnforced"
	says := "access control lists (ACLs) of the bucket's objects count again"
}
