"""Concepts by what they are: things one can have, topics one can ask about, things one can do."""

THINGS = frozenset(
    [
        "disk",
        "root_disk",
        "lb",
        "target_group",
        "network",
        "port",
        "security_group",
        "address",
        "static_address",
        "monitoring",
        "spot",
        "snapshots",
        "images",
        "alarms",
        "bucket",
        "keypair",
        "termination_protection",
        "tags",
    ]
)
"""Topics that are things one can have here, not only something to know of them."""

TOPICS = THINGS.union(
    ["health", "metrics", "console", "dependency", "cost", "status", "size", "everything", "on_demand"],
    ["database", "kubernetes", "serverless", "identity", "dns", "autoscaling"],
)
"""Concepts that say what a request is about: one that a recipe does not know speaks against it."""

ACTIONS = frozenset(
    [
        "create",
        "start",
        "stop",
        "restart",
        "delete",
        "attach",
        "detach",
        "resize",
        "convert",
        "enable",
        "disable",
        "open",
        "close",
        "tag",
        "untag",
        "rename",
        "snapshot",
        "image",
        "register",
        "deregister",
        "balance",
        "forward",
    ]
)

UNSUPPORTED = frozenset(
    {"restore", "software", "database", "kubernetes", "serverless", "identity", "dns", "autoscaling"}
)
"""What nobody here can do anything about."""

SPOKEN_OF = (
    THINGS
    | {"vm", "address", "health", "metrics", "cost", "console", "dependency"}
    | {
        "alarm",
        "tag",
        "snapshot",
        "image",
    }
)
"""What a request can be about at all; a sentence without any of it goes on about another."""

TAKING = frozenset({"delete", "detach", "stop", "restart", "close", "disable", "deregister", "untag"})
"""What takes something away, for good or for a while."""
