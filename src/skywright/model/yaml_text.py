"""YAML that is read and written safely, by libyaml where PyYAML has it: it takes a tenth of the time."""

from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def load(text: str) -> Any:
    """The one document of a text.

    Raises:
        YAMLError: It is not YAML.
    """
    return yaml.load(text, Loader=LOADER)


def dump(value: Any) -> str:
    """The text of a value, in its own order."""
    return yaml.dump(value, Dumper=DUMPER, sort_keys=False)
