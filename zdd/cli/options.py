"""Options that several verbs share, and groups of them. Where the meaning is Ansible's, so is the letter."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zdd.cli.completing import runs


class Output(StrEnum):
    """How a run is shown."""

    auto = "auto"
    live = "live"
    plain = "plain"
    jsonl = "jsonl"
    quiet = "quiet"


Playbook = Annotated[Path, typer.Argument(metavar="PLAYBOOK", help="The playbook, a YAML file.", show_default=False)]
Inventory = Annotated[
    list[Path],
    typer.Option(
        "-i",
        "--inventory",
        envvar="ZDD_INVENTORY",
        metavar="PATH",
        help="Inventory file, folder or script.",
        show_default=False,
    ),
]
Extra = Annotated[
    list[str],
    typer.Option(
        "-e",
        "--extra-vars",
        metavar="NAME=VALUE",
        help="key=value, JSON, or @file.yml; wins over all.",
        show_default=False,
    ),
]
Limit = Annotated[
    list[str],
    typer.Option("-l", "--limit", metavar="PATTERN", help="Only these hosts: a pattern, or @file.", show_default=False),
]
Skip = Annotated[list[str], typer.Option("--skip", metavar="HOST", help="Leave this host out.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is journaled.", show_default=False)]
NoWayBack = Annotated[bool, typer.Option("--no-way-back", help="Deploy also where no release could be restored.")]
MinServing = Annotated[
    int | None,
    typer.Option(
        "--min-serving",
        metavar="NUMBER",
        help="Another floor than the playbook's, in an emergency.",
        show_default=False,
    ),
]
WithoutBalancer = Annotated[
    list[str],
    typer.Option(
        "--without-balancer",
        metavar="NAME",
        help="Leave this balancer out; it may go on sending to hosts.",
        show_default=False,
    ),
]
Supersede = Annotated[
    str, typer.Option("--supersede", metavar="RUN", help="Take over this unfinished run's hosts.", show_default=False)
]
ExpectHosts = Annotated[
    int | None, typer.Option("--expect-hosts", help="Refuse if it is another number of hosts.", show_default=False)
]
Diff = Annotated[bool, typer.Option("-D", "--diff", help="Show files beside what the hosts have.")]
WaitWindow = Annotated[bool, typer.Option("--wait-window", help="Outside its window, wait until it opens.")]
Override = Annotated[
    str,
    typer.Option(
        "--override", metavar="REASON", help="Go on outside the window; the reason is journaled.", show_default=False
    ),
]
User = Annotated[
    str, typer.Option("-u", "--user", help="Who logs in, where the inventory does not say.", show_default=False)
]
Become = Annotated[bool, typer.Option("-b", "--become", help="By sudo, where the inventory does not say.")]
AskBecomePass = Annotated[
    bool, typer.Option("-K", "--ask-become-pass", help="Ask for a password for sudo; without one it is `sudo -n`.")
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")]
Shown = Annotated[Output, typer.Option("--output", envvar="ZDD_OUTPUT", help="How the run is shown.")]
StoreAt = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="ZDD_STORE",
        metavar="PLACE",
        help="Where runs are kept: a folder or a database URL.",
        show_default=False,
    ),
]
RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's id or its beginning, or a fleet.", show_default=False, autocompletion=runs
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a playbook is read with."""

    inventory: Inventory = field(default_factory=list)
    extra: Extra = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Which of its hosts are meant."""

    limit: Limit = field(default_factory=list)
    skip: Skip = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who does it on machines of which the inventory does not say."""

    user: User = ""
    become: Become = False
    ask_become_pass: AskBecomePass = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that a playbook is read with."""

    files: Files = field(default_factory=Files)
    hosts: Hosts = field(default_factory=Hosts)
    login: Login = field(default_factory=Login)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a person wants to see or to know before anything is begun."""

    diff: Diff = False
    expect_hosts: ExpectHosts = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A person's yes, and why."""

    yes: Yes = False
    reason: Reason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """Whom a run that is taken up goes on without."""

    skip: Skip = field(default_factory=list)
    without_balancer: WithoutBalancer = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The ways around a rule that a plan is made with (R16)."""

    no_way_back: NoWayBack = False
    min_serving: MinServing = None
    without_balancer: WithoutBalancer = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What is done outside of a window."""

    wait_window: WaitWindow = False
    override: Override = ""
