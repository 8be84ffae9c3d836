"""What each exit code means, in a sentence, and what to type next."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExitCode:
    """`then`: commands. RUN stands for the run's id, PLAYBOOK for the playbook that was typed, FLEET for either."""

    meaning: str
    then: tuple[str, ...] = ()


RESUME, REVERT, STATUS = "zdd resume RUN", "zdd revert RUN", "zdd status RUN"
ABANDON = "zdd abandon RUN --reason WHY"

EXIT_CODES: Mapping[int, ExitCode] = {
    0: ExitCode("done"),
    1: ExitCode("a bug in zdd: nothing more was done", (STATUS, RESUME)),
    2: ExitCode("the command line asks for something that is not there or not clear"),
    3: ExitCode("inventory, playbook or plan is not valid; nothing was touched"),
    4: ExitCode("preflight or staging failed; no host was taken out", ("zdd doctor PLAYBOOK",)),
    5: ExitCode("another run, or a person, has the fleet; nothing was touched", ("zdd lock list FLEET",)),
    6: ExitCode("outside its window; nothing was touched", ("zdd window next PLAYBOOK",)),
    7: ExitCode("the plan is stale: something that it was made from has changed since"),
    8: ExitCode("waiting for approval, which nothing in this version asks for", (STATUS,)),
    9: ExitCode("an unfinished run is in the way; nothing was touched", (RESUME, REVERT, ABANDON)),
    20: ExitCode("halted; the fleet may run both releases, and the run can be carried on", (RESUME, REVERT)),
    21: ExitCode("failed, and reverted: every host is as it was found", ("zdd show RUN",)),
    22: ExitCode("the revert did not succeed everywhere: hands needed", (STATUS, REVERT, ABANDON)),
    23: ExitCode("done, but some hosts were left behind", (RESUME,)),
    24: ExitCode("another controller has taken the fleet over; this one changed nothing more", ("zdd status RUN -w",)),
    130: ExitCode("interrupted; the run can be carried on", (RESUME, REVERT)),
    143: ExitCode("ended by a signal; the run can be carried on", (RESUME, REVERT)),
}


def meaning(code: int) -> str:
    return EXIT_CODES[code].meaning if code in EXIT_CODES else "ended"


def commands(code: int, run: str, playbook: str = "") -> list[str]:
    """What to type next, with names in it. A command that needs a name which is not known is left out; FLEET alone is
    needed only where the store knows several."""
    names = {"RUN": run, "PLAYBOOK": playbook, "FLEET": playbook or run}
    known = EXIT_CODES.get(code, ExitCode(""))
    words = [
        [names.get(word, word) for word in command.split() if word != "FLEET" or names[word]] for command in known.then
    ]
    return [shlex.join(command) for command in words if all(command)]
