"""What the real cloud does and plain moto does not: the rules, and how they are laid over moto."""

from skywright_gym.aws.behaviour.catalogue import install, rules
from skywright_gym.aws.behaviour.rule import Rule

__all__ = ["Rule", "install", "rules"]
