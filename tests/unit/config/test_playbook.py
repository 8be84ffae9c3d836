"""What people write in a playbook, and what they are told when it cannot be."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.config.books import PLAYBOOK, play, recipe
from zdd.cli.reading import TABLES
from zdd.config.ansible_words import NOT_YET, PLAY_WORDS, STEP_WORDS, STEPS_NOT_YET, TASK_WORDS
from zdd.config.playbook import read_plays
from zdd.errors import Invalid, ZddError

HEALTHLESS = PLAYBOOK.partition("health:")[0]


def said(tmp: Path, playbook: str | bytes, **about: Any) -> str:
    with pytest.raises(Invalid) as refused:
        recipe(tmp, playbook, **about)
    assert refused.value.exit_code == 3
    return str(refused.value).replace(f"{tmp}/", "")


# what is written -> where it points, and what it says
WRONG: dict[str, tuple[str | bytes, str]] = {
    "unknown key": (PLAYBOOK + "batchs: 2\n", "10:1: unknown key `batchs`; did you mean `batches`?"),
    "wrong type": (PLAYBOOK + "batches: [true]\n", "10:10: batches: write a number of hosts"),
    "twice": (PLAYBOOK + "name: shop\n", "10:1: `name` stands twice; the first is in line 1"),
    "no batch": (PLAYBOOK + "batches: 0\n", "10:10: batches: 0 hosts is none"),
    "too much": (PLAYBOOK + "batches: 150%\n", "10:10: batches: '150%' is neither"),
    "a time without unit": (PLAYBOOK + "pause: 30\n", "10:8: pause: 30 has no unit: write 500ms, 30s"),
    "a sexagesimal time": (PLAYBOOK + "pause: 1:30\n", "10:8: pause: `1:30` is read as the number 90: write a time"),
    "a version that is a number": (
        PLAYBOOK.replace('"{{ version }}"', "1.10"),
        '3:20: version: text is expected: write "1.10" in quotation marks',
    ),
    "a bare mode": (
        PLAYBOOK.replace("- activate", "- copy: {content: x, dest: a, mode: 0600}"),
        '6:37: mode: text is expected: write "0600" in quotation marks',
    ),
    "a bare template": (PLAYBOOK.replace('"{{ version }}"', "{{ version }}"), "3:21: a name is expected here"),
    "a bare exclamation mark": (PLAYBOOK.replace("hosts: web", "hosts: !web7"), "2:8: `!web7` is read as a tag"),
    "an undefined variable": (
        PLAYBOOK.replace("address", "adress"),
        "9:15: `adress` is undefined; did you mean `address`?",
    ),
    "a broken template": (PLAYBOOK.replace("{{ address }}", "{{ address"), "9:15: line 1 of the template"),
    "no such group": (PLAYBOOK.replace("hosts: web", "hosts: wbe"), "2:8: "),
    "a pattern without hosts": (PLAYBOOK.replace("hosts: web", "hosts: web:!web"), "2:8: "),
    "a missing artifact": (PLAYBOOK.replace("artifact: shop", "artifact: nope"), "3:47: there is no "),
    "no health": (HEALTHLESS, "1:1: `health` is missing"),
    "a step that is not there": (
        PLAYBOOK.replace("- activate", "- activat"),
        "6:3: there is no step `activat`; did you",
    ),
    "an unknown argument": (PLAYBOOK.replace("state:", "stat:"), "7:25: unknown key `stat`; did you mean `state`?"),
    "another state": (PLAYBOOK.replace("restarted", "restart"), "7:32: state: `restart` is not one of"),
    "no host": (PLAYBOOK.replace("- activate", "- {activate: , on: web9}"), "on: no host `web9`; did you mean"),
    "no probe": (PLAYBOOK + "drain: {probes: [nosuch: {}]}\n", "10:18: there is no probe `nosuch`"),
    "before says nowhere": (PLAYBOOK + "before: [run: ls]\n", "10:10: under `before` a task says where"),
    "empty": ("", "1:1: the playbook is empty"),
    "text": ("shop\n", "1:1: a play is a mapping"),
    "not UTF-8": (PLAYBOOK.encode() + b"# caf\xe9\n", "10:1: this is not UTF-8"),
    "a tab": ("name: shop\n\thosts: web\n", "2:1: this is not YAML: a tab cannot indent"),
    "retries of what may not be repeated": (
        PLAYBOOK.replace("- activate", "- {run: ./migrate, retries: 3}"),
        "6:9: retries: `run` may not be done twice",
    ),
    "a file on the controller": (
        PLAYBOOK + "after: [{copy: {content: x, dest: /a}, on: controller}]\n",
        "10:16: on: `copy` is done on a host",
    ),
    "become_user of nobody": (
        PLAYBOOK.replace("- activate", "- {activate: , become: false, become_user: www}"),
        "6:14: become_user: the task says `become: false` beside it",
    ),
    "a version that no folder can have": (PLAYBOOK.replace("{{ version }}", "../x"), "3:20: version: `../x` cannot"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_place_and_remedy(tmp_path: Path, what: str) -> None:
    written, message = WRONG[what]
    assert f"play.yml:{message}" in said(tmp_path, written) or f": {message}" in said(tmp_path, written)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = said(tmp_path, PLAYBOOK + "batchs: 2\npause: 30\nfailure_budgt: 0\n")
    assert [line.split(":")[1] for line in text.splitlines()] == ["10", "11", "12"]


def test_a_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    for path, why in ((tmp_path, "this is a folder"), (tmp_path / "no.yml", "there is no such file")):
        with pytest.raises(Invalid, match=why):
            read_plays(path, TABLES)


@pytest.mark.parametrize("word", PLAY_WORDS)
def test_ansible_s_words_of_a_play(tmp_path: Path, word: str) -> None:
    assert f"play.yml:10:1: `{word}`: {PLAY_WORDS[word]}" in said(tmp_path, PLAYBOOK + f"{word}: x\n")


@pytest.mark.parametrize("word", TASK_WORDS)
def test_ansible_s_words_beside_a_step(tmp_path: Path, word: str) -> None:
    text = said(tmp_path, PLAYBOOK.replace("- activate", f"- {{activate: , {word}: x}}"))
    assert f"`{word}`: {TASK_WORDS[word]}" in text


@pytest.mark.parametrize("word", [*STEP_WORDS, "ansible.builtin.shell", "community.general.uri"])
def test_ansible_s_modules(tmp_path: Path, word: str) -> None:
    text = said(tmp_path, PLAYBOOK.replace("- activate", f"- {word}: x"))
    assert f"play.yml:6:3: `{word}`: {STEP_WORDS[word.rpartition('.')[2]]}" in text


@pytest.mark.parametrize("word", [*NOT_YET, *STEPS_NOT_YET])
def test_what_does_not_exist_yet_says_so(tmp_path: Path, word: str) -> None:
    written = PLAYBOOK.replace("- activate", f"- {word}: x") if word in STEPS_NOT_YET else PLAYBOOK + f"{word}: x\n"
    assert "not in this version" in said(tmp_path, written)


def test_the_rules_that_the_contract_names(tmp_path: Path) -> None:
    """Ansible's word -> zdd's."""
    table = {
        "tasks": "deploy",
        "pre_tasks": "prepare",
        "post_tasks": "after",
        "serial": "batches",
        "throttle": "width",
        "max_fail_percentage": "failure_budget",
        "handlers": "deploy",
        "roles": "ansible",
    }
    for word, ours in table.items():
        assert f"`{ours}`" in PLAY_WORDS[word]
    for word, ours in {"delegate_to": "on", "run_once": "before", "rescue": "on_failure", "register": "unless"}.items():
        assert f"`{ours}" in TASK_WORDS[word]


def test_a_task_may_run_on_the_controller_without_become_and_again(tmp_path: Path) -> None:
    after = "after: [{http: {url: 'http://x/'}, on: controller, become: false, retries: 2, timeout: 5s}]\n"
    [task] = play(tmp_path, PLAYBOOK + after).after
    assert (task.on, task.become, task.retries, task.timeout) == ("controller", "", 2, 5.0)


def test_become_of_a_task_is_its_own_user_the_play_s_or_unsaid(tmp_path: Path) -> None:
    tasks = "- {activate: , become: true}\n- {activate: , become_user: www}\n- activate"
    written = play(tmp_path, PLAYBOOK.replace("- activate", tasks)).hosts["web1"].deploy
    assert [task.become for task in written] == ["root", "www", None, None]


def test_another_user_makes_another_release(tmp_path: Path) -> None:
    builds = [
        play(tmp_path, PLAYBOOK.replace("- activate", task)).hosts["web1"].build
        for task in ("- activate", "- {activate: , become: false}", "- {activate: , become: true}")
    ]
    assert len({build.id for build in builds if build}) == 3


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "replace")))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("books") / "play.yml"
    path.write_text(text)
    try:
        read_plays(path, TABLES)
    except ZddError as error:
        assert str(error).strip()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["name", "hosts", "health", "deploy", "before", "release", "balancers", "drain", "batches", "when"]
)


@given(st.dictionaries(KEYS, VALUES))
def test_no_value_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, written: dict[str, Any]) -> None:
    import yaml

    path = tmp_path_factory.mktemp("books") / "play.yml"
    path.write_text(yaml.safe_dump(written, allow_unicode=True))
    try:
        read_plays(path, TABLES)
    except ZddError as error:
        assert str(error).strip()


def python(tmp: Path, task: str = "python: {function: warm, args: {n: 3}}") -> str:
    (tmp / "tasks.py").write_text("def warm(c, n): ...\ndef warmed(c): ...\n")
    return PLAYBOOK.replace("- activate", f"- {task}")


def test_a_function_is_frozen_with_its_file_and_makes_another_release(tmp_path: Path) -> None:
    book = python(tmp_path)
    first = recipe(tmp_path, book)
    [task, _] = first.plays[0].hosts["web1"].deploy
    assert first.contents[task.args["digest"]] == (tmp_path / "tasks.py").read_bytes() and not task.safe
    (tmp_path / "tasks.py").write_text("def warm(c, n): print(n)\n")
    builds = [one.plays[0].hosts["web1"].build for one in (first, recipe(tmp_path, book))]
    assert len({build.id for build in builds if build}) == 2


@pytest.mark.parametrize(
    ("task", "why"),
    [
        ("python: wram", "has no function `wram`; did you mean `warm`?"),
        ("python: {function: warm, check: nosuch}", "has no function `nosuch`; there are warm, warmed"),
        ("{python: warm, retries: 2}", "retries: `python` may not be done twice"),
        ("{python: warm, on: controller}", "on: `python` is done on a host"),
    ],
)
def test_a_function_that_cannot_be_called(tmp_path: Path, task: str, why: str) -> None:
    assert why in said(tmp_path, python(tmp_path, task))


URL = PLAYBOOK.replace("artifact: shop", 'artifact: "https://x/shop-{{ version }}.tar.gz", sha256: "{{ sum }}"')
SUM = {"version": "1.1", "sum": "a" * 64}


def test_an_artifact_that_hosts_fetch(tmp_path: Path) -> None:
    build = play(tmp_path, URL, extra=SUM).hosts["web1"].build
    assert build and (build.url, build.artifact_digest) == ("https://x/shop-1.1.tar.gz", "a" * 64)
    other = play(tmp_path, URL, extra={**SUM, "sum": "b" * 64}).hosts["web1"].build
    assert other and other.id != build.id


@pytest.mark.parametrize(
    ("written", "extra", "why"),
    [
        (URL.replace(', sha256: "{{ sum }}"', ""), SUM, "a URL needs `sha256` beside it"),
        (URL, {**SUM, "sum": "a" * 63}, "is no SHA-256"),
        (URL.replace("https:", "ftp:"), SUM, "is no address that curl and wget know"),
        (URL.replace("shop-", "shop -"), SUM, "is no address that curl and wget know"),
        (
            URL.replace("sha256:", "assets: [pub], sha256:"),
            SUM,
            "assets: they need an artifact that the controller has",
        ),
        (PLAYBOOK.replace("artifact: shop", "artifact: shop, sha256: aa"), SUM, "sha256: it is for URLs"),
    ],
)
def test_one_that_they_cannot_fetch(tmp_path: Path, written: str, extra: dict[str, str], why: str) -> None:
    assert why in said(tmp_path, written, extra=extra)


def test_a_limit_that_names_nobody_is_said_of_the_limit(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"^--limit:1:1: `wbe` matches nothing; did you mean `web`\?"):
        recipe(tmp_path, limit=["wbe"])


def test_an_artifact_that_is_not_there_is_answered_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Invalid, match=rf"^\S*play.yml:3:\d+: there is no \S+shpo; is it {tmp_path}/shop\?"):
        recipe(tmp_path, PLAYBOOK.replace("artifact: shop", "artifact: shpo"))
