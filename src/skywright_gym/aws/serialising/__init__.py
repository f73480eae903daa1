"""moto's answers put into words quickly, in the very words that moto itself would use."""

from skywright_gym.aws.serialising.overlay import install, uninstall

__all__ = ["install", "uninstall"]
