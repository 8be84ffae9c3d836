"""Maintenance on real parts: the example that restarts, and a function of the user's own."""

from pathlib import Path

from tests.fleet.program import QUICK, Program

RESTART = Path(__file__).parents[2] / "playbooks" / "restart.yml"


def test_every_host_is_restarted_without_a_failed_request(zdd: Program) -> None:
    zdd.deploy("1.0")
    before = zdd.must(0, "status")
    (zdd.folder / "restart.yml").write_text(RESTART.read_text())
    with zdd.no_request_fails():
        said = zdd.must(0, "deploy", "restart.yml", "-i", "inventories/lab.yml", "-y")
    assert "restart" in said or "service" in said
    assert zdd.versions() == {"1.0"} and "1.0-" in before


def test_a_function_speaks_through_the_session_that_was_verified(zdd: Program) -> None:
    zdd.deploy("1.0")
    (zdd.folder / "tasks.py").write_text("def greet(c, name):\n    print(c.run(f'echo hello {name}').stdout.strip())\n")
    zdd.playbook = QUICK.replace("  - activate\n", "  - python: {function: greet, args: {name: zdd}}\n  - activate\n")
    zdd.deploy("1.1")
    outputs = [event.data.get("output") for event in zdd.events() if event.task.endswith("/deploy.1")]
    assert outputs.count("hello zdd") == 2 and zdd.versions() == {"1.1"}
