"""botocore for one address alone: nothing of the user's is read, and nothing leads anywhere else.

Owns what makes it so. Who calls what is up to whoever makes a client.
"""

from typing import Any

from botocore.config import Config
from botocore.session import Session


def session() -> Session:
    """botocore with its models, and without the user's configuration and profile."""
    unread = {"profile": None, "config_file": "", "credentials_file": ""}
    return Session(session_vars={name: (None, None, value, None) for name, value in unread.items()})


def config(**more: Any) -> Config:
    """The settings of a client that keeps to the address it is given, and more of them."""
    return Config(
        ignore_configured_endpoint_urls=True,
        # One address for everything: no host name per bucket or account, and no proxy in between.
        s3={"addressing_style": "path"},
        proxies={},
        inject_host_prefix=False,
        use_fips_endpoint=False,
        use_dualstack_endpoint=False,
        **more,
    )
