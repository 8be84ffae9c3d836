"""Secrets: where they come from, where they may stand, and that they show nowhere else."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.config.books import INVENTORY, PLAYBOOK, play, recipe
from zdd.config.secrets import HIDDEN, Reference, Sealed, Vault, sealed
from zdd.config.templates import Scope, Unrenderable
from zdd.errors import Invalid
from zdd.journal.codec import plan_text as as_json
from zdd.model import Plan
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen
from zdd.report.plan_text import plan_text

CANARY = "c4nary/of $ome 'length'"
TASKS = "- activate\n- template: {src: env.j2, dest: .env}\n- template: {src: env.j2, dest: /etc/shop.env}"
BOOK = PLAYBOOK.replace("- activate", TASKS)
ENV = INVENTORY.replace("environment: test", "environment: test, pw: !env SHOP_PW")


def vault(**environment: str) -> Vault:
    return Vault(lambda: b"key", environment)


def read(tmp: Path, book: str = BOOK, hosts: str = ENV, **about: Any) -> Any:
    (tmp / "env.j2").write_text("PASSWORD={{ pw }}\nHOST={{ host }}\n")
    return recipe(tmp, book, hosts, **{"vault": vault(SHOP_PW=CANARY), **about})


def refused(tmp: Path, *about: str, **more: Any) -> str:
    with pytest.raises(Invalid) as error:
        read(tmp, *about, **more)
    assert CANARY not in str(error.value)
    return str(error.value)


def test_what_is_frozen_holds_the_reference_and_the_vault_the_value(tmp_path: Path) -> None:
    made, known = read(tmp_path), vault(SHOP_PW=CANARY)
    [inside] = made.plays[0].hosts["web1"].build.files
    text = made.contents[inside.digest].decode()
    assert text == "PASSWORD=***(env:SHOP_PW)\nHOST=web1\n"
    known.learn(Reference.to("env", "SHOP_PW"))
    assert known.reveal(text) == f"PASSWORD={CANARY}\nHOST=web1\n"
    assert inside.mode == "0600" and inside.seal and inside.kept == inside.seal


def test_no_value_and_no_plain_digest_of_one_is_in_plan_or_contents(tmp_path: Path) -> None:
    made = read(tmp_path)
    seen = {"shop@test": {host: Seen(host=host, admin={"lb1": "ready"}) for host in ("web1", "web2", "web3")}}
    plan: Plan = make_plan(made, seen, run="r", emergency=Emergency(no_way_back=True))
    everything = as_json(plan) + plan_text(plan) + "".join(map(str, made.contents.values()))
    for shape in (CANARY, json.dumps(CANARY)[1:-1], base64.b64encode(CANARY.encode()).decode()):
        assert shape not in everything
    from hashlib import sha256

    for content in (CANARY, f"PASSWORD={CANARY}\nHOST=web1\n"):
        assert sha256(content.encode()).hexdigest() not in everything
    assert list(plan.plays[0].secrets) == ["***(env:SHOP_PW)"]


def test_another_value_makes_another_release_and_the_same_one_the_same(tmp_path: Path) -> None:
    ids = [
        read(tmp_path, vault=vault(SHOP_PW=value)).plays[0].hosts["web1"].build.id
        for value in (CANARY, CANARY, "another value")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_also_one_that_goes_into_a_command_s_input(tmp_path: Path) -> None:
    book = PLAYBOOK.replace("- activate", "- run: {command: ./login, stdin: '{{ pw }}'}")
    builds = [read(tmp_path, book, vault=vault(SHOP_PW=value)).plays[0].hosts["web1"] for value in ("one!", "two!")]
    assert builds[0].deploy[0].args["stdin"] == "***(env:SHOP_PW)"
    assert builds[0].build.id != builds[1].build.id


@pytest.mark.parametrize(
    ("task", "where"),
    [
        ("run: 'login {{ pw }}'", "run: a secret cannot stand here"),
        ("run: {shell: 'login {{ pw }}'}", "shell: a secret cannot stand here"),
        ("run: {argv: [login, '{{ pw }}']}", "argv: a secret cannot stand here"),
        ("run: {command: ls, creates: '/{{ pw }}'}", "creates: a secret cannot stand here"),
        ("http: {url: 'http://x/{{ pw }}'}", "url: a secret cannot stand here"),
        ("copy: {content: x, dest: '/{{ pw }}'}", "dest: a secret cannot stand here"),
        ("{run: ls, name: 'with {{ pw }}'}", "a secret cannot stand here"),
        ("copy: {content: '{{ pw }}', dest: /a, mode: '0644'}", "mode: `0644` shows the secret to everybody"),
        ("copy: {content: '{{ pw | upper }}', dest: /a}", "can only be put into a template as it is"),
        ("copy: {content: '{{ pw ~ 1 }}', dest: /a}", "can only be put into a template as it is"),
        ("copy: {content: '{{ [pw] }}', dest: /a}", "can only be put into a template as it is"),
        ("copy: {content: '{{ pw[0] }}', dest: /a}", "has no element 0"),
        ("{run: ls, when: pw == 'x'}", "can only be put into a template as it is"),
        ("{run: ls, when: pw}", "can only be put into a template as it is"),
        ("copy: {content: '{{ url | upper }}', dest: /a}", "can only be put into a template as it is"),
    ],
)
def test_where_it_cannot_stand(tmp_path: Path, task: str, where: str) -> None:
    hosts = ENV.replace("pw: !env", "url: 'db://u:{{ pw }}@x', pw: !env")
    assert where in refused(tmp_path, PLAYBOOK.replace("- activate", f"- {task}"), hosts)


def test_a_variable_that_is_made_of_one_carries_it(tmp_path: Path) -> None:
    hosts = ENV.replace("pw: !env", "url: 'db://u:{{ pw }}@x', pw: !env")
    book = PLAYBOOK.replace("- activate", "- copy: {content: '{{ url }}', dest: /a, mode: '0640'}")
    made = read(tmp_path, book, hosts)
    task = made.plays[0].hosts["web1"].deploy[0]
    assert made.contents[task.args["digest"]] == b"db://u:***(env:SHOP_PW)@x" and task.args["seal"]


def test_a_file_beside_the_inventory_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "pw.txt").write_text(f"{CANARY}\n")
    known = vault()
    read(tmp_path, hosts=ENV.replace("!env SHOP_PW", "!file pw.txt"), vault=known)
    assert known.reveal(next(iter(known.known))) == CANARY


@pytest.mark.parametrize(
    ("hosts", "more", "why"),
    [
        (ENV, {"vault": vault()}, "!env SHOP_PW: this variable is not set in the environment"),
        (ENV, {"vault": vault(SHOP_PW="abc")}, "!env SHOP_PW has fewer than 4 characters"),
        (ENV.replace("!env SHOP_PW", "!file /no/such"), {}, "!file /no/such cannot be read: No such file"),
        (ENV.replace("!env SHOP_PW", "!env ''"), {}, "!env: write a name"),
        (ENV.replace("!env SHOP_PW", "!env '{{ x }}'"), {}, "!env: write a name"),
    ],
)
def test_one_that_cannot_be_had(tmp_path: Path, hosts: str, more: dict[str, Any], why: str) -> None:
    assert why in refused(tmp_path, hosts=hosts, **more)


PLAIN = INVENTORY.replace("environment: test", f"environment: test, pw: {json.dumps(CANARY)}")


def test_a_plain_variable_that_the_play_names(tmp_path: Path) -> None:
    known = vault()
    made = read(tmp_path, BOOK + "secrets: [pw]\n", PLAIN, vault=known)
    assert {f"***(var:web{n}/pw)" for n in (1, 2, 3)} <= set(made.plays[0].secrets)
    assert known.reveal("***(var:web1/pw)") == CANARY


@pytest.mark.parametrize(
    ("book", "hosts", "more", "why"),
    [
        ("secrets: [pww]\n", PLAIN, {}, "no host has a variable `pww`; did you mean `pw`?"),
        ("secrets: [pw]\n", PLAIN, {"extra": {"version": "1.1", "pw": CANARY}}, "written for all to see"),
        (f"secrets: [pw]\ndefaults: {{pw: {json.dumps(CANARY)}}}\n", INVENTORY, {}, "written for all to see"),
        ("secrets: [pw]\n", PLAIN.replace("c4nary", "{{ host }}"), {}, "`pw` is a template"),
        ("secrets: [pw]\n", INVENTORY.replace("environment:", "pw: [a], environment:"), {}, "`pw` is no text"),
        ("secrets: [pw]\n", INVENTORY.replace("environment:", "pw: abc, environment:"), {}, "fewer than 4 characters"),
    ],
)
def test_what_the_play_cannot_name(tmp_path: Path, book: str, hosts: str, more: dict[str, Any], why: str) -> None:
    text = refused(tmp_path, BOOK + book, hosts, **more)
    assert why in text and "play.yml:" in text


@pytest.mark.parametrize(
    "said",
    ["{0}", "x{0}y", "{1}", "{2}", "{3}", "first\n{0}\nlast"],
)
def test_it_is_veiled_in_every_shape(said: str) -> None:
    known = vault(PW=CANARY)
    known.learn(Reference.to("env", "PW"))
    from urllib.parse import quote

    coded = base64.b64encode(CANARY.encode()).decode()
    text = said.format(CANARY, json.dumps({"pw": CANARY}), f"http://{quote(CANARY, safe='')}@x", coded)
    veiled = known.veil(text)
    assert HIDDEN in veiled and "nary" not in veiled and coded not in veiled
    assert known.veiled({"a": [text], "b": 1}) == {"a": [veiled], "b": 1}


def test_a_line_of_a_longer_one_is_veiled_too() -> None:
    known = vault(KEY="-----BEGIN\nabcdefghijkl\n-----END")
    known.learn(Reference.to("env", "KEY"))
    assert known.veil("2: abcdefghijkl") == "2: ***"


def test_its_text_is_no_value_in_any_traceback() -> None:
    with pytest.raises(Unrenderable) as error:
        Scope({"pw": Reference.to("env", "PW")}, vault=vault(PW=CANARY)).text("{{ pw.upper() }}")
    assert CANARY not in str(error.value)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\n"), min_size=1, max_size=20))
def test_any_name_can_be_referred_to(name: str) -> None:
    for kind in ("env", "file", "var"):
        reference = Reference.to(kind, name)
        assert (reference.kind, reference.name) == (kind, name)
        assert sealed(f"a{reference}b")


def test_nothing_can_be_done_with_a_sealed_text() -> None:
    for act in (str, repr, len, bool, list, lambda s: s + "x", lambda s: s == "x", lambda s: f"{s}", lambda s: s[0]):
        with pytest.raises(TypeError):
            act(Sealed("***(env:PW)"))


def test_play_reads_it_as_before_without_secrets(tmp_path: Path) -> None:
    assert play(tmp_path).secrets == {}
