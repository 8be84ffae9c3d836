"""What a task is called on the screen: its name, or its step with what it is done to."""

from zdd.model import Task

TELLING = ("name", "dest", "command", "shell", "url", "on")  # the argument that tells one task of a step from another
WIDEST = 32


def title(task: Task) -> str:
    """`drain` · `service shop restarted` · `run bin/migrate --all` · or whatever the playbook calls it."""
    if task.name:
        return task.name
    words = [task.step]
    if task.part == "change":
        words += [str(task.args[key]) for key in TELLING if isinstance(task.args.get(key), str)][:1]
        words += [str(task.args["state"])] if task.step == "service" and "state" in task.args else []
    text = " ".join(" ".join(words).split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
