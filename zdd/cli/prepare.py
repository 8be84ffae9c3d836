"""`zdd host prepare`."""

from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.model import Endpoint


def prepare(
    hosts: Annotated[list[str], typer.Argument(help="Hosts, or patterns of them.", show_default=False)],
    inventory: options.Inventory = [],  # noqa: B006 - Typer copies it
    group: Annotated[
        str,
        typer.Option("--group", help="The group of all operators. Default: that of who logs in.", show_default=False),
    ] = "",
    user: options.User = "",
    yes: options.Yes = False,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Make zdd's own folder on machines (`/var/lib/zdd`, or the inventory's `zdd_state`) by sudo, for a group:
    each operator in it can carry on what another began. What is in it already goes to the group as well.

    zdd host prepare web:lb -i inventories/production.yml --group ops
    """
    from zdd.cli.desk import opened
    from zdd.cli.machines import machines
    from zdd.cli.running import confirmed

    with opened(store, password=ask_become_pass) as desk:
        endpoints = machines(desk, hosts, inventory, user=user)
        confirmed(f"Prepare {', '.join(f'{e.state} on {e.name}' for e in endpoints)}?", yes)
        failed = [endpoint.name for endpoint in endpoints if not _prepare(desk, endpoint, group)]
    return 4 if failed else 0


def _prepare(desk: "Desk", endpoint: "Endpoint", group: str) -> bool:
    from zdd.cli.saying import say
    from zdd.errors import Failed, Lost
    from zdd.steps.preparing import may_write, prepare

    try:
        session = desk.sessions.open(endpoint)
        said = session.run(prepare(endpoint.state, group))
        may = said.ok and session.run(may_write(endpoint.state)).ok
    except (Lost, Failed) as error:
        say(str(error))
        return False
    if not said.ok:
        say(f"{endpoint.name}: {said.last_words}")
    elif not may:
        say(f"{endpoint.name}: {said.out.strip()}; who logs in is not in that group: `usermod -aG`, and log in anew")
    else:
        typer.echo(f"{endpoint.name}: {said.out.strip()}")
    return said.ok and may
