"""Asset folders: what is in them, and what a playbook may say of them."""

import io
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from zdd.cli.reading import TABLES
from zdd.config import resolve
from zdd.config.assets import BadAssets, asset_files
from zdd.config.inventory import read
from zdd.config.recipe import Build
from zdd.errors import Invalid

PLAY = """
name: shop
hosts: web
release: {{version: "1.1", artifact: dist, assets: {assets}, shared: [log]}}
deploy: [activate]
health: none
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `dist` in the folder where the tests are run would be found before the one beside the playbook."""
    monkeypatch.chdir(tmp_path)


def tarball(*members: tuple[str, bytes, str]) -> io.BytesIO:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, content if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            member.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(content.encode()))
    packed.seek(0)
    return packed


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


FILE, FOLDER, SYM, HARD = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE


def test_each_file_below_by_its_name() -> None:
    packed = tarball(
        ("./public/app.js", FILE, "app"),
        ("public/img/a.png", FILE, "a"),
        ("public/img/b.png", HARD, "public/img/a.png"),
        ("publicity", FILE, "no"),
        ("src/public/no", FILE, "no"),
    )
    assert asset_files(packed, ["public"]) == {
        "public/app.js": digest("app"),
        "public/img/a.png": digest("a"),
        "public/img/b.png": digest("a"),
    }


def test_an_empty_folder_has_none() -> None:
    assert asset_files(tarball(("public/", FOLDER, "")), ["public"]) == {}


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (("public/latest.js", SYM, "app.js"), "public/latest.js is a link"),
        (("public", SYM, "dist"), "public is a link"),
        (("public/a\\b", FILE, ""), "backslash"),
    ],
)
def test_only_plain_files(member: tuple[str, bytes, str], why: str) -> None:
    with pytest.raises(BadAssets, match=why):
        asset_files(tarball(member), ["public"])


def test_a_folder_that_is_not_there_has_a_nearest_name() -> None:
    with pytest.raises(BadAssets, match="no folder pubilc/assets; did you mean `public/assets`"):
        asset_files(tarball(("public/assets/app.js", FILE, "app")), ["pubilc/assets"])


def build(tmp_path: Path, assets: str, play: str = PLAY) -> Build:
    (tmp_path / "dist/public").mkdir(parents=True)
    (tmp_path / "dist/public/app.js").write_text("app")
    (tmp_path / "lab.yml").write_text("web: {hosts: {web1: }}")
    playbook = tmp_path / "shop.yml"
    playbook.write_text(play.format(assets=assets))
    recipe = resolve.read(playbook, read([tmp_path / "lab.yml"]), extra={}, tables=TABLES)
    made = recipe.plays[0].hosts["web1"].build
    assert made
    return made


def test_a_recipe_knows_them(tmp_path: Path) -> None:
    made = build(tmp_path, "[public/]")
    assert (made.assets, made.asset_files) == (("public",), {"public/app.js": digest("app")})


def test_a_file_that_is_rendered_among_them_is_one(tmp_path: Path) -> None:
    play = PLAY.replace("[activate]", "[{{copy: {{dest: public/env.js, content: prod}}}}, activate]")
    assert build(tmp_path, "[public]", play).asset_files["public/env.js"] == digest("prod")


def test_they_make_another_release(tmp_path: Path) -> None:
    assert build(tmp_path / "a", "[public]").id != build(tmp_path / "b", "[]").id


@pytest.mark.parametrize(
    ("assets", "why"),
    [
        ("[pubilc]", "shop.yml:4:51: assets: the artifact has no folder pubilc; did you mean `public`?"),
        ("[/srv/public]", "`/srv/public` is no path inside a release"),
        ("[public/../..]", "`public/../..` is no path inside a release"),
        ("[public, public/img]", "`public` and `public/img` are in one another"),
        ("[public, ./public]", "`public` and `public` are in one another"),
        ("[log/public]", "`log` and `log/public` are in one another"),
        ("[1.10]", "text is expected"),
        ("public", "a list is expected"),
    ],
)
def test_what_cannot_be(tmp_path: Path, assets: str, why: str) -> None:
    with pytest.raises(Invalid) as caught:
        build(tmp_path, assets)
    assert why in str(caught.value)
