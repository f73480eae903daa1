package skywright.network

import rego.v1

# What is opened to whom is worked out beforehand (`facts.exposes`); here `public` and the ports are
# always set, and whatever was odd or unknown has been taken for public and for all ports.

open_to_public contains exposure if {
	some exposure in input.facts.exposes
	exposure.public
	not exposure.protocol in {"icmp", "icmpv6", "1", "58"}
}

covers(exposure, port) if {
	exposure.from_port <= port
	port <= exposure.to_port
}

# METADATA
# title: No administration by SSH from the public
# description: Every address of the internet is tried for SSH within minutes.
# custom:
#   id: network.public-ssh
#   source: CIS AWS Foundations Benchmark 3.0 5.2, 5.3
deny contains {"rule": "network.public-ssh", "says": says} if {
	some exposure in open_to_public
	covers(exposure, 22)
	says := sprintf("it opens port 22 (SSH) to %s", [exposure.cidr])
}

# METADATA
# title: No remote desktop from the public
# description: Remote desktop is the commonest way in for extortion.
# custom:
#   id: network.public-rdp
#   source: CIS AWS Foundations Benchmark 3.0 5.2, 5.3
deny contains {"rule": "network.public-rdp", "says": says} if {
	some exposure in open_to_public
	covers(exposure, 3389)
	says := sprintf("it opens port 3389 (remote desktop) to %s", [exposure.cidr])
}

administered := {
	23: "Telnet", 135: "Windows RPC", 445: "Windows file sharing", 2375: "Docker", 2376: "Docker", 2379: "etcd",
	5900: "VNC", 5985: "WinRM", 5986: "WinRM", 10250: "Kubernetes",
}

# METADATA
# title: No other port for administration open to the public
# description: Who reaches Docker, WinRM or a file share governs the machine, often without any password.
# custom:
#   id: network.public-administration
#   source: AWS Security Hub EC2.19 (23, 135, 445); Docker Engine and Kubernetes documentation, ports; the rest Skywright
deny contains {"rule": "network.public-administration", "says": says} if {
	some exposure in open_to_public
	some port, name in administered
	covers(exposure, port)
	says := sprintf("it opens port %d (%s) to %s", [port, name, exposure.cidr])
}

databases := {
	1433: "SQL Server", 1521: "Oracle", 2049: "NFS", 3306: "MySQL", 5432: "PostgreSQL", 5601: "Kibana",
	5984: "CouchDB", 6379: "Redis", 7000: "Cassandra", 7001: "Cassandra", 8086: "InfluxDB",
	9042: "Cassandra", 9092: "Kafka", 9200: "Elasticsearch", 9300: "Elasticsearch", 11211: "memcached",
	27017: "MongoDB", 27018: "MongoDB", 27019: "MongoDB",
}

# METADATA
# title: No database port open to the public
# description: Databases are made to be reached by programs, not by strangers.
# custom:
#   id: network.public-database
#   source: AWS Security Hub EC2.19, RDS.2
deny contains {"rule": "network.public-database", "says": says} if {
	some exposure in open_to_public
	some port, name in databases
	covers(exposure, port)
	says := sprintf("it opens port %d (%s) to %s", [port, name, exposure.cidr])
}

deny contains {"rule": "network.public-database", "says": says} if {
	input.service in {"rds", "redshift", "docdb", "neptune", "dms"}
	said := input.arguments.PubliclyAccessible
	said != false
	says := "it gives a database a public address"
}

# METADATA
# title: Not all ports at once to the public
# description: Whatever will ever listen there is open, too.
# custom:
#   id: network.public-all
#   source: AWS Security Hub EC2.18
deny contains {"rule": "network.public-all", "says": says} if {
	some exposure in open_to_public
	exposure.from_port == 0
	exposure.to_port == 65535
	says := sprintf("it opens all ports to %s", [exposure.cidr])
}

# METADATA
# title: What an operation opens has to be known
# description: What cannot be understood may be the very thing that is forbidden.
# custom:
#   id: network.unread
#   fixed: true
#   source: Skywright, deny by default
deny contains {"rule": "network.unread", "says": says} if {
	input.operation in {"ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"}
	not input.facts.exposes_known
	not only_groups
	says := "nobody could work out what it opens to whom"
}

deny contains {"rule": "network.unread", "says": says} if {
	input.operation == "ec2:AuthorizeSecurityGroupIngress"
	is_array(input.arguments.IpPermissions)
	some permission in input.arguments.IpPermissions
	not is_object(permission)
	says := "one of the permissions is not known yet"
}

deny contains {"rule": "network.unread", "says": says} if {
	input.operation in {"ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"}
	some name in ["IpPermissions", "SecurityGroupRules"]
	given := object.get(input.arguments, name, [])
	not is_array(given)
	says := "what it opens is not known yet"
}

# Rules that let in other groups, and nobody else, open nothing to any address.
only_groups if {
	is_array(input.arguments.IpPermissions)
	count(input.arguments.IpPermissions) > 0
	every permission in input.arguments.IpPermissions {
		count(permission.UserIdGroupPairs) > 0
		every name in ["IpRanges", "Ipv6Ranges", "PrefixListIds"] {
			object.get(permission, name, []) == []
		}
	}
}

only_groups if {
	input.arguments.SourceSecurityGroupName != ""
	not input.arguments.CidrIp
	not input.arguments.IpPermissions
}

only_groups if {
	is_array(input.arguments.SecurityGroupRules)
	count(input.arguments.SecurityGroupRules) > 0
	count(addresses_in_changes) == 0
	every changed in input.arguments.SecurityGroupRules {
		changed.SecurityGroupRule.ReferencedGroupId != ""
	}
}

addresses_in_changes contains address if {
	some changed in input.arguments.SecurityGroupRules
	some name in ["CidrIpv4", "CidrIpv6", "PrefixListId"]
	address := changed.SecurityGroupRule[name]
}

# METADATA
# title: Administration behind a load balancer is looked at by a person
# description: The rules of the machine's own group no longer show who reaches it.
# custom:
#   id: network.forwarded
#   source: Skywright; a listener on any port may lead to port 22 of a machine
escalate contains {"rule": "network.forwarded", "says": says} if {
	input.service in {"elbv2", "elb"}
	input.effect in {"create", "change", "attach", "unknown"}
	some port in forwarded
	administration(port)
	says := sprintf("a load balancer leads to port %v, which is for administration", [port])
}

forwarded contains port if port := input.arguments.Port

forwarded contains port if {
	is_array(input.arguments.Targets) # in a proof it may be a reference; the gate asks again with its value
	some target in input.arguments.Targets
	port := target.Port
}

# Targets that are known only later: a person looks at them if a port is said of them.
forwarded contains port if {
	port := input.arguments.Targets
	is_string(port)
	contains(port, "Port")
}

forwarded contains port if {
	is_array(input.arguments.Listeners)
	some listener in input.arguments.Listeners
	some name in ["LoadBalancerPort", "InstancePort"]
	port := listener[name]
}

administration(port) if to_text(port) in {"22", "3389", "5985", "5986"}

administration(port) if contains(to_text(port), "${")

to_text(value) := sprintf("%v", [value])
