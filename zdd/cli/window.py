"""`zdd window`: when a playbook's fleets may be changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from datetime import datetime

    from zdd.config.recipe import PlayRecipe

app = typer.Typer(help="Say when fleets may be changed.", no_args_is_help=True, rich_markup_mode=None)
At = Annotated[
    str,
    typer.Option(
        "--at", metavar="TIME", help="At this time, as 2026-12-24T18:00; now if left out.", show_default=False
    ),
]


@app.command("list")
def listed(
    playbook: options.Playbook,
    *,
    files: options.Files,
    at: At = "",
) -> int:
    """Print each window and freeze of a playbook, and when it comes next.

    zdd window list playbooks/shop.yml -i inventories/production.yml
    """
    from zdd.config.window import window
    from zdd.plan.windows import shown

    now = _moment(at)
    for play in _plays(playbook, files):
        typer.echo(play.fleet)
        for kind, lines in (("window", play.window or ("always",)), ("freeze", play.freeze)):
            for text in lines:
                made = window(text)
                span = next(made.spans(now), None) if made else None
                when = f"{shown(span.opens)} to {shown(span.closes)}" if span else "" if made is None else "never again"
                typer.echo(f"  {kind}  {text}  {when}".rstrip())
    return 0


@app.command("next")
def following(
    playbook: options.Playbook,
    *,
    files: options.Files,
    at: At = "",
) -> int:
    """Print whether each fleet may be changed, and until or from when.

    zdd window next playbooks/shop.yml -i inventories/production.yml
    """
    for line, _ in _told(playbook, files, at):
        typer.echo(line)
    return 0


@app.command()
def check(
    playbook: options.Playbook,
    *,
    files: options.Files,
    at: At = "",
) -> int:
    """Exit 0 if a deploy may begin, 6 if not.

    zdd window check playbooks/shop.yml -i inventories/production.yml && zdd deploy …
    """
    told = list(_told(playbook, files, at))
    for line, _ in told:
        typer.echo(line)
    return 0 if all(is_open for _, is_open in told) else 6


def _told(playbook: options.Playbook, files: options.Files, at: str) -> Iterator[tuple[str, bool]]:
    from zdd.plan.windows import Calendar, shown

    for play in _plays(playbook, files):
        hours = Calendar.of(play.window, play.freeze).at(_moment(at))
        until = shown(hours.until) if hours.until or not hours.open else "further notice"
        yield f"{play.fleet}: {'open until' if hours.open else 'closed; opens'} {until}", hours.open


def _plays(playbook: options.Playbook, files: options.Files) -> "tuple[PlayRecipe, ...]":
    from zdd.cli.reading import read_outlines

    return read_outlines(playbook, files)


def _moment(at: str) -> "datetime":
    """A time without a zone is that of this machine."""
    from datetime import UTC, datetime

    from zdd.errors import Usage

    if not at:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Usage(f"--at {at}: write a time such as 2026-12-24T18:00 or 2026-12-24T18:00+01:00") from error
