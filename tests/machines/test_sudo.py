"""A login whose sudo asks for a password: given once, right or wrong, and seen by nobody."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.machines.site import Site
from tests.machines.traffic import no_request_fails
from tests.person import typed

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits until the disk is made

PASSWORD = f"right-{secrets.token_hex(8)}"
WRONG = f"wrong-{secrets.token_hex(8)}"
ASKED = "Password for sudo on the machines: "
DEPLOY = ("deploy", "shop.yml", "-e", "version=1.1", "-y")
# Both note what they are started with: the login's shell all that sshd hands it, sudo what a script makes of that.
NOTING = """#!/bin/sh
{ printf '%s\\n' "$@"; env; } >>/tmp/started
exec PROGRAM "$@"
"""
LOGIN = f"""
useradd --create-home --shell /usr/local/bin/noting ops
echo ops:{PASSWORD} | chpasswd
echo 'ops ALL=(ALL) ALL' >/etc/sudoers.d/ops
cp -r /home/deploy/.ssh /home/ops/
chown -R ops:ops /home/ops/.ssh
cat >/usr/local/bin/noting <<'NOTING'
{NOTING.replace("PROGRAM", "/bin/sh")}NOTING
cat >/usr/local/bin/sudo <<'NOTING'
{NOTING.replace("PROGRAM", "/usr/bin/sudo")}NOTING
chmod 755 /usr/local/bin/*
touch /tmp/started
chmod 666 /tmp/started
"""


@dataclass(frozen=True, slots=True)
class Ops:
    """Somebody who logs in as `ops` everywhere, and becomes root there."""

    site: Site

    def types(self, password: str, *words: str) -> str:
        environment = {**self.site.environment(), "TERM": "dumb"}
        command = self.site.command(*words, "-i", "ops.yml", "-K")
        return typed(command, {ASKED: password}, self.site.folder, environment)

    def touched(self) -> list[str]:
        """When anything of a release or of zdd's own was last changed, machine by machine."""
        newest = "find /srv /var/lib/zdd -printf '%T@ %p\\n' | sort -n | tail -n 1"
        return [self.site.ssh(machine, f"sudo {newest}") for machine in self.site.machines]


@pytest.fixture(scope="module")
def ops(machines: Site) -> Iterator[Ops]:
    for machine in machines.machines:
        machines.ssh(machine, f"sudo sh -s <<'LOGIN'\n{LOGIN}LOGIN")
    text = (machines.folder / "inventory.yml").read_text()
    become = "ansible_user: ops\n    ansible_become: true\n"
    (machines.folder / "ops.yml").write_text(text.replace("ansible_user: deploy\n", become))
    yield Ops(machines)
    for machine in machines.machines:
        machines.ssh(machine, "sudo rm /usr/local/bin/sudo")


def test_without_it_preflight_says_what_helps(ops: Ops) -> None:
    before = ops.touched()
    said = ops.site.must(4, *DEPLOY, "-i", "ops.yml")
    refused = "sudo to root was refused: a password is required; -K asks you for it"
    assert re.search(rf"^web\[1-2\]: {refused}", said, re.MULTILINE), said
    assert re.search(rf"^lb1 at \S+:\d+:\d+: {refused}", said, re.MULTILINE), said
    assert ops.touched() == before


def test_a_wrong_one_is_given_to_one_machine_and_touches_nothing(ops: Ops) -> None:
    before = ops.touched()
    said = ops.types(WRONG, *DEPLOY)
    assert said.endswith("exit 4") and said.count(ASKED) == 1, said
    assert said.count("sudo to root was refused with the password of -K: 1 incorrect password attempt") == 1, said
    assert "the password of -K was not given: it was wrong on " in said, said
    count = "sudo journalctl | grep -c 'ops.*incorrect password' || :"
    tries = [int(ops.site.ssh(machine, count)) for machine in ops.site.machines]
    assert sorted(tries) == [0, 0, 1]
    assert ops.touched() == before
    assert not seen(ops.site, WRONG)


def test_the_right_one_does_everything_and_is_seen_nowhere(ops: Ops) -> None:
    new = ops.site.turn()
    with no_request_fails(ops.site.url):
        said = ops.types(PASSWORD, "deploy", "shop.yml", "-e", f"version={new}", "-y")
    assert said.endswith("exit 0") and said.count(ASKED) == 1, said
    assert ops.site.versions() == {new}
    for verb in (("take", "-m", "work on the network"), ("list",), ("release",)):
        said += ops.types(PASSWORD, "lock", verb[0], "shop.yml", *verb[1:])
        assert said.endswith("exit 0"), said
    assert "held by hand" in said
    assert PASSWORD not in said
    assert not seen(ops.site, PASSWORD)


def seen(site: Site, password: str) -> list[str]:
    """Where it was left: here, in what the machines were told to run, in their journals, on their disks."""
    here = [str(path) for path in site.folder.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    search = f"""sudo journalctl --no-pager >/tmp/journal
grep -q COMMAND= /tmp/journal && grep -q zdd /tmp/started || echo nothing was noted
sudo grep -rlF -f - /tmp /srv /var /home /etc /root <<'PASSWORD'
{password}
PASSWORD
:"""
    return here + [f"{machine.name}: {said}" for machine in site.machines if (said := site.ssh(machine, search))]
