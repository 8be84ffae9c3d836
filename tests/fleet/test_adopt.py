"""Trees that zdd did not put there become releases under traffic, and a deploy over them has a way back."""

import shutil
from pathlib import Path

from tests.fleet.program import Program, at_rest


def made_foreign(zdd: Program) -> tuple[Path, Path]:
    """web1 runs from a folder called `current`, web2 from a link as Capistrano makes it; nothing of zdd is left."""
    first, second = (machine.release_path for machine in zdd.lab.web)
    for path in (first, second):
        tree = path / "tree"
        shutil.copytree((path / "current").resolve(), tree, symlinks=True)
        (tree / ".zdd-complete").unlink()
        (path / "current").unlink()
        shutil.rmtree(path / "releases")
    (first / "tree").rename(first / "current")
    (second / "releases").mkdir()
    (second / "tree").rename(second / "releases" / "20240101")
    (second / "current").symlink_to(second / "releases" / "20240101")
    for machine in zdd.lab.machines:
        shutil.rmtree(machine.state / "shop@lab")
    shutil.rmtree(zdd.store)
    return first, second


def test_trees_become_releases_and_a_deploy_over_them_has_a_way_back(zdd: Program) -> None:
    first, second = made_foreign(zdd)
    assert "zdd adopt" in zdd.deploy("1.1", 4)
    adopt = ["adopt", *zdd.deploy_words("1.0")[1:]]
    wrong = ["adopt", *zdd.deploy_words("1.2")[1:]]
    with zdd.no_request_fails():
        assert "is not well as 1.2" in zdd.must(4, *wrong) and not (first / "current").is_symlink()
        zdd.must(0, *adopt)
    assert all((path / "current").readlink().name.startswith("1.0-") for path in (first, second))
    assert (first / "current.before-zdd").is_dir() and (second / "releases" / "20240101").is_dir()
    assert "is that release already" in zdd.must(0, *adopt)
    with zdd.no_request_fails():
        zdd.deploy("1.1")
        assert zdd.versions() == {"1.1"}
        zdd.must(0, "revert", "-y")
    assert zdd.versions() == {"1.0"}
    at_rest(zdd)
