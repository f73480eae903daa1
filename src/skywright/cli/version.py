"""Which version this is. To be imported when it is asked for: to look takes longer than most commands."""

import importlib.metadata

version = importlib.metadata.version("skywright")
