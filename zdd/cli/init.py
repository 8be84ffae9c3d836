"""`zdd init`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli.saying import say

if TYPE_CHECKING:
    from zdd.config.starter import Answers

QUESTIONS = {  # flag -> what is asked on a terminal, and what is meant by no answer; None: there has to be one
    "name": ("What is deployed, in a word", None),
    "hosts": ("On which hosts (web1,web2 or web[1:3])", None),
    "balancers": ("On which machines is HAProxy (none: no balancer)", ""),
    "backend": ("The backend in HAProxy", ""),
    "service": ("The service to restart", ""),
    "health": ("Where it says that it is well, port and path", ":8080/healthz"),
    "environment": ("The environment", "production"),
}


def init(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where to write.", show_default=False)] = Path(),
    name: Annotated[str, typer.Option("--name", help="What is deployed, in a word.", show_default=False)] = "",
    hosts: Annotated[str, typer.Option("--hosts", help="web1,web2 or web[1:3].", show_default=False)] = "",
    balancers: Annotated[str, typer.Option("--balancers", help="Machines with HAProxy.", show_default=False)] = "",
    backend: Annotated[str, typer.Option("--backend", help="There. Default: the name.", show_default=False)] = "",
    service: Annotated[str, typer.Option("--service", help="To restart. Default: the name.", show_default=False)] = "",
    health: Annotated[
        str, typer.Option("--health", help="Port and path.  [default: :8080/healthz]", show_default=False)
    ] = "",
    environment: Annotated[
        str, typer.Option("--environment", help="Of these hosts.  [default: production]", show_default=False)
    ] = "",
) -> int:
    """Write an inventory and a playbook, from a few questions, or from flags where nobody is here. What is there is not
    overwritten.

    zdd init --name shop --hosts "web[1:3]" --balancers lb1
    """
    from zdd.config import starter

    said = {
        "name": name, "hosts": hosts, "balancers": balancers, "backend": backend, "service": service, "health": health,
        "environment": environment,
    }  # fmt: skip
    answers = _answers(_asked(said))
    playbook, inventory = folder / f"{answers.name}.yml", folder / "inventories" / f"{answers.environment}.yml"
    _write({inventory: starter.inventory(answers), playbook: starter.playbook(answers)})
    trust = ["zdd", "host", "trust", "all", "-i", str(inventory)]
    plan = ["zdd", "plan", str(playbook), "-i", str(inventory), "-e", "version=1.0"]
    typer.echo(f"next: {shlex.join(trust)}\nthen: {shlex.join(plan)}")
    return 0


def _asked(said: dict[str, str]) -> dict[str, str]:
    """What was not said by flags is asked on a terminal. Raises `Usage` for what is missing elsewhere."""
    from zdd.errors import Usage

    here = sys.stdin.isatty() and sys.stderr.isatty()
    missing = [f"--{flag}" for flag, (_, default) in QUESTIONS.items() if default is None and not said[flag]]
    if missing and not here:
        raise Usage(f"nobody is here to ask: say {' and '.join(missing)}")
    return {flag: said[flag] or (_ask(flag, said) if here else QUESTIONS[flag][1] or "") for flag in QUESTIONS}


def _ask(flag: str, said: dict[str, str]) -> str:
    question, default = QUESTIONS[flag]
    if flag == "backend" and not said["balancers"]:
        return ""
    said[flag] = typer.prompt(question, default=default, show_default=bool(default), err=True).strip()
    return said[flag]


def _answers(said: dict[str, str]) -> "Answers":
    """Raises `Usage` for what no inventory could hold."""
    from zdd.config.starter import Answers
    from zdd.errors import Usage

    for flag in ("name", "environment"):
        if not said[flag].replace("-", "").replace("_", "").isalnum() or not said[flag].isascii():
            raise Usage(f"--{flag} {said[flag]}: letters, digits, - and _ only")
    if not said["health"].startswith((":", "/")):
        raise Usage(f"--health {said['health']}: write port and path, as :8080/healthz")
    return Answers(**{**said, "hosts": _names(said["hosts"]), "balancers": _names(said["balancers"])})  # type: ignore[arg-type]


def _names(written: str) -> tuple[str, ...]:
    from zdd.config.inventory_ranges import expand
    from zdd.errors import Usage

    names = tuple(filter(None, (name.strip() for name in written.split(","))))
    for name in names:
        try:
            expand(name)
        except ValueError as error:
            raise Usage(str(error)) from error
    return names


def _write(files: "dict[Path, str]") -> None:
    from zdd.errors import Usage

    if there := [str(path) for path in files if path.exists()]:
        raise Usage(f"{' and '.join(there)} is there already, and is not overwritten")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise Usage(f"{path} can't be written: {error.strerror}") from error
        say(f"wrote {path}")
