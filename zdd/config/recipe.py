"""What inventory and playbook say together, for every host, with every template rendered. Plan starts from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zdd.model import BalancerSpec, Drain, Endpoint, File, OnFailure, ProbeSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One task as the playbook has it, rendered for one host. A task whose `when` is false is not there."""

    step: str
    args: Mapping[str, Any] = field(default_factory=dict)  # validated by the step's keys, defaults filled in
    name: str = ""
    on: str = ""  # a host's name, "controller", or empty
    become: str | None = None  # a user; empty: who logs in; None: as play and inventory say
    timeout: float = 60.0
    retries: int = 0
    safe: bool = True  # may be repeated without looking first
    origin: str = ""  # "playbooks/shop.yml:31:5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What makes a release on one host."""

    version: str
    id: str = ""  # 64 hex digits: digest of artifact, deploy tasks and rendered files; its first 8 name the directory
    path: str = ""  # empty: the host installs it itself
    artifact: Path = Path()  # absolute; the tarball, or the folder that one was packed from
    artifact_digest: str = ""  # SHA-256 of the tarball
    url: str = ""  # where each host fetches it; empty: the controller sends it
    files: tuple[File, ...] = ()  # relative `dest`: rendered into the release
    kept_files: tuple[File, ...] = ()  # contents that deploy tasks write to absolute paths
    shared: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    asset_files: Mapping[str, str] = field(default_factory=dict)  # what is in them: name -> SHA-256
    owner: str = ""
    keep: int = 5
    current: str = ""  # a command that prints the version which the host runs
    available: str = ""  # one that succeeds where the host can install this version


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecipe:
    """One host of a play."""

    endpoint: Endpoint
    build: Build | None = None  # None: maintenance
    prepare: tuple[Written, ...] = ()
    deploy: tuple[Written, ...] = ()
    health: Mapping[str, Any] = field(default_factory=dict)  # checks, passes, interval, deadline, steady
    checks_at: tuple[str, ...] = ()  # "playbooks/shop.yml:40:5" of each check
    probes: tuple[ProbeSpec, ...] = ()
    batch_by: str = ""  # the value of the variable of `batches: {by: …}`
    apart: str = ""  # the value of the variable of `apart:`


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRecipe:
    """One play. Sizes are as written: a number of hosts or a percentage like "25%"."""

    name: str
    fleet: str  # "shop@production"
    origin: str  # "playbooks/shop.yml:1:1", where errors about the play as a whole point
    pattern: str = ""  # of `hosts:`, as written
    hosts: Mapping[str, HostRecipe]  # in inventory order, before --limit
    limited: tuple[str, ...]  # those that --limit and --skip leave
    batches: tuple[int | str, ...] = ("25%",)
    by: bool = False  # a batch per value of `batch_by`
    width: int | str | None = None
    apart: bool = False
    pause: float = 0.0
    min_serving: int | str | None = None
    failure_budget: int = 0
    on_failure: OnFailure = "revert"
    stall: float = 600.0
    staging_width: int = 8
    prepare_width: int = 8
    window: tuple[str, ...] = ()
    freeze: tuple[str, ...] = ()
    report_to: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)  # reference -> keyed HMAC
    balancers: tuple[BalancerSpec, ...] = ()
    machines: Mapping[str, Endpoint] = field(default_factory=dict)
    drain: Drain = field(default_factory=Drain)
    before: tuple[Written, ...] = ()
    after: tuple[Written, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)  # key -> "file:line:column", for what goes wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A playbook's plays, and the contents that they freeze."""

    playbook: str
    inventories: tuple[str, ...]
    plays: tuple[PlayRecipe, ...]
    contents: Mapping[str, bytes] = field(default_factory=dict)  # SHA-256 -> what was rendered or read
