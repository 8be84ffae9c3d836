"""The table of verbs. A verb imports what it needs when it is run, so that `--help` is quick."""

import typer

from zdd.cli import (
    abandon,
    adopt,
    ask,
    deploy,
    doctor,
    exec,
    history,
    host,
    init,
    inventory,
    lab,
    lock,
    plan,
    resume,
    revert,
    schema,
    show,
    status,
    window,
)
from zdd.cli.teaching import FIRST, teach

app = typer.Typer(
    name="zdd",
    help="Take a fleet of machines from one release to the next while users keep using it.",
    epilog=FIRST,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for verb in (init, plan, deploy, resume, revert, abandon, status, history, show, doctor, adopt, schema):
    app.command()(getattr(verb, verb.__name__.rpartition(".")[2]))
app.command("exec")(exec.exec_)
app.command()(ask.pause)
app.command()(ask.abort)
app.add_typer(host.app, name="host")
app.add_typer(lock.app, name="lock")
app.add_typer(inventory.app, name="inventory")
app.add_typer(window.app, name="window")
app.add_typer(lab.app, name="lab")
teach(app)


@app.callback(invoke_without_command=True)
def zdd(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
    """Take a fleet of machines from one release to the next while users keep using it."""
    if version:
        from zdd import __version__

        typer.echo(f"zdd {__version__}")
        raise typer.Exit
