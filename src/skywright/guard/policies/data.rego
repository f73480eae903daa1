package skywright.data

import rego.v1

# METADATA
# title: Buckets keep former versions
# description: Without versions, what is overwritten or deleted is lost.
# custom:
#   id: s3.versions-off
#   source: AWS Security Hub S3.14
escalate contains {"rule": "s3.versions-off", "says": says} if {
	input.operation == "s3:PutBucketVersioning"
	object.get(input.arguments, ["VersioningConfiguration", "Status"], "Suspended") != "Enabled"
	says := "it ends the keeping of former versions"
}

# METADATA
# title: Data are not encrypted under a key that only the caller has
# description: Whoever overwrites objects so holds them to ransom; the cloud keeps no copy of the key.
# custom:
#   id: s3.callers-key
#   source: Halcyon, Abusing AWS Native Services (January 2025), ransomware by SSE-C
escalate contains {"rule": "s3.callers-key", "says": says} if {
	input.service == "s3"
	input.effect != "read"
	some name in ["SSECustomerKey", "SSECustomerAlgorithm"]
	given := input.arguments[name]
	not given in {"", null}
	says := "it writes data that nobody can read without a key that the cloud does not keep"
}

# METADATA
# title: What is copied out into a bucket is looked at by a person
# description: A bucket's name says nothing of whose it is.
# custom:
#   id: data.exported
#   source: Amazon ElastiCache User Guide, Exporting a backup; Amazon S3 API Reference, RestoreObject
escalate contains {"rule": "data.exported", "says": says} if {
	input.effect != "read"
	not object.get(input.arguments, "TargetBucket", "") in {"", null}
	says := "it writes data into a bucket, which may be another's"
}

escalate contains {"rule": "data.exported", "says": says} if {
	input.operation == "s3:RestoreObject"
	not object.get(input.arguments, ["RestoreRequest", "OutputLocation"], "") in {"", null}
	says := "it writes data into a bucket, which may be another's"
}

# METADATA
# title: Buckets are encrypted
# description: The setting is taken away for all that comes.
# custom:
#   id: s3.encryption-off
#   source: AWS Security Hub S3.17
escalate contains {"rule": "s3.encryption-off", "says": says} if {
	input.operation == "s3:DeleteBucketEncryption"
	says := "it takes away the bucket's encryption settings"
}

# METADATA
# title: Buckets are opened by policies, not by access lists
# description: Two ways of granting are one too many to look through.
# custom:
#   id: s3.access-lists
#   source: AWS Foundational Security Best Practices S3.12
warn contains {"rule": "s3.access-lists", "says": says} if {
	input.operation in {"s3:CreateBucket", "s3:PutBucketOwnershipControls"}
	owner := object.get(input.arguments, "ObjectOwnership", "BucketOwnerEnforced")
	owner != "BucketOwnerEnforced"
	says := "the bucket heeds access lists"
}

# METADATA
# title: A bucket's policy is not taken away unseen
# description: It may be what refuses plain HTTP, or everybody but one.
# custom:
#   id: s3.policy-deleted
#   source: AWS Foundational Security Best Practices S3.5; CIS AWS Foundations Benchmark 3.0 2.1.1
escalate contains {"rule": "s3.policy-deleted", "says": says} if {
	input.operation == "s3:DeleteBucketPolicy"
	says := "what the policy refused is refused no more"
}

# METADATA
# title: File systems are encrypted
# description: A file system cannot be encrypted later.
# custom:
#   id: efs.unencrypted
#   source: AWS Foundational Security Best Practices EFS.1; CIS AWS Foundations Benchmark 3.0 2.4.1
warn contains {"rule": "efs.unencrypted", "says": says} if {
	input.operation == "efs:CreateFileSystem"
	object.get(input.arguments, "Encrypted", false) != true
	says := "the file system is not encrypted, and cannot be later"
}

# METADATA
# title: Queues are encrypted
# description: Messages hold what they are about.
# custom:
#   id: sqs.unencrypted
#   source: AWS Foundational Security Best Practices SQS.1
warn contains {"rule": "sqs.unencrypted", "says": says} if {
	input.operation in {"sqs:CreateQueue", "sqs:SetQueueAttributes"}
	lower(sprintf("%v", [input.arguments.Attributes.SqsManagedSseEnabled])) != "true"
	not input.arguments.Attributes.KmsMasterKeyId
	says := "it turns the queue's encryption off"
}

# METADATA
# title: Topics are encrypted by a key of the account's
# description: Messages hold what they are about.
# custom:
#   id: sns.unencrypted
#   source: AWS Security Hub SNS.1
warn contains {"rule": "sns.unencrypted", "says": says} if {
	input.operation == "sns:CreateTopic"
	object.get(input.arguments, ["Attributes", "KmsMasterKeyId"], "") == ""
	says := "the topic's messages are not encrypted by a key of the account's"
}

# METADATA
# title: Images of containers are scanned when they are pushed
# description: Known flaws are found before the image runs.
# custom:
#   id: ecr.unscanned
#   source: AWS Foundational Security Best Practices ECR.1
warn contains {"rule": "ecr.unscanned", "says": says} if {
	input.operation == "ecr:CreateRepository"
	object.get(input.arguments, ["imageScanningConfiguration", "scanOnPush"], false) != true
	says := "images are not scanned when they are pushed, unless the registry does so"
}

# METADATA
# title: Tags of container images stay where they are
# description: What was tested is what runs.
# custom:
#   id: ecr.movable-tags
#   source: AWS Foundational Security Best Practices ECR.2
warn contains {"rule": "ecr.movable-tags", "says": says} if {
	input.operation == "ecr:CreateRepository"
	object.get(input.arguments, "imageTagMutability", "MUTABLE") != "IMMUTABLE"
	says := "a tag can be moved to another image"
}
