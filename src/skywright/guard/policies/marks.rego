package skywright.marks

import rego.v1

# METADATA
# title: Marks of our own are set by the gate alone
# description: Who can set them can make a run take a stranger's things for its own.
# custom:
#   id: tags.reserved
#   fixed: true
#   source: Skywright; by the tag `skywright:run` a run finds again what it made
deny contains {"rule": "tags.reserved", "says": says} if {
	input.principal.kind == "guest"
	input.effect != "read"
	walk(input.arguments, [_, value])
	is_object(value)
	some name in ["Key", "key", "TagKey"]
	startswith(lower(sprintf("%v", [value[name]])), "skywright:")
	says := "it sets or takes away a mark of the gate's own"
}

deny contains {"rule": "tags.reserved", "says": says} if {
	input.principal.kind == "guest"
	input.effect != "read"
	some name in ["TagKeys", "tagKeys", "TagKeyList", "tags"]
	some key in input.arguments[name]
	is_string(key)
	startswith(lower(sprintf("%v", [key])), "skywright:")
	says := "it sets or takes away a mark of the gate's own"
}

deny contains {"rule": "tags.reserved", "says": says} if {
	input.principal.kind == "guest"
	input.effect != "read"
	some tags in [object.get(input.arguments, "Tags", {}), object.get(input.facts, "tags", {})]
	some key, _ in tags
	is_string(key)
	startswith(lower(key), "skywright:")
	says := "it sets or takes away a mark of the gate's own"
}
