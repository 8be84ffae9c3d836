"""What a play may say, as types. What may hold templates is left as it is written, and checked when it is rendered."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from zdd.config.key_types import Batches, Count, Floor, Keys, Size, Text, Time, Width
from zdd.config.release_keys import ReleaseKeys
from zdd.model import OnDeadline, OnFailure


class DrainKeys(Keys):
    """How a host becomes idle."""

    deadline: Time = 60.0
    """how long a host may take to become idle"""
    on_deadline: OnDeadline = "halt"
    """then `halt` puts it back and halts, `force` cuts what is known to be busy, `later` tries once more at the end
    of the batch"""
    sticky: Time = 5.0
    """how long clients that stick to a host may still come, where a backend has persistence"""
    probes: tuple[dict[str, Any], ...] = ()
    """what else must be idle before anything is changed; sessions in the balancers are always awaited"""


class HealthKeys(Keys):
    """When a release is well."""

    checks: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]
    """all of them must pass"""
    passes: Width = 3
    """so many times in a row, on fresh connections"""
    interval: Time = 0.5
    """between two passes"""
    deadline: Time = 60.0
    """how long a host may take to be well"""
    steady: Time = 10.0
    """how long it must stay so once every balancer says that it is up"""


def _health(written: Any) -> Any:
    if written is None:
        raise ValueError("a list of checks is expected; `health: none` says that you want none")
    if written == "none":
        return None
    return {"checks": written} if isinstance(written, list) else written


class PlayKeys(Keys):
    """One play."""

    name: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][\w.-]*$")]
    """the fleet's name, with the inventory's environment: `shop@production`"""
    hosts: Text
    """a host pattern as in Ansible: `web:&eu:!web7`, `web[0:3]`, `~web\\d+`"""
    health: Annotated[HealthKeys | None, BeforeValidator(_health)]
    """checks that say whether a host serves the right release; `none` says that you mean it"""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """variables that are weaker than those of the inventory and of `-e`"""
    batches: Batches = ("", ("25%",))
    """`2`, `25%`, a list whose last repeats (`[1, 25%, 100%]`), or `{by: zone}`: a batch for each value of this
    variable"""
    width: Size | None = None
    """how many hosts are out at once"""
    apart: Text | None = None
    """a variable: two hosts with the same value are never out at once"""
    pause: Time = 0.0
    """between batches"""
    min_serving: Floor | None = None
    """so many hosts, or such a share of them rounded up, serve at every moment"""
    failure_budget: Count = 0
    """how many hosts may fail, over all batches, before no new one starts"""
    on_failure: OnFailure = "revert"
    """past the budget the run is taken back, or halts"""
    stall: Time = 600.0
    """when nothing has moved for so long and nothing is out, the run halts and names each blocker"""
    become: bool = False
    """tasks and balancers are spoken to with `sudo -n`"""
    become_user: Text = "root"
    """as whom"""
    staging_width: Width = 8
    """how many hosts get the release at once"""
    prepare_width: Width = 8
    """how many hosts `prepare` at once"""
    connections: Width = 64
    """how many sessions are open at once"""
    secrets: tuple[Text, ...] = ()
    """variables that show as `***`; those written `!env` or `!file` do so anyway"""
    window: tuple[Text, ...] = ()
    """when a deploy may run: `Sun 02:00-04:00 Europe/Berlin`; a revert always may"""
    freeze: tuple[Text, ...] = ()
    """when it may not"""
    report_to: tuple[Text, ...] = ()
    """commands and addresses that get start, halt, revert and end as JSON"""
    release: ReleaseKeys | None = None
    """what is deployed; a play without it is maintenance"""
    balancers: tuple[dict[str, Any], ...] = ()
    """what sends traffic to the hosts; all of them are spoken to, and read back"""
    drain: DrainKeys = DrainKeys()
    """how a host becomes idle"""
    before: tuple[Any, ...] = ()
    """tasks that are done once, before the first host; each says `on: HOST` or `on: controller`"""
    prepare: tuple[Any, ...] = ()
    """tasks on every host while it serves"""
    deploy: tuple[Any, ...] = ()
    """tasks on a host while it is out"""
    after: tuple[Any, ...] = ()
    """tasks that are done once, when every host is done"""


class TaskKeys(Keys):
    """What stands beside a step."""

    name: Text | None = None
    """what the task is called on the screen"""
    when: Text | bool = True
    """an expression; where it is false the task is left out"""
    become: bool | None = None
    """done with `sudo -n`, whatever the play says"""
    become_user: Text | None = None
    """as whom"""
    timeout: Time | None = None
    """how long one attempt may take"""
    on: Text | None = None
    """where it is done, if not on the host itself: a host, or `controller`"""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """how often it is tried again; only where a repeat is safe"""


class BalancerKeys(Keys):
    """What stands beside an adapter's own keys."""

    hosts: Text
    """the machines that it runs on: a host pattern"""
    serves: Text | None = None
    """the hosts that it sends traffic to, where these are not the play's"""
