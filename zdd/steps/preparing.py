"""The folder that zdd keeps on a machine, made by sudo for a group of people."""

from zdd.steps.shell import quote, script
from zdd.transport import Command

ROOT = "root"


def prepare(state: str, group: str) -> Command:
    """Prints what it is now. Without a group: that of who logs in."""
    body = f"""
state={quote(state)}
group={quote(group)}
[ -n "$group" ] || group=$(id -gn "${{SUDO_USER:-$(id -un)}}")
{{ getent group "$group" || grep "^$group:" /etc/group; }} >/dev/null 2>&1 ||
  no 67 "there is no group $group: groupadd $group"
mkdir -p "$state"
chgrp -R "$group" "$state"
chmod -R ug+rwX,o-rwx "$state"
find "$state" -type d -exec chmod g+s {{}} +
flush "$state"
echo "$state is $(stat -c '%U:%G %a' "$state")"
"""
    args = {"state": state, "group": group}
    return Command(verb="host.prepare", script=script(body), args=args, become=ROOT, changes=True)


def may_write(state: str) -> Command:
    """Whether who logs in may use it."""
    where = quote(state)
    return Command(verb="host.prepared", script=f"[ -w {where} ] && [ -x {where} ]", args={"state": state})
