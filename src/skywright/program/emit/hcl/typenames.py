"""The types of the provider that configurations are written with. Owns nothing but the list."""

import re
from functools import cache
from importlib import resources

_TYPE = re.compile(r"\baws_[a-z0-9_]+")
REQUESTS = ("terraform.yaml", "reads.yaml")
EXPORTS = ("terraform.yaml", "exports.yaml")


@cache
def types(tables: tuple[str, ...] = REQUESTS) -> frozenset[str]:
    """Every type of resource and of data source that the tables name, in whatever place."""
    folder = resources.files("skywright.program.emit.hcl")
    texts = (folder.joinpath(name).read_text(encoding="utf-8") for name in tables)
    return frozenset(name for text in texts for name in _TYPE.findall(text))
