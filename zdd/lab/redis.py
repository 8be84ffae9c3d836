"""The lab's Redis: jobs and sessions. It forgets all when it stops."""

from zdd.lab.lab import REDIS_PORT, Machine

CONFIG = """\
bind {address}
port {port}
dir {disk}
daemonize no
save ""
appendonly no
protected-mode no
maxclients 500
"""


def config(machine: Machine) -> str:
    return CONFIG.format(address=machine.address, port=REDIS_PORT, disk=quoted(str(machine.disk)))


def write(machine: Machine) -> None:
    (machine.disk / "redis.conf").write_text(config(machine))


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
