"""All steps by name: those of every host's way, and those that a playbook may write."""

from zdd.entries import Entries
from zdd.steps import Step
from zdd.steps.activate import ACTIVATE, DEACTIVATE
from zdd.steps.adopt import ADOPT
from zdd.steps.drain import DRAIN, SHUT
from zdd.steps.empty import EMPTY
from zdd.steps.enable import ENABLE
from zdd.steps.health import HEALTH
from zdd.steps.http import HTTP
from zdd.steps.idle import IDLE
from zdd.steps.installed import INSTALLED, INSTALLING
from zdd.steps.look import LOOK
from zdd.steps.note import NOTE
from zdd.steps.pause import PAUSE
from zdd.steps.prune import PRUNE
from zdd.steps.python import PYTHON
from zdd.steps.quiesce import QUIESCE, RESUME
from zdd.steps.reboot import REBOOT
from zdd.steps.run import RUN
from zdd.steps.service import SERVICE
from zdd.steps.stage import STAGE
from zdd.steps.unmark import UNMARK
from zdd.steps.up import STEADY, UP
from zdd.steps.wait_for import WAIT_FOR
from zdd.steps.written import COPY, RESTORE, TEMPLATE

OWN: dict[str, Step] = {
    "stage": STAGE,
    "adopt": ADOPT,
    "look": LOOK,
    "drain": DRAIN,
    "quiesce": QUIESCE,
    "empty": EMPTY,
    "shut": SHUT,
    "idle": IDLE,
    "restore": RESTORE,
    "deactivate": DEACTIVATE,
    "installing": INSTALLING,
    "installed": INSTALLED,
    "health": HEALTH,
    "enable": ENABLE,
    "resume": RESUME,
    "up": UP,
    "steady": STEADY,
    "unmark": UNMARK,
    "note": NOTE,
    "prune": PRUNE,
    "pause": PAUSE,
    "activate": ACTIVATE,
    "run": RUN,
    "python": PYTHON,
    "reboot": REBOOT,
    "copy": COPY,
    "template": TEMPLATE,
    "service": SERVICE,
    "http": HTTP,
    "wait_for": WAIT_FOR,
}

STEPS = Entries("zdd.steps", OWN)
