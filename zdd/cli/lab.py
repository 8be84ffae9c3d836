"""`zdd lab`: a fleet on this machine."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="A fleet on this machine, to try zdd on: real sshd, HAProxy and services.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", metavar="FOLDER", help="Where the lab keeps its disks.")]


@app.command()
def up(
    hosts: Annotated[int, typer.Option("--hosts", min=1, max=100, metavar="NUMBER", help="How many web hosts.")] = 6,
    balancers: Annotated[
        int, typer.Option("--balancers", min=1, max=9, metavar="NUMBER", help="How many HAProxy instances.")
    ] = 2,
    workers: Annotated[bool, typer.Option(help="A background worker beside each app, and a Redis.")] = True,
    folder: Folder = Path(".lab"),
) -> int:
    """Start it. It lives until `zdd lab down`; writes inventories/lab.yml and dist/shop-*.tar.gz.

    zdd lab up --hosts 2 --balancers 1 --no-workers
    """
    from zdd import lab

    found = lab.up(folder, hosts=hosts, balancers=balancers, workers=workers)
    typer.echo(f"the lab is up, {found.size}: {' and '.join(found.urls)}  (inventories/lab.yml)")
    return 0


@app.command()
def down(folder: Folder = Path(".lab")) -> int:
    """Stop it. Its disks stay.

    zdd lab down
    """
    from zdd import lab

    lab.down(folder)
    return 0
