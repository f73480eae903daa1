package skywright.residency

import rego.v1

# METADATA
# title: What is tagged to stay in the EU is made there
# description: The tag says that a contract or the law ties the data to the Union.
# custom:
#   id: residency.elsewhere
#   source: Regulation (EU) 2016/679 (GDPR), chapter V; regions in member states by the AWS list of Regions
deny contains {"rule": "residency.elsewhere", "says": says} if {
	input.effect in {"create", "change"}
	input.facts.residency
	input.region != ""
	value := lower(sprintf("%v", [input.facts.residency]))
	not input.region in places[value]
	says := sprintf("it is tagged to stay in '%s', and %s is not there", [value, input.region])
}

deny contains {"rule": "residency.elsewhere", "says": says} if {
	input.effect in {"create", "change"}
	input.facts.residency
	input.region != ""
	value := lower(sprintf("%v", [input.facts.residency]))
	not value in object.keys(places)
	says := sprintf("it is tagged to stay in '%s', of which nobody has said which regions those are (%s)", [value, input.region])
}

# METADATA
# title: Data leave the EU only by a person's decision
# description: A copy in a region outside is a transfer to a third country.
# custom:
#   id: residency.copied-out
#   source: Regulation (EU) 2016/679 (GDPR), article 44
escalate contains {"rule": "residency.copied-out", "says": says} if {
	input.operation in {"ec2:CopySnapshot", "ec2:CopyImage", "rds:CopyDBSnapshot", "rds:CopyDBClusterSnapshot"}
	source := input.arguments.SourceRegion
	in_eu(source)
	not in_eu(input.region)
	says := sprintf("it copies data out of the EU (%s to %s)", [source, input.region])
}

# METADATA
# title: Replicas of tables leave the EU only by a person's decision
# description: Everything that is written from then on is transferred.
# custom:
#   id: residency.replicated-out
#   source: Regulation (EU) 2016/679 (GDPR), article 44
escalate contains {"rule": "residency.replicated-out", "says": says} if {
	input.operation == "dynamodb:UpdateTable"
	in_eu(input.region)
	some update in input.arguments.ReplicaUpdates
	region := update.Create.RegionName
	not in_eu(region)
	says := sprintf("it keeps a replica of the table in %s", [region])
}

# Regions in member states of the Union; London and Zurich are in none.
eu := {"eu-west-1", "eu-west-3", "eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eusc-de-east-1"}

places := {"eu": eu}

in_eu(region) if region in eu
