"""`zdd exec`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from concurrent.futures import Future

    from zdd.cli.desk import Desk
    from zdd.model import Endpoint
    from zdd.report.answers_text import Answer
    from zdd.transport import Command, Result

FAILED, UNKNOWN, NOBODY, INTERRUPTED = 20, 22, 4, 130


def exec_(
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help='Hosts: "web:&eu:!web7".', show_default=False)],
    words: Annotated[
        list[str],
        typer.Argument(metavar="-- COMMAND", help="A command and its words; or one text for sh.", show_default=False),
    ],
    inventory: options.Inventory = [],  # noqa: B006 - Typer copies it
    limit: options.Limit = [],  # noqa: B006
    forks: Annotated[int, typer.Option("-f", "--forks", min=1, max=64, help="On how many hosts at once.")] = 5,
    timeout: Annotated[float, typer.Option("--timeout", min=1, help="Seconds that it may take on a host.")] = 60.0,
    *,
    login: options.Login,
    store: options.StoreAt = "",
) -> int:
    """Run a command on hosts, a few at a time, and fold equal answers. Nothing is drained, journaled or repeated: to
    look at hosts, not to change them.

    Exit code: 0 if it ended with 0 on every host, 20 if it did not on some, 22 if nobody knows of some, 4 if no host
    was reached.

    zdd exec "web:!web7" -i inventories/production.yml -- uptime
    """
    from zdd.cli.desk import opened
    from zdd.cli.machines import machines
    from zdd.report.answers_text import answers_text

    with opened(store, password=login.ask_become_pass) as desk:
        endpoints = machines(desk, [pattern], inventory, limit, user=login.user, become=login.become)
        answers, code = _asked(desk, endpoints, words, forks, timeout)
        typer.echo(answers_text(answers))
    return code


def _asked(
    desk: "Desk", endpoints: "Sequence[Endpoint]", words: Sequence[str], forks: int, timeout: float
) -> "tuple[dict[str, Answer], int]":
    """Every host's answer, also where a person stops it in the middle; and the exit code."""
    import shlex
    from concurrent.futures import ThreadPoolExecutor, wait

    from zdd.transport import Command

    command = Command(
        verb="exec", script=words[0] if len(words) == 1 else shlex.join(words), timeout=timeout, users_own=True
    )
    stopped = False
    with ThreadPoolExecutor(forks) as pool:
        runs = {endpoint.name: pool.submit(_run, desk, endpoint, command) for endpoint in endpoints}
        try:
            wait(runs.values())
        except KeyboardInterrupt:
            stopped = True
            pool.shutdown(wait=False, cancel_futures=True)
            desk.sessions.close()
    ends = {host: _ended(host, run) for host, run in runs.items()}
    codes = {code for _, code in ends.values()}
    return {host: answer for host, (answer, _) in ends.items()}, INTERRUPTED if stopped else _code(codes)


def _run(desk: "Desk", endpoint: "Endpoint", command: "Command") -> "Result":
    from zdd.steps.place import login

    return desk.sessions.open(endpoint).run(command.by(login(endpoint)))


def _ended(host: str, run: "Future[Result]") -> "tuple[Answer, int]":
    """A host's answer, and the exit code that it alone would give."""
    from concurrent.futures import CancelledError

    from zdd.errors import Failed, Lost, Unreachable
    from zdd.report.answers_text import Answer

    try:
        result = run.result()
    except Unreachable as error:
        return Answer("not reached, nothing was done", _without(host, error)), NOBODY
    except Lost as error:
        return Answer("nobody knows", f"{_without(host, error)}\n{error.output}"), UNKNOWN
    except Failed as error:
        return Answer("refused, nothing was done", _without(host, error)), FAILED
    except CancelledError:
        return Answer("not begun"), INTERRUPTED
    said = "\n".join(text.rstrip() for text in (result.out, result.err) if text.strip())
    return Answer(f"exit {result.exit}", said), FAILED if result.exit else 0


def _without(host: str, error: Exception) -> str:
    """What happened to many hosts is to be said once."""
    return str(error).removeprefix(f"{host}: ")


def _code(codes: set[int]) -> int:
    if codes == {NOBODY}:
        return NOBODY
    return UNKNOWN if UNKNOWN in codes else FAILED if codes - {0} else 0
