"""`zdd host trust`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options
from zdd.cli.saying import say

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.model import Endpoint


def trust(
    hosts: Annotated[list[str], typer.Argument(help="Hosts, or patterns of them.", show_default=False)],
    inventory: options.Inventory = [],  # noqa: B006 - Typer copies it
    user: options.User = "",
    yes: options.Yes = False,
    store: options.StoreAt = "",
) -> int:
    """Show the host keys of machines, and record them in known_hosts if you say so: those on the way there first.
    Compare each fingerprint with what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` says on the machine itself.

    zdd host trust web3 -i inventories/production.yml
    """
    from zdd.cli.desk import opened
    from zdd.cli.machines import machines
    from zdd.transport.introduction import way

    with opened(store) as desk:
        ways = [way(endpoint) for endpoint in machines(desk, hosts, inventory, user=user)]
        depth = max(map(len, ways))
        for before in range(depth, 0, -1):  # the farthest from the hosts is the nearest to us
            _trust(desk, list({way[-before].name: way[-before] for way in ways if len(way) >= before}.values()), yes)
    return 0


def _trust(desk: "Desk", endpoints: "Sequence[Endpoint]", yes: bool) -> None:
    """Machines that can be reached by now. One question for all of them."""
    from concurrent.futures import ThreadPoolExecutor

    from zdd.cli.running import confirmed
    from zdd.errors import Refused
    from zdd.transport.introduction import introduced, record

    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(lambda endpoint: introduced(desk.sessions, endpoint), endpoints))
    for each in shown:
        typer.echo(str(each))
    if revoked := [each.endpoint.name for each in shown if each.revoked]:
        raise Refused(f"the key of {', '.join(revoked)} is revoked: it is never trusted")
    if wanted := [each for each in shown if not each.vouched]:
        confirmed(f"Trust {', '.join(each.endpoint.name for each in wanted)}?", yes)
        files = dict.fromkeys(str(record(each)) for each in wanted)
        say(f"recorded in {', '.join(files)}")
