"""One booted machine: its own systemd, sshd, journal, boot id, disk and address, in namespaces of its own."""

import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

UP = 90.0  # seconds
# Each in a control group of its own, or the services of one would be in those of its neighbour's of the same name.
TREES = [Path("/sys/fs/cgroup") / name for name in ("", "unified", "systemd")]
APART = f"""
for tree in {" ".join(map(str, TREES))}; do
  if [ -w $tree/cgroup.procs ]; then mkdir -p "$tree/$0" && echo $$ >"$tree/$0/cgroup.procs"; fi
done
exec "$@"
"""
REBOOT = 133  # how nspawn ends when the machine wants to begin anew


@dataclass(slots=True)
class Machine:
    """`wire` is the bridge it hangs on; its disk is a layer in memory over the image, and outlives a boot."""

    name: str
    address: str
    wire: str
    disk: Path
    binds: tuple[str, ...] = ()  # what of this machine it sees, as nspawn has them
    process: "subprocess.Popen[bytes] | None" = field(default=None)
    starts: int = 0

    @property
    def space(self) -> str:
        """The network namespace, whose name no other test has."""
        return f"{self.wire}-{self.name}"

    @property
    def cable(self) -> str:
        """An interface's name has at most 15 letters."""
        return f"v{self.wire[-6:]}{self.name}"

    @property
    def card(self) -> str:
        """Its hardware address: the same at each boot, or its neighbours would go on asking the old one."""
        return "02:" + ":".join(f"{int(part):02x}" for part in ("0", *self.address.split(".")))

    @property
    def layer(self) -> Path:
        return self.disk.with_suffix(".layer")

    # -- its life

    def make(self, image: Path, key: Path) -> None:
        for folder in (self.disk, self.layer):
            folder.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(self.layer))
        for name in ("upper", "work"):
            (self.layer / name).mkdir(mode=0o755)
        layers = f"lowerdir={image},upperdir={self.layer}/upper,workdir={self.layer}/work"
        run("mount", "-t", "overlay", "-o", layers, "overlay", str(self.disk))
        authorized = self.disk / "home/deploy/.ssh/authorized_keys"
        authorized.write_bytes(key.with_suffix(".pub").read_bytes())
        (self.disk / "etc/hostname").write_text(f"{self.name}\n")
        (self.disk / "etc/hosts").write_text(f"127.0.0.1 localhost\n{self.address} {self.name}\n")
        (self.disk / "etc/machine-id").write_text("")

    def boot(self) -> None:
        self._lay_cable()
        threading.Thread(target=self._keep_on, args=(self._start(),), daemon=True).start()

    def _keep_on(self, process: "subprocess.Popen[bytes]") -> None:
        while process.wait() == REBOOT:
            process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        words = [
            "sh",
            "-c",
            APART,
            self.space,
            "systemd-nspawn",
            "-q",
            "-D",
            str(self.disk),
            "-M",
            self.space,
            "--register=no",
            "--keep-unit",
        ]
        words += [f"--network-namespace-path=/run/netns/{self.space}", "--resolv-conf=off", "--boot"]
        words += ["--rlimit=NOFILE=200000:200000", "--console=pipe", *self.binds]
        log = self.disk.with_suffix(".log").open("ab")
        self.starts += 1
        self.process = process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        return process

    def _lay_cable(self) -> None:
        ip("netns", "add", self.space)
        peer = ("peer", "name", "eth0", "address", self.card, "netns", self.space)
        ip("link", "add", self.cable, "type", "veth", *peer)
        ip("link", "set", self.cable, "master", self.wire, "up")
        ip("-n", self.space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.space, "link", "set", "eth0", "up")
        ip("-n", self.space, "link", "set", "lo", "up")

    def wait(self) -> None:
        """Until its sshd answers."""
        deadline = time.monotonic() + UP
        while not self.answers(22):
            assert self.process and self.process.poll() is None, self.disk.with_suffix(".log").read_text()[-2000:]
            assert time.monotonic() < deadline, f"{self.name} is not up after {UP:.0f} s"
            time.sleep(0.1)

    def answers(self, port: int) -> bool:
        with socket.socket() as attempt:
            attempt.settimeout(1.0)
            return attempt.connect_ex((self.address, port)) == 0

    def pull_the_plug(self) -> None:
        """Its first process dies, and the kernel ends all others; killed itself, nspawn would leave them behind."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in children.read_text().split() if self.process.poll() is None else ():
            os.kill(int(pid), signal.SIGKILL)
        self.process.wait(timeout=10)
        ip("netns", "del", self.space)
        subprocess.run(["ip", "link", "del", self.cable], capture_output=True, check=False)  # it may be gone with it

    def bury(self) -> None:
        if self.process:
            self.pull_the_plug()
            for group in (tree / self.space for tree in TREES):
                if group.is_dir():
                    run("find", str(group), "-depth", "-type", "d", "-exec", "rmdir", "{}", ";")
        for folder in (self.disk, self.layer):
            subprocess.run(
                ["umount", "-l", str(folder)], capture_output=True, check=False
            )  # it may not have come so far

    # -- its network

    def cut_off(self) -> None:
        ip("link", "set", self.cable, "down")

    def reconnect(self) -> None:
        ip("link", "set", self.cable, "up")


def ip(*words: str) -> None:
    run("ip", *words)


def run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
