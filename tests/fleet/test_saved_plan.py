"""A plan that was saved, on real parts: carried out exactly as it is, once."""

import json

from tests.fleet.program import QUICK, Program


def test_it_is_carried_out_once(zdd: Program) -> None:
    zdd.playbook = QUICK.replace("deploy:\n", 'deploy:\n  - copy: {content: "v={{ version }}\\n", dest: app.conf}\n')
    zdd.deploy("1.0")
    said = zdd.must(0, "plan", *zdd.deploy_words("1.1")[1:-1], "-D", "-o", "plan.json", "--expect-hosts", "2")
    assert "-v=1.0" in said and "+v=1.1" in said and zdd.versions() == {"1.0"}
    zdd.must(3, "plan", *zdd.deploy_words("1.1")[1:-1], "--expect-hosts", "3")
    (zdd.folder / "shop.yml").unlink()  # nothing but the plan is read
    zdd.must(2, "deploy", "plan.json", "-y", "-e", "version=1.2")
    with zdd.no_request_fails():
        zdd.must(0, "deploy", "plan.json", "-y")
    assert zdd.versions() == {"1.1"}
    refused = zdd.must(7, "deploy", "plan.json", "-y")
    assert "web[1-2]" in refused or "web1 runs 1.1-" in refused
    assert json.loads((zdd.folder / "plan.json").read_text())["zdd_plan"] == 1
