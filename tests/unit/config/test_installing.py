"""Releases that hosts install themselves: what a playbook may say of them, and what it cannot."""

from pathlib import Path

import pytest

from tests.unit.config.books import INVENTORY, PLAYBOOK, folder, play, recipe
from zdd.cli.reading import TABLES
from zdd.cli.saved_plan import SavedPlan, load, save
from zdd.config import adoption, inventory, resolve
from zdd.config.secrets import Vault
from zdd.errors import Invalid
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen

CURRENT, AVAILABLE = "dpkg-query -W -f '${Version}' shop", "apt-cache madison shop | grep -F ' {{ version }} '"
PACKAGE = PLAYBOOK.replace("artifact: shop", f'current: "{CURRENT}", available: "{AVAILABLE}"').replace(
    "- activate", "- run: apt-get install shop={{ version }}"
)


def spoilt(old: str, new: str) -> str:
    assert old in PACKAGE
    return PACKAGE.replace(old, new)


def beside(more: str) -> str:
    """One more key of the release."""
    return spoilt('version: "{{ version }}", ', f'version: "{{{{ version }}}}", {more}, ')


FOLDERS = "has no folder of zdd's"
WRONG = {
    "neither": (spoilt(f'current: "{CURRENT}", available: "{AVAILABLE}"', ""), "3:10: release: write `artifact`, or"),
    "both": (beside("artifact: shop"), "current: zdd puts an `artifact` there itself"),
    "sha256": (beside(f"sha256: {'a' * 64}"), "3:45: sha256: it belongs to `artifact`"),
    "path": (beside("path: /srv/x"), "3:43: path: it belongs to `artifact`"),
    "owner": (beside("owner: shop"), "3:44: owner: it belongs to `artifact`"),
    "shared": (beside("shared: [log]"), "3:45: shared: it belongs to `artifact`"),
    "assets": (beside("assets: [log]"), "3:45: assets: it belongs to `artifact`"),
    "keep": (beside("keep: 3"), "3:43: keep: it belongs to `artifact`"),
    "available of an artifact": (
        PLAYBOOK.replace("artifact: shop", "artifact: shop, available: x"),
        "3:64: available: it belongs to `current`",
    ),
    "activate": (spoilt("- service", "- activate\n- service"), "7:3: activate: there is nothing to switch"),
    "a file inside": (
        spoilt("- service", "- copy: {content: x, dest: .env}\n- service"),
        "7:9: dest: `.env` must begin with /: what hosts install themselves",
    ),
    "release_dir": (
        spoilt("shop={{ version }}", "{{ release_dir }}"),
        "6:8: the template cannot be rendered: `release_dir` is",
    ),
    "current_dir in health": (spoilt("{{ address }}/", "{{ current_dir }}/"), FOLDERS),
    "a question that knows the answer": (
        spoilt("'${Version}' shop", "'{{ version }}'"),
        "`version` cannot be used here: `current` asks the host",
    ),
    "somebody else's template": (
        spoilt("-W -f '${Version}'", "-f '{{.Config.Image}}'"),
        "put what is not for zdd between {% raw %} and {% endraw %}",
    ),
    "a secret": (
        spoilt("-W -f", "{{ token }}") + "secrets: [token]\n",
        "a secret cannot stand here",
    ),
    "a version that none can be": (
        spoilt('version: "{{ version }}"', 'version: "a b"'),
        "3:20: version: `a b` cannot name a version: letters, digits and . _ + ~ ^ : -",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_it_cannot_say_is_said_with_its_place(tmp_path: Path, what: str) -> None:
    written, message = WRONG[what]
    hosts = INVENTORY.replace("environment: test", "environment: test, token: long-enough")
    with pytest.raises(Invalid) as refused:
        recipe(tmp_path, written, hosts)
    said = str(refused.value).replace(f"{tmp_path}/", "")
    assert message in said, said
    assert len(said.splitlines()) == 1, said


def test_it_asks_the_host_and_has_no_folder(tmp_path: Path) -> None:
    build = play(tmp_path, PACKAGE).hosts["web1"].build
    assert build and (build.path, build.artifact_digest, build.url) == ("", "", "")
    assert (build.current, build.available) == (CURRENT, "apt-cache madison shop | grep -F ' 1.1 '")


@pytest.mark.parametrize("version", ["1:2.0~rc1-1+deb12u1", "7.4^git2", "sha256:0a1b"])
def test_versions_of_packages_and_images_are_versions(tmp_path: Path, version: str) -> None:
    build = play(tmp_path, PACKAGE, extra={"version": version}).hosts["web1"].build
    assert build and build.version == version
    with pytest.raises(Invalid, match="cannot name a folder" if set(version) & set(":^") else "never"):
        recipe(tmp_path, PLAYBOOK, extra={"version": version})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("madison", "policy"),
        ("-W -f", "-Wf"),
        ("install", "-y install"),
        ("- service", "- copy: {content: x, dest: /x}\n- service"),
    ],
)
def test_whatever_makes_it_makes_another_release(tmp_path: Path, old: str, new: str) -> None:
    def id(text: str) -> str:
        build = play(tmp_path, text).hosts["web1"].build
        assert build
        return build.id

    assert id(PACKAGE) == id(PACKAGE) != id(spoilt(old, new))


# ---- what hosts run, and zdd has not installed


def opened(tmp_path: Path, written: str) -> resolve.Book:
    where = folder(tmp_path, written)
    return resolve.opened(
        where / "play.yml", inventory.read([where / "hosts.yml"]), extra={"version": "1.1"}, tables=TABLES
    )


def test_the_same_playbook_says_it_of_another_version(tmp_path: Path) -> None:
    book = opened(tmp_path, PACKAGE)
    older = book.at("shop@test", "web2", "1.0")
    assert older.build and older.build.version == "1.0" and "' 1.0 '" in older.build.available
    assert older.deploy[0].args["command"] == "apt-get install shop=1.0"
    assert book.recipe.plays[0].hosts["web2"].deploy[0].args["command"] == "apt-get install shop=1.1"


def test_what_it_cannot_say_of_that_version_is_said_each_time(tmp_path: Path) -> None:
    book = opened(tmp_path, spoilt("apt-get install shop={{ version }}", "\"{{ {'1.1': 'shop'}[version] }}\""))
    for _ in range(2):
        with pytest.raises(Invalid, match=r"play.yml:6:8: .*1\.0"):
            book.at("shop@test", "web2", "1.0")
    assert book.at("shop@test", "web2", "1.1").deploy


def test_there_is_nothing_to_adopt(tmp_path: Path) -> None:
    where = folder(tmp_path, PACKAGE)
    about = {"extra": {"version": "1.1"}, "limit": (), "skip": (), "tables": TABLES, "vault": Vault()}
    with pytest.raises(Invalid, match="3:46: `zdd adopt` is for folders"):
        adoption.read(where / "play.yml", inventory.read([where / "hosts.yml"]), **about)  # type: ignore[arg-type]


def test_a_plan_of_it_can_be_saved(tmp_path: Path) -> None:
    made = recipe(tmp_path, PACKAGE)
    plan = make_plan(made, {"shop@test": {host: Seen(host=host) for host in made.plays[0].hosts}}, run="plan")
    save(tmp_path / "plan.json", SavedPlan(plan, made, Emergency()))
    assert load(tmp_path / "plan.json").recipe == made
