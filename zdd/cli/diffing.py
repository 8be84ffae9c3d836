"""What `--diff` shows: the files of a play, rendered, beside what each host has in their places."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from zdd.cli.desk import Desk
from zdd.config.recipe import HostRecipe, Recipe
from zdd.errors import Lost
from zdd.model import File
from zdd.report.diff_text import Difference, diff_text
from zdd.steps.file_commands import read
from zdd.steps.place import login

AT_ONCE = 32


def differences(desk: Desk, recipe: Recipe) -> str:
    """As text; nothing is changed."""
    wanted = [(host, play.hosts[host]) for play in recipe.plays for host in play.limited]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda one: list(_of_host(desk, recipe, *one)), wanted)
        return diff_text(difference for host in found for difference in host)


def _of_host(desk: Desk, recipe: Recipe, host: str, mine: HostRecipe) -> Iterator[Difference]:
    endpoint = mine.endpoint
    for dest, file in _files(mine):
        try:
            result = desk.sessions.open(endpoint).run(read(dest).by(login(endpoint)))
        except Lost:
            continue  # which preflight has said
        new = recipe.contents[file.digest].decode(errors="replace")
        there = desk.vault.veil(result.out) if result.ok else None
        yield Difference(host=host, dest=dest, there=there, new=new, secret=bool(file.seal))


def _files(mine: HostRecipe) -> Iterator[tuple[str, File]]:
    """Where each is now, or would be."""
    if mine.build:
        yield from ((f"{mine.build.path}/current/{file.dest}", file) for file in mine.build.files)
    for task in (*mine.prepare, *mine.deploy):
        if task.step in ("copy", "template"):
            yield task.args["dest"], File(**task.args)
