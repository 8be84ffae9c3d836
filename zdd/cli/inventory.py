"""`zdd inventory`: what the inventories say, as zdd reads them."""

from pathlib import Path
from typing import Annotated

import typer

from zdd.cli import options

PlaybookDir = Annotated[
    Path | None,
    typer.Option(
        "--playbook-dir",
        metavar="FOLDER",
        help="The folder of the playbook: its group_vars count too.",
        show_default=False,
    ),
]

app = typer.Typer(help="Show what the inventories say, as zdd reads them.", no_args_is_help=True)


@app.command("list")
def list_(inventory: options.Inventory = []) -> int:  # noqa: B006 - Typer copies it
    """List every group with its hosts and those of the groups below it.

    zdd inventory list -i inventories/production.yml
    """
    from zdd.cli.inventories import read_inventory
    from zdd.report.inventory_text import groups_text

    typer.echo(groups_text(read_inventory(inventory).groups))
    return 0


@app.command()
def show(
    host: Annotated[str, typer.Argument(metavar="HOST", help="A host's name.", show_default=False)],
    inventory: options.Inventory = [],  # noqa: B006
    explain: Annotated[bool, typer.Option("--explain", help="Say where each was set, and what it overrules.")] = False,
    playbook_dir: PlaybookDir = None,
) -> int:
    """Show a host's variables; `--explain` says which file and line has set each.

    zdd inventory show web1 -i inventories/production.yml --explain
    """
    from zdd.cli.inventories import read_inventory
    from zdd.report.inventory_text import variables_text

    read = read_inventory(inventory, playbook_dir)
    typer.echo(variables_text(read.explain(read.host(host)), explain=explain))
    return 0


@app.command()
def match(
    pattern: Annotated[
        str, typer.Argument(metavar="PATTERN", help='A pattern as Ansible has it: "web:&eu:!web7".', show_default=False)
    ],
    inventory: options.Inventory = [],  # noqa: B006
    limit: options.Limit = [],  # noqa: B006
) -> int:
    """List the hosts of a pattern, one a line, in the order in which a play would take them.

    zdd inventory match "web:&eu:!web7" -i inventories/production.yml
    """
    from zdd.cli.inventories import read_inventory

    read = read_inventory(inventory)
    for host in read.limited(read.select(pattern), limit):
        typer.echo(host)
    return 0
