"""What is said in the way of an interface (`StopInstances web-2`, `ec2 stop-instances`) in plain words.

Owns the operations' names and the options beside them; what they mean is in `vocabulary/commands.yaml`.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from skywright.brains.builtin.words.vocabulary import file

_SERVICE = r"(?:\baws +)?(?:\b(?:ec2|elbv2|elb|elasticloadbalancing|cloudwatch|s3api|health)(?: *[:.] *| +))?"
_OPTION = re.compile(
    r"(?<!\S)--(?:instance|volume|resource|target|group|load-balancer)s?(?:-(?:ids?|arns?|names?))?(?:[= ]|$)"
)
_TAGS = re.compile(
    r"--tag-specifications[ =]['\"]?ResourceType=[\w-]+,Tags=\[?((?:\{[^{}]*\},?)+)\]?['\"]?", re.I
)
"""`--tag-specifications ResourceType=instance,Tags=[{Key=Name,Value=web-1}]`; the group is the tags."""
_MONITORING = re.compile(
    r"(?:--)?monitoring(?: *[=: ] *[{'\"]*enabled *[=:] *true|\.state *[=:] *['\"]?enabled)[}'\"]*", re.I
)
"""`Monitoring={Enabled=true}`, as the cloud's own tools have it."""


def plainly(text: str) -> str:
    """The text with every operation that is known said in words."""
    text = _MONITORING.sub("enable detailed monitoring ", text)
    text = _TAGS.sub(lambda match: re.sub(r"[{}]", "", match[1]), text)
    found = _operation().sub(lambda match: f"{_words()[match[1].lower()]} ", text)
    return text if found == text else re.sub(r" {2,}", " ", _OPTION.sub(" ", found))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    """What each operation is in words, by its names in lower case: `stopinstances`, `stop-instances`."""
    spoken: dict[str, str] = {}
    for name, words in file("commands").items():
        spoken[name.lower()] = words
        spoken[re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()] = words
    return spoken


@lru_cache(maxsize=1)
def _operation() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_words(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-]){_SERVICE}({names})(?![\w-])", re.I)
