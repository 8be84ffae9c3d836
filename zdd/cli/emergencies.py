"""The ways around a rule (R16): whoever takes one says why, and the journal keeps it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zdd.cli.options import Around, Hosts, Without
from zdd.cli.saying import say
from zdd.errors import Usage
from zdd.journal.state import State
from zdd.model import BalancerSpec
from zdd.plan.make import Emergency


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a run that is taken up. It is journaled when the run's leases are there, or not at all."""

    verb: str
    about: str = ""
    why: str = ""


def asked(around: Around, hosts: Hosts, **more: Any) -> Emergency:
    """As the plan is told of them."""
    return Emergency(
        no_way_back=around.no_way_back,
        min_serving=around.min_serving,
        without_balancers=tuple(around.without_balancer),
        skip=tuple(hosts.skip),
        **more,
    )


def reasoned(reason: str, ways: Sequence[str]) -> None:
    """Raises `Usage` where a way was asked for without a reason."""
    if ways and not reason.strip():
        raise Usage(f"{', '.join(ways)}: an emergency way is journaled with its reason: say --reason")


def taken(state: State, without: Without, reason: str) -> list[Word]:
    """The run goes on without these hosts and balancers. Raises `Usage` without a reason, or for what it has not."""
    plays = state.forward.plays if state.forward else ()
    ways = [f"--skip {host}" for host in without.skip]
    reasoned(reason, [*ways, *(f"--without-balancer {name}" for name in without.without_balancer)])
    known = {host for play in plays for host in play.targets}
    for host in without.skip:
        if host not in known:
            raise Usage(f"--skip {host}: the run has no such host; it has {', '.join(sorted(known))}")
    warned(without.without_balancer, (spec for play in plays for spec in play.balancers))
    skipped = [Word("skip", host, reason) for host in without.skip]
    return skipped + [Word("without-balancer", name, reason) for name in without.without_balancer]


def warned(without_balancer: Sequence[str], balancers: Iterable[BalancerSpec]) -> None:
    """What leaving a balancer out may mean. Raises `Usage` for one that there is not."""
    known = dict.fromkeys(spec.name for spec in balancers)
    for name in without_balancer:
        if name not in known:
            raise Usage(f"--without-balancer {name}: there are {', '.join(known) or 'none'}")
        say(f"warning: {name} is left out: it may go on sending requests to hosts that are out")
