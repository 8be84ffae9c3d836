"""A host begins anew: its boot id must change. What was to be rebooted is left on it, so that nothing is done twice."""

from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from zdd.config.seconds import Seconds
from zdd.errors import Failed, Lost
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import Home, place
from zdd.steps.shell import quote, script
from zdd.steps.waiting import Wait
from zdd.transport import Command

BOOT = "/proc/sys/kernel/random/boot_id"
AGAIN = "rebooted"  # printed where it has happened already


class RebootKeys(BaseModel):
    """What a playbook may write under `reboot`; nothing is needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unless: str = ""
    """a command that succeeds where no reboot is needed"""
    deadline: Seconds = 600.0
    """until it answers again, with another boot id"""


def act(site: Site, task: Task) -> Outcome:
    here = place(site, task)
    unless = task.args.get("unless") or ""
    asked = Command(verb="reboot.look", script=f"sh -c {quote(unless)}", args={"line": unless}, users_own=True)
    if unless and here.run(asked).ok:
        return Outcome(status="unchanged")
    try:
        here.do(reboot(here.home, _note(site, task)))
    except Lost as error:
        site.tell(task, str(error))  # it may have gone before it could answer: its boot id will tell
    _await(site, task)
    return Outcome()


def _await(site: Site, task: Task) -> None:
    """Every look takes a session that lives."""
    wait = Wait(site, task, float(task.args.get("deadline") or 600.0))
    while True:
        try:
            if look(site, task):
                return
            why = "it has not begun to reboot"
        except Lost as error:
            why = str(error)
            if wait.over:
                raise Lost(f"it does not answer {wait.seconds:g} s after its reboot: {why}") from error
        if wait.over:
            raise Failed(f"it did not reboot in {wait.seconds:g} s", cause="release")
        wait.on(why, 1.0)


def look(site: Site, task: Task) -> bool | None:
    here = place(site, task)
    return here.do(rebooted(here.home, _note(site, task))).out.strip() == AGAIN


def _note(site: Site, task: Task) -> str:
    return f"boot.{sha256(f'{site.run} {task.id}'.encode()).hexdigest()[:16]}"


def reboot(home: Home, note: str) -> Command:
    """The boot id is on the disk before anything else; the machine goes when the command has answered."""
    body = f"""
umask 007
home {quote(home.state)} {quote(home.fleet)}
cd {quote(home.folder)}
was=$(cat {note} 2>/dev/null || :)
now=$(cat {BOOT})
if [ -n "$was" ] && [ "$was" != "$now" ]; then echo {AGAIN}; exit 0; fi
rm -f boot.*
printf '%s' "$now" > {note}.new
flush {note}.new
mv -f {note}.new {note}
flush .
if command -v systemctl >/dev/null 2>&1; then go='systemctl reboot'; else go='shutdown -r now'; fi
command -v "${{go%% *}}" >/dev/null 2>&1 || go=reboot
(sleep 1; exec $go) </dev/null >/dev/null 2>&1 &
"""
    args = {"folder": home.folder, "note": note}
    return Command(verb="reboot", script=script(body, home=True), args=args, changes=True)


def rebooted(home: Home, note: str) -> Command:
    body = f"""
was=$(cat {quote(f"{home.folder}/{note}")} 2>/dev/null || :)
if [ -n "$was" ] && [ "$was" != "$(cat {BOOT})" ]; then echo {AGAIN}; fi
"""
    return Command(verb="reboot.seen", script=script(body), args={"note": note})


REBOOT = Step(act, look=look, keys=RebootKeys)
