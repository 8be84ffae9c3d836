"""The demo: six hosts with sessions and jobs go from 1.0 to 1.1 while clients keep asking, and none of them notices."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from zdd import lab as labs
from zdd.lab import control, releases
from zdd.lab.lab import Lab, Unfit
from zdd.lab.stretch import Seen, stretch
from zdd.lab.verdict import Verdict

OLD, NEW, ILL, DEAD = "1.0", "1.1", "1.2", "1.3"
PLAYBOOK, INVENTORY = "playbooks/shop.yml", "inventories/lab.yml"
BEFORE, AFTER = 2.5, 1.0  # seconds of traffic around the rolls
AT_ONCE = 2
SLOWEST_DEPLOY = 120.0
REVERTED = 21


class NotDone(Exception):
    """zdd did not do what the demo asked of it."""


def demo(folder: Path, *, keep: bool) -> int:
    """Exit code: 0 only if nobody noticed what zdd did, and what a bare script did was noticed."""
    lab = fresh(folder, keep=keep)
    try:
        tell("Nobody uses the fleet yet: zdd puts 1.0 on it.")
        deploy(lab, OLD)
        verdict = Verdict(versions=(OLD, NEW), zdd=by_zdd(lab), script=by_script(lab))
    finally:
        tell_what_to_try() if keep else labs.down(folder)
    Console().print(verdict.table())
    faults = list(verdict.faults())
    tell(*faults, "This is not good enough." if faults else "With zdd nobody noticed anything.")
    return 1 if faults else 0


def fresh(folder: Path, *, keep: bool) -> Lab:
    """A lab with empty disks, and two releases that are broken."""
    if labs.running(folder):
        raise Unfit(f"a lab is up in {folder}: `zdd lab down` first")
    if (folder / "keys").is_dir():
        shutil.rmtree(folder)
    tell(
        "Starting six web hosts with a background worker each, two HAProxy instances and a Redis. All of it listens on",
        f"loopback only, keeps its files in {folder.name}/, and {'stays up' if keep else 'is gone when this ends'}.",
    )
    lab = labs.up(folder, hosts=6, balancers=2, workers=True, die_with_parent=not keep)
    releases.build(lab.dist, ILL, "fails health")
    releases.build(lab.dist, DEAD, "never starts")
    return lab


def by_zdd(lab: Lab) -> Seen:
    """1.1 goes out while traffic and jobs flow; so do 1.2 and 1.3, and come back."""
    tell(
        "Traffic flows through both balancers: users with sessions, some bound to a host, every tenth request slow,",
        "none tried again. Jobs are enqueued all the while; each writes down when it begins and when it has ended.",
    )
    with stretch(lab, "zdd", assets=True) as running:
        time.sleep(BEFORE)
        tell(
            "1.1, two hosts at a time. Each leaves both balancers, finishes the requests and jobs it has in hand, is",
            "switched, must pass its health check, and is back before the next ones leave. Four serve at any moment.",
        )
        with running.roll():
            deploy(lab, NEW)
        tell(
            "1.2 starts, and HAProxy's own check is content with it, but it takes no orders. zdd asks for more while",
            "the first two hosts are still out: no user meets 1.2, and zdd takes it back.",
        )
        with running.roll():
            deploy(lab, ILL, REVERTED)
        tell("1.3 never starts. The first two hosts go back to 1.1; the other four never notice.")
        with running.roll():
            deploy(lab, DEAD, REVERTED)
        time.sleep(AFTER)
    return running.seen()


def by_script(lab: Lab) -> Seen:
    """The same hosts, releases, traffic and jobs; what is missing is the drain."""
    tell(f"Now the same without zdd. Back to {OLD} while nobody looks …")
    control.roll(lab, OLD, at_once=len(lab.web))
    with stretch(lab, "script", assets=True) as running:
        time.sleep(BEFORE)
        tell(
            f"… and {NEW} again, by a script over ssh: two hosts at a time, the link swapped, services restarted, each",
            "host healthy before the next. It is careful in everything but the drain, and clients will notice.",
        )
        with running.roll():
            control.roll(lab, NEW, at_once=AT_ONCE)
        time.sleep(AFTER)
    return running.seen()


def deploy(lab: Lab, version: str, code: int = 0) -> None:
    print(f"\n$ zdd deploy {PLAYBOOK} -i {INVENTORY} -e version={version} -y", flush=True)
    zdd = Path(sys.executable).with_name("zdd")
    words = [str(zdd), "deploy", PLAYBOOK, "-i", INVENTORY, "-e", f"version={version}", "-y"]
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "KILL", "--", *words],  # its fleet goes when this process goes
        cwd=lab.folder.parent,
        env={**os.environ, "ZDD_STORE": str(lab.folder / "store")},
        stdin=subprocess.DEVNULL,
        timeout=SLOWEST_DEPLOY,
        check=False,
    )
    if done.returncode != code:
        raise NotDone(f"zdd deploy of {version} ended with {done.returncode}, not with {code}")


def tell_what_to_try() -> None:
    tell(
        "The lab stays up. To try:",
        "  export ZDD_STORE=.lab/store PATH=$PWD/.venv/bin:$PATH",
        f"  zdd status -i {INVENTORY}",
        f"  zdd plan {PLAYBOOK} -i {INVENTORY} -e version={OLD}",
        "  zdd revert",
        "  zdd history",
        "  zdd lab down",
        "",
    )


def tell(*lines: str) -> None:
    print("", *lines, sep="\n", flush=True)


def main() -> None:
    words = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    words.add_argument("--keep", action="store_true", help="leave the lab up, and say what to try with it")
    given = words.parse_args()
    try:
        sys.exit(demo(Path(".lab").resolve(), keep=given.keep))
    except (NotDone, Unfit) as error:
        print(error, file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 1))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
