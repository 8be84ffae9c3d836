"""What a web host of the lab runs, asked directly, past balancers and zdd."""

import json
import time
import urllib.request

from zdd.lab.lab import Machine, Unfit

HEALTHY_WITHIN = 15.0
POLL = 0.1


def wait_until_healthy(host: Machine, version: str) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN
    while answering(host) != version:
        if time.monotonic() > deadline:
            raise Unfit(f"{host.name} does not answer as {version} after {HEALTHY_WITHIN:.0f} s")
        time.sleep(POLL)


def answering(host: Machine) -> str:
    """The version that a host answers with; empty if it does not answer, or says that it is ill."""
    try:
        with urllib.request.urlopen(f"{host.app_url}/healthz", timeout=2.0) as answer:
            return str(json.load(answer)["version"])
    except (OSError, ValueError, KeyError):
        return ""
