"""A pid namespace for the keeper, where that is allowed: when its first process dies, the kernel kills all of it."""

import os
import subprocess
from collections.abc import Sequence

NAMESPACE = ("unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc")
# Not for root: in a user namespace with one user, root's sshd cannot change to its own unprivileged one.
UNPRIVILEGED = ("--user", "--map-current-user")


def isolation() -> Sequence[str]:
    """The words before the keeper's own; none where the kernel says no."""
    words = NAMESPACE if os.geteuid() == 0 else (*NAMESPACE, *UNPRIVILEGED)
    allowed = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    return words if allowed else ()
