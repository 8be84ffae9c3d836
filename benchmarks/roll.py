"""Six hosts, two at a time, from one release to the next under load: from the first drain to the last host fully up."""

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

import zdd.lab
from benchmarks.contest import ROOT, child, in_turns, ran
from benchmarks.figure import Figure, Report, Sample, ratios, shares
from benchmarks.programs import program
from zdd.journal.store import Store
from zdd.lab.lab import Lab, Machine
from zdd.model import Event

HERE = Path(__file__).parent
HOSTS, VERSIONS = 6, ("1.0", "1.1")
WORK = "roll of 6 hosts, 2 at a time, under load"
CLIENT = ROOT / "zdd" / "steps" / "services" / "supervisor_client.py"


def run(runs: int) -> Report:
    with laboratory() as lab:
        roll = Roll(lab)
        roll.prepare()
        with load(lab):
            samples = in_turns(runs, {"zdd": roll.by_zdd, "script": roll.by_script, "ansible": roll.by_ansible})
    walls = {name: [sample.wall for sample in mine] for name, mine in samples.items()}
    floor = median(walls["script"])
    return Report(
        figures=(
            Figure(
                work=WORK,
                against="a bare script with one open session per host",
                what="wall",
                values=ratios(walls["zdd"], walls["script"]),
                most=1.25,
            ),
            Figure(
                work=WORK,
                against="Ansible's textbook playbook",
                what="wall",
                values=ratios(walls["zdd"], walls["ansible"]),
                most=0.4,
            ),
        ),
        phases={name: shares(mine, floor) for name, mine in samples.items()},
    )


@contextlib.contextmanager
def laboratory() -> Iterator[Lab]:
    with tempfile.TemporaryDirectory(prefix="zdd-bench-") as folder:
        lab = zdd.lab.up(Path(folder) / ".lab", hosts=HOSTS, die_with_parent=True)
        try:
            yield lab
        finally:
            zdd.lab.down(lab.folder)


@contextlib.contextmanager
def load(lab: Lab) -> Iterator[None]:
    words = [sys.executable, "-m", "benchmarks.load", lab.url]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as client:
        try:
            yield
        finally:
            client.terminate()
            assert client.stdout
            print(f"requests: {client.stdout.read().decode().strip()}", file=sys.stderr)


class Roll:
    """The same fleet, taken to and fro by each contestant in turn."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.folder = lab, lab.folder.parent
        self.versions = itertools.cycle(VERSIONS)

    def prepare(self) -> None:
        """Both releases on every disk. The supervisor calls a service started at once: the checks say when it is."""
        for host in self.lab.web:
            started_at_once(host)
        shutil.copy(HERE / "roll.yml", self.folder)
        self.deploy()
        self.deploy()

    def deploy(self) -> None:
        words = [*self.words("roll.yml"), "-e", f"version={next(self.versions)}", "-y"]
        ran([program("zdd"), "deploy", *words], self.environment())

    def words(self, playbook: str) -> list[str]:
        return [str(self.folder / playbook), "-i", str(self.lab.inventory)]

    def environment(self) -> dict[str, str]:
        return {"ZDD_STORE": str(self.folder / "store"), "ZDD_OUTPUT": "quiet"}

    # -- the contestants

    def by_zdd(self) -> Sample:
        self.deploy()
        store = Store.open(self.folder / "store")
        try:
            return from_journal(store.since(store.runs()[0].id, 0))
        finally:
            store.close()

    def by_script(self) -> Sample:
        return child("benchmarks.roll_script", str(self.lab.inventory), next(self.versions))

    def by_ansible(self) -> Sample:
        version, log = next(self.versions), self.folder / "ansible.log"
        log.unlink(missing_ok=True)
        variables = {
            "version": version,
            "client": str(CLIENT),
            "ansible_python_interpreter": "/usr/bin/python3",
        }
        words = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
        playbook, inventory = str(HERE / "roll_ansible.yml"), str(self.lab.inventory)
        command = [program("ansible-playbook"), playbook, "-i", inventory, *words]
        ran(command, self.ansible_environment(log))
        return from_log(log.read_text())

    def ansible_environment(self, log: Path) -> dict[str, str]:
        known = f"-o UserKnownHostsFile={self.lab.known_hosts}"
        return {
            "ANSIBLE_PIPELINING": "True",
            "ANSIBLE_FORKS": "20",
            "ANSIBLE_SSH_ARGS": f"-F none -o ControlMaster=auto -o ControlPersist=30s {known}",
            "ANSIBLE_LOG_PATH": str(log),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "HOME": os.environ.get("HOME", "/"),
        }


def started_at_once(host: Machine) -> None:
    configuration = host.disk / "supervisord.conf"
    configuration.write_text(configuration.read_text().replace("startsecs=1", "startsecs=0"))
    control = [sys.executable, "-m", "supervisor.supervisorctl", "-s", f"unix://{host.supervisor_socket}"]
    ran([*control, "update"])


# ---- from the first drain to the last host fully up


def from_journal(events: list[Event]) -> Sample:
    """zdd's own journal says when."""
    began = {event.task: event.at for event in events if event.kind == "task.started"}
    ended = {event.task: event.at for event in events if event.kind == "task.ended"}
    rolled = [task for task in ended if task.count("/") == 2 and named(task) not in ("stage", "unmark", "prune")]
    first = min(at for task, at in began.items() if named(task) == "drain")
    phases: dict[str, float] = {}
    for task in rolled:
        phases[named(task)] = phases.get(named(task), 0.0) + ended[task] - began[task]
    return Sample(wall=max(ended[task] for task in rolled) - first, phases=phases)


def named(task: str) -> str:
    """`shop@lab/web1/deploy.1` → swap."""
    name = task.rpartition("/")[2]
    return {"deploy.1": "swap", "deploy.2": "restart"}.get(name, name)


def from_log(text: str) -> Sample:
    """Ansible's own log says when each task began; the last line is its recap."""
    marks: list[tuple[float, str]] = []
    for line in text.splitlines():
        stamp, _, said = line.partition(" p=")
        if "TASK [" in said or "PLAY RECAP" in said:
            name = said.partition("TASK [")[2].partition("]")[0]
            marks.append((datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S,%f").timestamp(), name))
    phases: dict[str, float] = {}
    for (at, name), (then, _) in itertools.pairwise(marks):
        phases[name] = phases.get(name, 0.0) + then - at
    return Sample(wall=marks[-1][0] - marks[0][0], phases=phases)
