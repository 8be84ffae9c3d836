"""Ansible's words, and zdd's for the same (R1)."""

PLAY_WORDS = {
    "tasks": "write `deploy`",
    "pre_tasks": "write `prepare` (on every host while it serves) or `before` (once for the run)",
    "post_tasks": "write `after`",
    "serial": "write `batches`",
    "throttle": "write `width`",
    "max_fail_percentage": "write `failure_budget`: a number of hosts of the play, over all its batches",
    "any_errors_fatal": "leave it out: `failure_budget` is 0 unless you write another",
    "handlers": "say what they do in `deploy`",
    "roles": "roles run in the `ansible` step, which is not in this version; say what they do in `deploy`",
    "gather_facts": "leave it out: zdd gathers no facts",
    "vars": "write `defaults`, which is weaker than the inventory",
    "vars_files": "put them beside the inventory in group_vars/, or say -e @FILE",
    "remote_user": "write `ansible_user` in the inventory, or say -u",
    "strategy_plugin": "leave it out",
    "environment": "write it in the inventory, as a variable: it names the fleet",
    "order": "leave it out: hosts go in inventory order",
    "force_handlers": "leave it out: there are no handlers",
}
TASK_WORDS = {
    "delegate_to": "write `on: HOST`",
    "run_once": "put the task under `before` or `after`",
    "rescue": "write `on_failure: revert` or `halt` in the play",
    "block": "write its tasks one after the other; `on_failure` says what happens when one fails",
    "always": "leave it out: zdd puts back what it took out",
    "register": "write `unless` or `check`, which say whether it happened",
    "notify": "say it in `deploy`, where it happens",
    "loop": "write one task for each",
    "with_items": "write one task for each",
    "changed_when": "write `creates` or `unless`",
    "failed_when": "write a `run` that exits with something else than 0",
    "ignore_errors": "write `failure_budget` in the play, or a `run` that exits 0",
    "delegate_facts": "leave it out: there are no facts",
    "until": "write `wait_for`",
    "tags": "leave it out: a deploy is done as a whole",
    "no_log": "leave it out: secrets never show",
    "async": "write `timeout`",
    "poll": "leave it out",
    "become_method": "leave it out: zdd calls `sudo -n`",
}
STEP_WORDS = {
    "command": "write `run: {command: …}`",
    "shell": "write `run: {shell: …}`",
    "script": "write `copy`, then `run`",
    "systemd": "write `service`",
    "systemd_service": "write `service`",
    "uri": "write `http`",
    "pause": "write `pause` in the play, between batches",
    "file": "write `run`, with `creates`",
    "unarchive": "write `release.artifact`",
    "synchronize": "write `release.artifact`",
    "git": "write `release.artifact`",
    "debug": "leave it out",
    "set_fact": "write `defaults` in the play",
    "apt": "write `run: {command: apt-get install -y …}`; where that is the release, `release.current`",
    "include_tasks": "write the tasks themselves",
    "import_tasks": "write the tasks themselves",
    "include_role": "roles run in the `ansible` step, which is not in this version",
    "import_role": "roles run in the `ansible` step, which is not in this version",
    "import_playbook": "one file holds all plays of a run",
}
NOT_YET = {
    "strategy": "canary and blue/green are not in this version; a play rolls",
}
STEPS_NOT_YET = ("migrate", "flag", "ansible", "approve")


def bare(word: str) -> str:
    """`ansible.builtin.command` is `command`."""
    return word.rpartition(".")[2] if word.startswith(("ansible.", "community.")) else word
