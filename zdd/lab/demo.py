"""The demo: two hosts behind one balancer go from 1.0 to 1.1 while clients keep asking, and none of them notices."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from zdd import lab as labs
from zdd.lab.health import answering
from zdd.lab.lab import Lab, Unfit
from zdd.lab.outage import watched
from zdd.lab.traffic import RATE, Traffic, traffic
from zdd.lab.verdict import ENOUGH, Verdict

OLD, NEW = "1.0", "1.1"
PLAYBOOK, INVENTORY = "playbooks/shop.yml", "inventories/lab.yml"
BEFORE, AFTER = 4.0, 2.0  # seconds of traffic around the roll
ENOUGH_WITHIN = ENOUGH / RATE * 2
SLOWEST_DEPLOY = 120.0


class NotDone(Exception):
    """zdd did not do what the demo asked of it."""


def demo(folder: Path, *, keep: bool) -> int:
    """Exit code: 0 only if no request failed, enough were made, and both releases were seen during the roll."""
    lab = fresh(folder, keep=keep)
    try:
        deploy(lab, OLD)
        verdict = rolled(lab)
    finally:
        say_what_to_try() if keep else labs.down(folder)
    Console().print(verdict.table())
    faults = list(verdict.faults())
    say(*faults, "This is not good enough." if faults else "No request failed.")
    return 1 if faults else 0


def fresh(folder: Path, *, keep: bool) -> Lab:
    """A lab with empty disks."""
    if labs.running(folder):
        raise Unfit(f"a lab is up in {folder}: `zdd lab down` first")
    if (folder / "keys").is_dir():
        shutil.rmtree(folder)
    say("Starting two web hosts and a balancer on loopback, each with its own sshd")
    return labs.up(folder, die_with_parent=not keep)


def rolled(lab: Lab) -> Verdict:
    """1.1 goes out while traffic flows."""
    with traffic(lab.url, lab.folder / "traffic.jsonl") as client:
        say(f"Traffic flows: {RATE:.0f} requests a second, a tenth of them slow, a fifth POST, none tried again")
        time.sleep(BEFORE)
        with watched(lab) as out:
            since = time.time()
            deploy(lab, NEW)
            until = time.time()
        time.sleep(AFTER)
        wait_for_enough(client)
    runs = {host.name: answering(host) for host in lab.web}
    return Verdict(versions=(OLD, NEW), seen=client.summary(since, until), out=out, runs=runs)


def deploy(lab: Lab, version: str) -> None:
    say("", f"$ zdd deploy {PLAYBOOK} -i {INVENTORY} -e version={version} -y")
    zdd = Path(sys.executable).with_name("zdd")
    words = [str(zdd), "deploy", PLAYBOOK, "-i", INVENTORY, "-e", f"version={version}", "-y"]
    done = subprocess.run(
        words,
        cwd=lab.folder.parent,
        env={**os.environ, "ZDD_STORE": str(lab.folder / "store")},
        stdin=subprocess.DEVNULL,
        timeout=SLOWEST_DEPLOY,
        check=False,
    )
    if done.returncode != 0:
        raise NotDone(f"zdd deploy of {version} ended with {done.returncode}")


def wait_for_enough(client: Traffic) -> None:
    deadline = time.monotonic() + ENOUGH_WITHIN
    while len(client.answers()) < ENOUGH and time.monotonic() < deadline:
        time.sleep(0.2)


def say_what_to_try() -> None:
    say(
        "",
        "The lab stays up. To try:",
        "  export ZDD_STORE=.lab/store PATH=$PWD/.venv/bin:$PATH",
        f"  zdd status -i {INVENTORY}",
        f"  zdd plan {PLAYBOOK} -i {INVENTORY} -e version={OLD}",
        "  zdd revert",
        "  zdd history",
        "  zdd lab down",
        "",
    )


def say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def main() -> None:
    words = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    words.add_argument("--keep", action="store_true", help="leave the lab up, and say what to try with it")
    given = words.parse_args()
    try:
        sys.exit(demo(Path(".lab").resolve(), keep=given.keep))
    except (NotDone, Unfit) as error:
        print(error, file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 1))


if __name__ == "__main__":
    main()
