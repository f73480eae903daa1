package skywright.databases

import rego.v1

# METADATA
# title: Databases are encrypted at rest
# description: A copied disk or snapshot of an encrypted database is of no use without its key.
# custom:
#   id: rds.unencrypted
#   source: AWS Foundational Security Best Practices RDS.3; CIS AWS Foundations Benchmark 3.0 2.3.1
warn contains {"rule": "rds.unencrypted", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	object.get(input.arguments, "StorageEncrypted", false) != true
	says := "the database is not encrypted at rest, and cannot be later"
}

# METADATA
# title: Databases stand in two zones
# description: One zone's failure takes a database of one zone with it.
# custom:
#   id: rds.one-zone
#   source: AWS Foundational Security Best Practices RDS.5
warn contains {"rule": "rds.one-zone", "says": says} if {
	input.operation == "rds:CreateDBInstance"
	object.get(input.arguments, "MultiAZ", false) != true
	not input.arguments.DBClusterIdentifier
	says := "the database stands in one zone only"
}

# METADATA
# title: Backups of databases are kept for a week at least
# description: What is noticed after a few days can still be taken back.
# custom:
#   id: rds.short-backups
#   source: AWS Foundational Security Best Practices RDS.11
warn contains {"rule": "rds.short-backups", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	kept := object.get(input.arguments, "BackupRetentionPeriod", 1)
	not long_enough(kept)
	says := "its backups are kept for less than seven days"
}

# METADATA
# title: Databases are protected against deletion
# description: One call deletes a database that is not protected.
# custom:
#   id: rds.deletable
#   source: AWS Foundational Security Best Practices RDS.7, RDS.8
warn contains {"rule": "rds.deletable", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	object.get(input.arguments, "DeletionProtection", false) != true
	says := "the database is not protected against deletion"
}

# METADATA
# title: Databases take minor upgrades by themselves
# description: Minor versions carry the repairs of security flaws.
# custom:
#   id: rds.no-minor-upgrades
#   source: AWS Foundational Security Best Practices RDS.13; CIS AWS Foundations Benchmark 3.0 2.3.2
warn contains {"rule": "rds.no-minor-upgrades", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:ModifyDBInstance"}
	input.arguments.AutoMinorVersionUpgrade != true
	says := "minor upgrades are turned off"
}

# METADATA
# title: Snapshots of databases carry their tags
# description: Who owns a snapshot, and what may be done with it, is told by its tags.
# custom:
#   id: rds.tags-not-copied
#   source: AWS Foundational Security Best Practices RDS.16, RDS.17
warn contains {"rule": "rds.tags-not-copied", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	object.get(input.arguments, "CopyTagsToSnapshot", false) != true
	says := "its snapshots do not carry its tags"
}

# METADATA
# title: Databases send their logs to CloudWatch
# description: What happened in a database that is gone can only be read elsewhere.
# custom:
#   id: rds.no-logs
#   source: AWS Foundational Security Best Practices RDS.9
warn contains {"rule": "rds.no-logs", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	count(object.get(input.arguments, "EnableCloudwatchLogsExports", [])) == 0
	says := "it sends no logs to CloudWatch"
}

# METADATA
# title: The administrator of a database has a name of its own
# description: Names that everybody knows are tried first.
# custom:
#   id: rds.common-administrator
#   source: AWS Foundational Security Best Practices RDS.24, RDS.25
warn contains {"rule": "rds.common-administrator", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	lower(sprintf("%v", [input.arguments.MasterUsername])) in {"admin", "administrator", "postgres", "root"}
	says := "its administrator has a name that everybody knows"
}

# METADATA
# title: Databases listen on a port of their own
# description: A port that is not the engine's default is found later by those who scan.
# custom:
#   id: rds.default-port
#   source: AWS Foundational Security Best Practices RDS.23
warn contains {"rule": "rds.default-port", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	port := input.arguments.Port
	port in {3306, 5432, 1521, 1433, 50000}
	says := "it listens on its engine's default port"
}

# METADATA
# title: Databases admit by IAM
# description: Tokens of a quarter of an hour take the place of passwords that are kept somewhere.
# custom:
#   id: rds.passwords-only
#   source: AWS Foundational Security Best Practices RDS.10, RDS.12
warn contains {"rule": "rds.passwords-only", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:CreateDBCluster"}
	object.get(input.arguments, "EnableIAMDatabaseAuthentication", false) != true
	says := "it admits by passwords only"
}

# METADATA
# title: A database is deleted only with a last snapshot
# description: Nothing else brings its data back.
# custom:
#   id: rds.no-final-snapshot
#   source: Amazon RDS User Guide, Deleting a DB instance
escalate contains {"rule": "rds.no-final-snapshot", "says": says} if {
	input.operation in {"rds:DeleteDBInstance", "rds:DeleteDBCluster"}
	object.get(input.arguments, "SkipFinalSnapshot", false) != false
	says := "the database is deleted without a last snapshot"
}

# METADATA
# title: Tables are protected against deletion
# description: One call deletes a table that is not protected.
# custom:
#   id: dynamodb.deletable
#   source: AWS Foundational Security Best Practices DynamoDB.6
warn contains {"rule": "dynamodb.deletable", "says": says} if {
	input.operation == "dynamodb:CreateTable"
	object.get(input.arguments, "DeletionProtectionEnabled", false) != true
	says := "the table is not protected against deletion"
}

# METADATA
# title: Tables scale with their load
# description: Capacity that is fixed is paid when idle and refused when busy.
# custom:
#   id: dynamodb.fixed-capacity
#   source: AWS Foundational Security Best Practices DynamoDB.1
warn contains {"rule": "dynamodb.fixed-capacity", "says": says} if {
	input.operation == "dynamodb:CreateTable"
	object.get(input.arguments, "BillingMode", "PROVISIONED") != "PAY_PER_REQUEST"
	says := "its capacity is fixed unless something scales it"
}

# METADATA
# title: Tables can be taken back to a point in time
# description: Without it, what is overwritten is lost.
# custom:
#   id: dynamodb.no-recovery
#   source: AWS Foundational Security Best Practices DynamoDB.2
escalate contains {"rule": "dynamodb.no-recovery", "says": says} if {
	input.operation == "dynamodb:UpdateContinuousBackups"
	object.get(input.arguments, ["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"], false) != true
	says := "it turns off the recovery to a point in time"
}

# METADATA
# title: Caches are encrypted at rest
# description: Caches write their data to disks, too.
# custom:
#   id: cache.unencrypted
#   source: AWS Foundational Security Best Practices ElastiCache.4
warn contains {"rule": "cache.unencrypted", "says": says} if {
	input.operation == "elasticache:CreateReplicationGroup"
	object.get(input.arguments, "AtRestEncryptionEnabled", false) != true
	says := "the cache is not encrypted at rest"
}

# METADATA
# title: Traffic to caches is encrypted
# description: Who reads the network reads what is cached.
# custom:
#   id: cache.plain-traffic
#   source: AWS Foundational Security Best Practices ElastiCache.5
warn contains {"rule": "cache.plain-traffic", "says": says} if {
	input.operation == "elasticache:CreateReplicationGroup"
	object.get(input.arguments, "TransitEncryptionEnabled", false) != true
	says := "the traffic to the cache is not encrypted"
}

# METADATA
# title: Caches fail over by themselves
# description: A primary that is lost stays lost until somebody acts.
# custom:
#   id: cache.no-failover
#   source: AWS Foundational Security Best Practices ElastiCache.3
warn contains {"rule": "cache.no-failover", "says": says} if {
	input.operation == "elasticache:CreateReplicationGroup"
	object.get(input.arguments, "AutomaticFailoverEnabled", false) != true
	says := "the cache does not fail over by itself"
}

# METADATA
# title: Caches are backed up
# description: A cache that is lost has to be filled anew, under full load.
# custom:
#   id: cache.no-backups
#   source: AWS Foundational Security Best Practices ElastiCache.1
warn contains {"rule": "cache.no-backups", "says": says} if {
	input.operation == "elasticache:CreateReplicationGroup"
	object.get(input.arguments, "SnapshotRetentionLimit", 0) == 0
	says := "the cache is not backed up"
}

# METADATA
# title: A database that takes statements over HTTP is looked at by a person
# description: Whoever may call the Data API and read its secret needs no way into the network any more.
# custom:
#   id: rds.http-endpoint
#   source: Amazon Aurora User Guide, Using the Amazon RDS Data API
escalate contains {"rule": "rds.http-endpoint", "says": says} if {
	input.service == "rds"
	input.effect != "read"
	not object.get(input.arguments, "EnableHttpEndpoint", false) in {false, null}
	says := "the database takes statements over HTTP, past its network"
}

long_enough(days) if {
	is_number(days)
	days >= 7
}

# METADATA
# title: Backups of databases are given up by a person's decision
# description: With a retention of 0 those that are there are deleted at once.
# custom:
#   id: rds.no-backups
#   source: Amazon RDS User Guide, Disabling automated backups
escalate contains {"rule": "rds.no-backups", "says": says} if {
	input.operation in {"rds:CreateDBInstance", "rds:ModifyDBInstance", "rds:CreateDBCluster", "rds:ModifyDBCluster"}
	input.arguments.BackupRetentionPeriod == 0
	says := "the database keeps no backups, and loses those that it has"
}

# METADATA
# title: Databases ask for encrypted connections
# description: What asks for them is turned off by a person's decision.
# custom:
#   id: rds.plain-connections
#   source: Amazon RDS User Guide, Requiring an SSL/TLS connection (rds.force_ssl, require_secure_transport)
escalate contains {"rule": "rds.plain-connections", "says": says} if {
	input.operation in {"rds:ModifyDBParameterGroup", "rds:ModifyDBClusterParameterGroup"}
	some parameter in input.arguments.Parameters
	parameter.ParameterName in {"rds.force_ssl", "require_secure_transport"}
	lower(sprintf("%v", [parameter.ParameterValue])) in {"0", "off", "false"}
	says := "the database takes connections without TLS"
}

# METADATA
# title: A database takes a new major version by a person's decision
# description: There is no way back but to restore what was there before.
# custom:
#   id: rds.major-upgrade
#   source: Amazon RDS User Guide, Upgrading a DB instance engine version
escalate contains {"rule": "rds.major-upgrade", "says": says} if {
	input.operation in {"rds:ModifyDBInstance", "rds:ModifyDBCluster"}
	input.arguments.AllowMajorVersionUpgrade == true
	says := "it lets the database be upgraded to another major version, from which there is no way back"
}
