"""Who is told of a run: commands, and addresses that take a POST."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from zdd.config.sheet import Sheet


def report_to(sheet: Sheet) -> tuple[str, ...]:
    """Rendered for the play's first host. A command that begins with ./ or ../ is looked for beside the playbook."""
    return tuple(_targets(sheet))


def is_address(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _targets(sheet: Sheet) -> Iterator[str]:
    for number, written in enumerate(sheet.keys.report_to):
        spot = sheet.spot("report_to", number)
        text = sheet.rendering.text(written, spot, sheet.scopes.of(sheet.hosts[0]))
        try:
            yield text if is_address(text) else _beside(Path(sheet.draft.document.file), text)
        except ValueError as error:
            sheet.wrong(spot, f"report_to: {error}")


def _beside(playbook: Path, command: str) -> str:
    """The command with the absolute path of a program that lies in a folder. Raises `ValueError`."""
    words = shlex.split(command)
    if not words:
        raise ValueError("write a command, or an http:// or https:// address")
    if "/" not in words[0]:
        return command
    program = (playbook.absolute().parent / Path(words[0]).expanduser()).resolve()
    if not program.is_file():
        raise ValueError(f"there is no {program}")
    return shlex.join([str(program), *words[1:]])
