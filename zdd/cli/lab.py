"""`zdd lab`: a fleet on this machine."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="A fleet on this machine, to try zdd on: real sshd, HAProxy and services.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", help="Where the lab keeps its disks.")]


@app.command()
def up(
    hosts: Annotated[int, typer.Option("--hosts", min=1, max=100, help="How many web hosts.")] = 2,
    folder: Folder = Path(".lab"),
) -> int:
    """Start it. It lives until `zdd lab down`; writes inventories/lab.yml and dist/shop-*.tar.gz.

    zdd lab up --hosts 6
    """
    from zdd import lab

    found = lab.up(folder, hosts=hosts)
    typer.echo(f"the lab is up: {found.url}  (inventories/lab.yml)")
    return 0


@app.command()
def down(folder: Folder = Path(".lab")) -> int:
    """Stop it. Its disks stay.

    zdd lab down
    """
    from zdd import lab

    lab.down(folder)
    return 0
