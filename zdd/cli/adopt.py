"""`zdd adopt`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.config.recipe import PlayRecipe, Recipe
    from zdd.errors import Finding
    from zdd.model import Release
    from zdd.steps.adopt_commands import Tree


From = Annotated[
    str, typer.Option("--from", metavar="FOLDER", help="Where the tree is, if it is not `current`.", show_default=False)
]


def adopt(
    playbook: options.Playbook,
    *,
    given: options.Given,
    source: From = "",
    consent: options.Consent,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Make a release of what hosts run already, so that a deploy over it has a way back: the tree behind `current` is
    copied into releases/, and `current` leads to the copy, without a moment in which it is missing. `-e version=` says
    what it is; today's deploy tasks become the way back to it. The old tree stays, and who runs from it goes on. What
    is written into it after the copy stays there: name such folders under `shared`.

    zdd adopt shop.yml -i inventories/production.yml -e version=1.0
    """
    from zdd.cli.answering import answered
    from zdd.cli.desk import opened
    from zdd.cli.planning import complain
    from zdd.cli.reading import read_adoption
    from zdd.cli.running import confirmed
    from zdd.cli.unfinished import refuse_unfinished

    with answered(output.value), opened(store, password=given.login.ask_become_pass) as desk:
        recipe = read_adoption(playbook, given)
        refuse_unfinished(desk, recipe, "")
        complain(list(_looked(desk, recipe, source)), (host for play in recipe.plays for host in play.hosts))
        confirmed(f"Adopt these as releases of {', '.join(play.fleet for play in recipe.plays)}?", consent.yes)
        return _adopt(desk, recipe, source, consent.reason or f"adopt {playbook.name}", output.value)


def _adopt(desk: "Desk", recipe: "Recipe", source: str, reason: str, output: str) -> int:
    """Lease, plan, and the run."""
    from random import SystemRandom

    from zdd.cli.carry import carry
    from zdd.cli.leasing import Keeping, leased
    from zdd.cli.planning import freeze
    from zdd.clock import SystemClock
    from zdd.journal.run_id import new_run_id
    from zdd.plan.adoption import adoption

    run = new_run_id(SystemClock(), SystemRandom())
    fleets = [Keeping.of_recipe(play) for play in recipe.plays]
    with leased(desk, fleets, run, reason) as leases:
        plan = adoption(recipe, source, run=run)
        freeze(desk, recipe)
        desk.store.create(plan)
        return carry(desk, run, leases, output, plan, at_any_time=True)


def _looked(desk: "Desk", recipe: "Recipe", source: str) -> "Iterator[Finding]":
    """Says of every host what will be done; what is in the way of it comes back."""
    from concurrent.futures import ThreadPoolExecutor

    from zdd.cli.saying import say
    from zdd.plan.adoption import adopted

    with ThreadPoolExecutor(16) as pool:
        for play in recipe.plays:
            looks = pool.map(lambda host, play=play: _look(desk, play, host, source), play.limited)
            for host, (tree, findings) in zip(play.limited, looks, strict=True):
                yield from findings
                if tree and not findings:
                    say(f"{host}: {_becomes(tree, adopted(play, host))}")


def _look(desk: "Desk", play: "PlayRecipe", host: str, source: str) -> "tuple[Tree | None, list[Finding]]":
    from zdd.errors import Failed, Finding, Lost
    from zdd.steps.adopt_commands import look, parse
    from zdd.steps.checks import check_once
    from zdd.steps.findings import unanswered
    from zdd.steps.place import login

    of = play.hosts[host]
    assert of.build
    try:
        session = desk.sessions.open(of.endpoint)
        result = session.run(look(of.build.path, source).by(login(of.endpoint)))
        ill = check_once(session, of.health)
    except (Lost, Failed) as error:
        return None, [unanswered(host, error, "--skip it")]
    if not result.ok:
        return None, [Finding(host, f"cannot be looked at: {result.last_words}")]
    tree = parse(result.out)
    wrong = list(_wrong(host, of.build.path, tree))
    if ill:
        remedy = "say with -e version= what it really runs, or --skip it"
        wrong.append(Finding(host, f"is not well as {of.build.version}, and no way back would be: {ill}", remedy))
    return tree, wrong


def _wrong(host: str, path: str, tree: "Tree") -> "Iterator[Finding]":
    from zdd.errors import Finding

    if not tree.source:
        yield Finding(host, f"has no folder behind {path}/current", "say --from FOLDER where its tree is")
    elif tree.free < tree.bytes:
        yield Finding(host, f"has {tree.free >> 20} MiB free, and the copy needs {tree.bytes >> 20} MiB", "make room")
    if tree.kind == "file":
        yield Finding(host, f"{path}/current is a file", "say --from FOLDER where its tree is, and take the file away")
    if tree.kind == "folder" and not tree.exchanger:
        what = f"{path}/current is a folder, and nothing there can exchange it with a link in one act"
        remedy = (
            "install python3 or coreutils 9.5; or take the host out (zdd host drain), stop its service, and `mv` it"
        )
        yield Finding(host, what, remedy)


def _becomes(tree: "Tree", release: "Release") -> str:
    if tree.source.endswith(f"/releases/{release.name}"):
        return f"{release.directory} is that release already"
    return f"{tree.source} ({tree.bytes >> 20} MiB) becomes {release.directory}, by {_how(tree)}"


def _how(tree: "Tree") -> str:
    return {"folder": f"exchanging a folder and a link ({tree.exchanger})", "link": "one rename of a link"}.get(
        tree.kind, "a new link"
    )
