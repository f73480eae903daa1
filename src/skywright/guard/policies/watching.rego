package skywright.watching

import rego.v1

# METADATA
# title: Alarms tell somebody
# description: An alarm without an action is seen by nobody.
# custom:
#   id: alarm.silent
#   source: AWS Security Hub CloudWatch.15, CloudWatch.17
warn contains {"rule": "alarm.silent", "says": says} if {
	input.operation == "cloudwatch:PutMetricAlarm"
	count(object.get(input.arguments, "AlarmActions", [])) == 0
	says := "the alarm tells nobody"
}

warn contains {"rule": "alarm.silent", "says": says} if {
	input.operation == "cloudwatch:PutMetricAlarm"
	object.get(input.arguments, "ActionsEnabled", true) != true
	says := "the alarm's actions are off"
}

warn contains {"rule": "alarm.silent", "says": says} if {
	input.operation == "cloudwatch:DisableAlarmActions"
	says := "the alarms' actions are off"
}

# METADATA
# title: Alarms are taken away knowingly
# description: What they watched is watched no more.
# custom:
#   id: alarm.deleted
#   source: Amazon CloudWatch User Guide, Using CloudWatch alarms
warn contains {"rule": "alarm.deleted", "says": says} if {
	input.operation == "cloudwatch:DeleteAlarms"
	says := "what the alarm watched is watched no more"
}

# METADATA
# title: Logs are kept for a year
# description: Intrusions are often found after months.
# custom:
#   id: logs.short
#   source: AWS Security Hub CloudWatch.16
warn contains {"rule": "logs.short", "says": says} if {
	input.operation == "logs:PutRetentionPolicy"
	days := input.arguments.retentionInDays
	not a_year(days)
	says := "the logs are kept for less than a year"
}

# METADATA
# title: Logs are deleted by people
# description: They may be what shows what somebody did.
# custom:
#   id: logs.deleted
#   source: Amazon CloudWatch Logs User Guide, Working with log groups and log streams
escalate contains {"rule": "logs.deleted", "says": says} if {
	input.operation in {"logs:DeleteLogGroup", "logs:DeleteLogStream"}
	says := "it deletes logs"
}

# METADATA
# title: The record of what happens in an account goes on
# description: Who wants not to be seen turns it off first.
# custom:
#   id: audit.stopped
#   source: AWS Foundational Security Best Practices CloudTrail.1, Config.1, GuardDuty.1; CIS AWS Foundations Benchmark 3.0 3.1, 3.3
deny contains {"rule": "audit.stopped", "says": says} if {
	input.operation in {"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "guardduty:DeleteDetector", "securityhub:DisableSecurityHub"}
	says := "it ends a record of what happens in the account"
}

# METADATA
# title: Trails hold all regions
# description: What is done elsewhere would not be seen.
# custom:
#   id: audit.one-region
#   source: AWS Foundational Security Best Practices CloudTrail.1; CIS AWS Foundations Benchmark 3.0 3.1
warn contains {"rule": "audit.one-region", "says": says} if {
	input.operation == "cloudtrail:CreateTrail"
	object.get(input.arguments, "IsMultiRegionTrail", false) != true
	says := "the trail holds one region only"
}

# METADATA
# title: Trails' files can be checked
# description: A file that was changed afterwards is found so.
# custom:
#   id: audit.unvalidated
#   source: AWS Foundational Security Best Practices CloudTrail.4; CIS AWS Foundations Benchmark 3.0 3.2
warn contains {"rule": "audit.unvalidated", "says": says} if {
	input.operation == "cloudtrail:CreateTrail"
	object.get(input.arguments, "EnableLogFileValidation", false) != true
	says := "the trail's files cannot be checked"
}

# METADATA
# title: Trails are encrypted by a key of the account's
# description: Who may read the bucket need not be able to read the trail.
# custom:
#   id: audit.unencrypted
#   source: AWS Foundational Security Best Practices CloudTrail.2; CIS AWS Foundations Benchmark 3.0 3.5
warn contains {"rule": "audit.unencrypted", "says": says} if {
	input.operation == "cloudtrail:CreateTrail"
	object.get(input.arguments, "KmsKeyId", "") == ""
	says := "the trail is not encrypted by a key of the account's"
}

# METADATA
# title: Keys are changed every year
# description: A key that leaks serves for a year at most.
# custom:
#   id: kms.rotation-off
#   source: AWS Security Hub KMS.4; CIS AWS Foundations Benchmark 3.0 3.6
escalate contains {"rule": "kms.rotation-off", "says": says} if {
	input.operation == "kms:DisableKeyRotation"
	says := "the key is no longer changed every year"
}

# METADATA
# title: Keys are not deleted
# description: What was encrypted by them can be read by nobody any more.
# custom:
#   id: kms.key-deleted
#   source: AWS Foundational Security Best Practices KMS.3
deny contains {"rule": "kms.key-deleted", "says": says} if {
	input.operation in {"kms:ScheduleKeyDeletion", "kms:DeleteImportedKeyMaterial"}
	says := "what was encrypted by the key would be lost"
}

# METADATA
# title: No policy that allows everything
# description: Who has it can do anything, unseen.
# custom:
#   id: iam.full-privileges
#   source: AWS Foundational Security Best Practices IAM.1; CIS AWS Foundations Benchmark 3.0 1.16
deny contains {"rule": "iam.full-privileges", "says": says} if {
	input.operation in {"iam:CreatePolicy", "iam:CreatePolicyVersion"}
	not json.is_valid(sprintf("%v", [input.arguments.PolicyDocument]))
	says := "the policy cannot be read"
}

deny contains {"rule": "iam.full-privileges", "says": says} if {
	input.operation in {"iam:CreatePolicy", "iam:CreatePolicyVersion"}
	text := sprintf("%v", [input.arguments.PolicyDocument])
	json.is_valid(text)
	policy := json.unmarshal(text)
	some statement in listed(policy.Statement)
	statement.Effect == "Allow"
	some action in listed(statement.Action)
	action in {"*", "*:*"}
	some resource in listed(statement.Resource)
	resource == "*"
	says := "the policy allows everything"
}

# METADATA
# title: Passwords have fourteen letters at least
# description: Shorter ones are guessed.
# custom:
#   id: iam.short-passwords
#   source: AWS Security Hub IAM.15; CIS AWS Foundations Benchmark 3.0 1.8
warn contains {"rule": "iam.short-passwords", "says": says} if {
	input.operation == "iam:UpdateAccountPasswordPolicy"
	not long_password
	says := "passwords may be shorter than fourteen letters"
}

# METADATA
# title: Functions run on what is still maintained
# description: Flaws of a runtime that is not are repaired by nobody.
# custom:
#   id: lambda.old-runtime
#   source: AWS Foundational Security Best Practices Lambda.2
warn contains {"rule": "lambda.old-runtime", "says": says} if {
	input.operation in {"lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"}
	input.arguments.Runtime in {"python2.7", "python3.6", "python3.7", "python3.8", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x", "ruby2.5", "ruby2.7", "java8", "go1.x", "dotnetcore2.1", "dotnetcore3.1", "dotnet5.0", "dotnet6"}
	says := "its runtime is not maintained any more"
}

# METADATA
# title: Functions are traced
# description: What a request went through shows where it fails.
# custom:
#   id: lambda.untraced
#   source: AWS Security Hub Lambda.7
warn contains {"rule": "lambda.untraced", "says": says} if {
	input.operation == "lambda:CreateFunction"
	object.get(input.arguments, ["TracingConfig", "Mode"], "PassThrough") != "Active"
	says := "the function is not traced"
}

a_year(days) if {
	is_number(days)
	days >= 365
}

listed(value) := value if is_array(value)

listed(value) := [value] if not is_array(value)

long_password if {
	is_number(input.arguments.MinimumPasswordLength)
	input.arguments.MinimumPasswordLength >= 14
}
