"""Which callers count as on this machine, as the environment may say."""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network

from common.conf.env import ConfigurationError, env_list
from common.conf.profile import Profile, profile

Network = IPv4Network | IPv6Network


def demo_networks() -> list[Network]:
    """The networks whose callers count as on this machine (DEMO_NETWORKS).

    In containers even this machine's calls come from the network's gateway. Production
    lets in nobody for where they come from.
    """
    if profile() is Profile.PRODUCTION or not os.environ.get("DEMO_NETWORKS"):
        return []
    return [_network(text) for text in env_list("DEMO_NETWORKS")]


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        allowed = "it must name networks such as 172.30.81.0/24, separated by commas"
        raise ConfigurationError("DEMO_NETWORKS", text, allowed) from None
