import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.config.tarball import BadTarball, check, is_gzipped, pack


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, link, mode
    return made


def tarball(tmp_path: Path, *members: tarfile.TarInfo, content: bytes = b"") -> Path:
    path = tmp_path / "shop.tar"
    with tarfile.open(path, "w") as tar:
        for one in members:
            one.size = len(content) if one.isreg() else 0
            tar.addfile(one, io.BytesIO(content))
    return path


SYM, HARD = tarfile.SYMTYPE, tarfile.LNKTYPE


@pytest.mark.parametrize(
    "members",
    [
        [member("/etc/passwd")],
        [member("../evil")],
        [member("a/../../evil")],
        [member("two\nlines")],
        [member(".zdd-complete")],
        [member("./.zdd-complete")],
        [member("dev", tarfile.CHRTYPE)],
        [member("disk", tarfile.BLKTYPE)],
        [member("fifo", tarfile.FIFOTYPE)],
        [member("app", mode=0o4755)],
        [member("app", mode=0o2755)],
        [member("l", SYM, "/etc/passwd")],
        [member("l", SYM, "../up")],
        [member("d/l", SYM, "../../up")],
        [member("l", SYM, "d/../../up")],
        [member("d", SYM, "."), member("l", SYM, "d/..")],
        [member("l", SYM, "inside"), member("l/evil")],
        [member("l", SYM, "inside"), member("l")],
        [member("l", SYM, "inside"), member("./l/../evil")],
        [member("h", HARD, "/etc/passwd")],
        [member("h", HARD, "../up")],
        [member("l", SYM, "inside"), member("h", HARD, "l")],
        [member("l", SYM, "inside"), member("h", HARD, "l/file")],
    ],
    ids=lambda members: " + ".join(f"{m.name!r} {m.linkname}" for m in members),
)
def test_what_could_lead_out_is_refused(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    with pytest.raises(BadTarball):
        check(tarball(tmp_path, *members))


@pytest.mark.parametrize(
    "members",
    [
        [member("./"), member("./bin/app", mode=0o755)],
        [member("l", SYM, "bin/app")],
        [member("d/l", SYM, "../bin/app")],
        [member("app"), member("h", HARD, "app")],
        [member("..dots"), member("a..b")],
    ],
    ids=lambda members: " + ".join(f"{m.name!r} {m.linkname}" for m in members),
)
def test_what_stays_inside_is_fine(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    check(tarball(tmp_path, *members))


def test_it_says_how_much_it_unpacks_to(tmp_path: Path) -> None:
    assert check(tarball(tmp_path, member("a"), member("b"), content=b"12345")) == 10


def test_too_much_is_refused(tmp_path: Path) -> None:
    path = tarball(tmp_path, member("a"), member("b"), content=b"12345")
    with pytest.raises(BadTarball, match="more than"):
        check(path, max_bytes=9)
    with pytest.raises(BadTarball, match="more than"):
        check(path, max_members=1)


@pytest.mark.parametrize("content", [b"", b"no tarball at all", b"\x1f\x8bbroken"])
def test_what_is_no_tarball_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BadTarball):
        check(path)


def test_a_cut_tarball_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "shop.tar.gz"
    whole.write_bytes(pack(folder(tmp_path / "source", {"app": b"x" * 10_000, "zapp": bytes(range(256)) * 99})))
    check(whole)
    whole.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(BadTarball):
        check(whole)


def folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


class TestPack:
    def test_equal_folders_are_equal_files(self, tmp_path: Path) -> None:
        files = {"bin/app": b"app", "lib/a": b"a", "b": b"b"}
        one = folder(tmp_path / "one", files)
        other = folder(tmp_path / "other", dict(reversed(files.items())))
        (other / "b").chmod(0o600)
        assert pack(one) == pack(other)

    def test_what_is_in_it_comes_out(self, tmp_path: Path) -> None:
        source = folder(tmp_path / "source", {"bin/app": b"app", "plain": b"p"})
        (source / "bin/app").chmod(0o700)
        (source / "empty").mkdir()
        (source / "current").symlink_to("bin/app")
        (source / "twin").hardlink_to(source / "plain")
        packed = tmp_path / "packed"
        packed.write_bytes(pack(source))
        check(packed)
        assert is_gzipped(packed)
        with tarfile.open(packed) as tar:
            found = {m.name: (m.mode, m.linkname) for m in tar}
            content = {m.name: tar.extractfile(m).read() for m in tar if m.isreg()}  # type: ignore[union-attr]
        assert content == {"bin/app": b"app", "plain": b"p", "twin": b"p"}
        assert found["bin/app"] == (0o755, "")
        assert found["plain"] == (0o644, "")
        assert found["empty"][0] == 0o755
        assert found["current"][1] == "bin/app"

    def test_another_content_is_another_file(self, tmp_path: Path) -> None:
        assert pack(folder(tmp_path / "one", {"a": b"1"})) != pack(folder(tmp_path / "other", {"a": b"2"}))

    def test_a_link_to_a_folder_is_not_followed(self, tmp_path: Path) -> None:
        source = folder(tmp_path / "source", {"lib/a": b"a"})
        (source / "here").symlink_to("lib")
        packed = tmp_path / "packed"
        packed.write_bytes(pack(source))
        with tarfile.open(packed) as tar:
            assert sorted(tar.getnames()) == ["here", "lib", "lib/a"]


def packed() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name in ("a", "b/c"):
            one = member(name)
            one.size = 600
            tar.addfile(one, io.BytesIO(b"x" * 600))
    return made.getvalue()


PACKED = packed()


@given(
    st.binary(max_size=2000)
    | st.tuples(st.integers(0, len(PACKED)), st.binary(max_size=40)).map(
        lambda cut: PACKED[: cut[0]] + cut[1] + PACKED[cut[0] + len(cut[1]) :]
    )
)
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("tar") / "shop.tar.gz"
    path.write_bytes(content)
    try:
        assert check(path) >= 0
    except BadTarball as error:
        assert str(error)
