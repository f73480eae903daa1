package skywright.identity

import rego.v1

# METADATA
# title: No way to more privileges
# description: Whoever can give privileges has all of them.
# custom:
#   id: iam.privilege-escalation
#   fixed: true
#   source: Rhino Security Labs, AWS IAM Privilege Escalation Methods
deny contains {"rule": "iam.privilege-escalation", "says": says} if {
	input.service == "iam"
	input.name in {
		"CreatePolicyVersion", "SetDefaultPolicyVersion", "CreateAccessKey", "UpdateAccessKey", "CreateLoginProfile",
		"UpdateLoginProfile", "AttachUserPolicy", "AttachGroupPolicy", "AttachRolePolicy", "PutUserPolicy",
		"PutGroupPolicy", "PutRolePolicy", "AddUserToGroup", "UpdateAssumeRolePolicy", "CreateUser", "CreateRole",
		"AddRoleToInstanceProfile", "DeleteUserPermissionsBoundary", "DeleteRolePermissionsBoundary",
		"PutUserPermissionsBoundary", "PutRolePermissionsBoundary", "CreateServiceSpecificCredential",
		"DeactivateMFADevice", "CreateOpenIDConnectProvider", "CreateSAMLProvider", "UpdateSAMLProvider",
	}
	says := "it can give somebody more privileges"
}

deny contains {"rule": "iam.privilege-escalation", "says": says} if {
	input.operation in {"lambda:AddPermission", "lambda:AddLayerVersionPermission"}
	principal := sprintf("%v", [input.arguments.Principal])
	some sign in ["*", "${"]
	contains(principal, sign)
	says := "it lets everybody call the function"
}

deny contains {"rule": "iam.privilege-escalation", "says": says} if {
	input.operation in {"lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"}
	object.get(input.arguments, "AuthType", "NONE") != "AWS_IAM"
	says := "it lets everybody call the function by its address"
}

# METADATA
# title: Handing a role to something that runs code is looked at by a person
# description: What runs with a role can do whatever the role can.
# custom:
#   id: iam.role-passed
#   source: Rhino Security Labs, AWS IAM Privilege Escalation Methods (iam:PassRole)
escalate contains {"rule": "iam.role-passed", "says": says} if {
	some name in ["IamInstanceProfile", "Role", "RoleARN", "RoleArn", "TaskRoleArn", "ExecutionRoleArn", "ServiceRoleArn"]
	input.effect != "read"
	given := input.arguments[name]
	not given in {"", null}
	says := sprintf("it hands a role (%s) to something that runs code", [name])
}

escalate contains {"rule": "iam.role-passed", "says": says} if {
	input.arguments.LaunchTemplateData.IamInstanceProfile
	says := "it hands a role (LaunchTemplateData.IamInstanceProfile) to something that runs code"
}

# METADATA
# title: Secrets kept in the parameter store stay there
# description: What is read in clear stands in an answer, a trace and a log.
# custom:
#   id: secrets.decrypted
#   fixed: true
#   source: AWS Systems Manager User Guide, SecureString parameters
deny contains {"rule": "secrets.decrypted", "says": says} if {
	input.operation in {"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"}
	object.get(input.arguments, "WithDecryption", false) != false
	not public_parameters
	says := "it asks for parameters in clear, which may be secrets"
}

# The parameters that AWS publishes, such as the newest images, are nobody's secrets.
public_parameters if {
	count(named) > 0
	every name in named {
		startswith(name, "/aws/service/")
	}
}

named contains name if {
	some field in ["Name", "Path"]
	name := input.arguments[field]
}

named contains name if some name in input.arguments.Names

# METADATA
# title: What is masked in logs stays masked
# description: Somebody has said that these data are not to be read.
# custom:
#   id: secrets.unmasked
#   fixed: true
#   source: Amazon CloudWatch Logs User Guide, View unmasked data (logs:Unmask)
deny contains {"rule": "secrets.unmasked", "says": says} if {
	input.service == "logs"
	object.get(input.arguments, "unmask", false) != false
	says := "it asks for what a data protection policy masks"
}

# METADATA
# title: No answer holds a credential
# description: A credential that an agent holds works past the gate.
# custom:
#   id: secrets.handed-out
#   fixed: true
#   source: Skywright; a new key pair is the exception, since its key is written down nowhere
deny contains {"rule": "secrets.handed-out", "says": says} if {
	input.facts.yields_secret == true
	input.operation != "ec2:CreateKeyPair"
	says := "its answer would hold a secret"
}

# METADATA
# title: A role inside other arguments, or a change of who may do what, is looked at by a person
# description: Privileges hidden among other arguments are privileges all the same.
# custom:
#   id: iam.privileges-changed
#   source: Rhino Security Labs, AWS IAM Privilege Escalation Methods (iam:PassRole)
escalate contains {"rule": "iam.privileges-changed", "says": says} if {
	input.effect != "read"
	input.facts.privilege_change == true
	says := "it passes a role on, or changes who may do what"
}

escalate contains {"rule": "iam.privileges-changed", "says": says} if {
	input.operation in {"sqs:SetQueueAttributes", "sqs:CreateQueue", "sns:CreateTopic"}
	input.arguments.Attributes.Policy
	says := "it sets a policy that says who may do what"
}

escalate contains {"rule": "iam.privileges-changed", "says": says} if {
	input.operation == "sns:SetTopicAttributes"
	lower(sprintf("%v", [input.arguments.AttributeName])) == "policy"
	says := "it sets a policy that says who may do what"
}

# METADATA
# title: No policy that lets everybody in
# description: A queue, topic, table or function that anybody may use is used by anybody, and paid for by its owner.
# custom:
#   id: iam.public-policy
#   source: AWS Security Hub SQS.3, SNS.4, Lambda.1; IAM Access Analyzer, public access to resources
deny contains {"rule": "iam.public-policy", "says": says} if {
	input.facts.public_policy in {true, "unknown"}
	input.service != "s3" # storage.public-bucket speaks of these
	says := "a policy that it sets lets everybody do something, or may do so"
}

# METADATA
# title: The password of a database is set by people
# description: Who knows the password needs no other privilege to read the data.
# custom:
#   id: secrets.password-set
#   source: Skywright; who sets it can read everything
escalate contains {"rule": "secrets.password-set", "says": says} if {
	input.service in {"rds", "elasticache"}
	input.effect != "create"
	some name in ["MasterUserPassword", "AuthToken", "Passwords"]
	input.arguments[name]
	says := "it sets the password of a database that is there"
}

# METADATA
# title: Alarms that do more than tell somebody, or scale a group, are looked at by a person
# description: They act when the session is over, and with other privileges; one can terminate a machine.
# custom:
#   id: alarm.runs-code
#   source: Amazon CloudWatch User Guide, Alarm actions
escalate contains {"rule": "alarm.runs-code", "says": says} if {
	input.service == "cloudwatch"
	some name in ["AlarmActions", "OKActions", "InsufficientDataActions"]
	given := input.arguments[name]
	is_array(given)
	some action in given
	not tells_or_scales(action)
	says := sprintf("the alarm does something by itself, later (%v)", [action])
}

escalate contains {"rule": "alarm.runs-code", "says": says} if {
	input.service == "cloudwatch"
	some name in ["AlarmActions", "OKActions", "InsufficientDataActions"]
	given := input.arguments[name]
	not is_array(given)
	says := "what the alarm does by itself is not known yet"
}

# A topic, a scaling policy, or the same machine on sound hardware.
tells_or_scales(action) if regex.match(`^arn:aws[a-z-]*:(sns|autoscaling):[^$]*$`, action)

tells_or_scales(action) if regex.match(`^arn:aws[a-z-]*:automate:[a-z0-9-]+:ec2:recover$`, action)

# METADATA
# title: An alarm is set off by hand only if a person says so
# description: Whatever the alarm does is done then, whether there is a reason for it or not.
# custom:
#   id: alarm.set-off
#   source: Amazon CloudWatch API Reference, SetAlarmState (the alarm's actions are carried out)
escalate contains {"rule": "alarm.set-off", "says": says} if {
	input.operation == "cloudwatch:SetAlarmState"
	object.get(input.arguments, "StateValue", "ALARM") != "OK"
	says := "it sets an alarm off by hand, and with it whatever the alarm does"
}
