"""A YAML file with the place of everything in it. Whatever could be read in two ways is an error."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from zdd.config.secrets import Reference
from zdd.errors import Invalid, Problem

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # eleven times faster, with the same marks
Spot = tuple[str | int, ...]  # the way to a value: ("deploy", 0, "service")
MOST = 1_000_000  # nodes; aliases of aliases could make any number
PLAIN = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Document:
    """Plain values, and where each stands. Lines and columns count from 1."""

    file: str
    value: Any = None
    values: dict[Spot, Node] = field(default_factory=dict)
    keys: dict[Spot, Node] = field(default_factory=dict)

    def at(self, spot: Spot) -> tuple[int, int]:
        """Of a value; of the nearest thing around it where there is none."""
        while spot and spot not in self.values:
            spot = spot[:-1]
        return _place(self.values.get(spot))

    def key_at(self, spot: Spot) -> tuple[int, int]:
        """Of the key before a value."""
        return _place(self.keys[spot]) if spot in self.keys else self.at(spot)

    def place(self, spot: Spot) -> str:
        line, column = self.key_at(spot)
        return f"{self.file}:{line}:{column}"

    def raw(self, spot: Spot) -> str:
        """A scalar as it is written; empty for anything else."""
        node = self.values.get(spot)
        return str(node.value) if isinstance(node, ScalarNode) else ""

    def quoted(self, spot: Spot) -> bool:
        node = self.values.get(spot)
        return isinstance(node, ScalarNode) and bool(node.style)  # plain: None, or empty from libyaml

    def problem(self, spot: Spot, message: str, *, key: bool = False) -> Problem:
        line, column = self.key_at(spot) if key else self.at(spot)
        return Problem(self.file, line, column, message)


def load(path: Path) -> Document:
    """Read one file. An empty one has the value None. Raises `Invalid`."""
    shown = _shown(path)
    return parse(_text(path, shown), shown)


def parse(text: str, file: str) -> Document:
    try:
        nodes = list(yaml.compose_all(text, Loader=Loader))
    except yaml.YAMLError as error:
        raise Invalid([_syntax(file, text, error)]) from error
    except RecursionError as error:
        raise Invalid([Problem(file, 1, 1, "nested too deep")]) from error
    if len(nodes) > 1:
        line, column = _place(nodes[1])
        raise Invalid([Problem(file, line, column, "only one document a file: take the `---` out")])
    document = Document(file)
    if nodes and nodes[0] is not None:
        _Reading(document).read(nodes[0])
    return document


def nearest(word: str, known: Any) -> str | None:
    """The known word that was probably meant."""
    found = get_close_matches(word, [str(name) for name in known], n=1, cutoff=0.6)
    return found[0] if found else None


class _Reading:
    """Walks the nodes of one file, and gathers all that is wrong."""

    def __init__(self, document: Document) -> None:
        self._document, self._problems, self._count = document, list[Problem](), 0
        self._scalars = yaml.constructor.SafeConstructor()

    def read(self, root: Node) -> None:
        try:
            self._document.value = self._value(root, ())
        except RecursionError:
            self._wrong(root, "it contains itself")
        if self._problems:
            raise Invalid(self._problems)

    def _value(self, node: Node, spot: Spot) -> Any:
        self._count += 1
        if self._count > MOST:
            self._wrong(node, f"more than {MOST} values, by aliases of aliases")
            raise Invalid(self._problems)
        self._document.values[spot] = node
        if node.tag in ("!env", "!file"):
            return self._secret(node)
        if not node.tag.startswith(PLAIN):
            return self._wrong(node, _tagged(node))
        if isinstance(node, MappingNode):
            return {key: self._value(value, (*spot, key)) for key, value in self._entries(node, spot)}
        if isinstance(node, SequenceNode):
            return [self._value(value, (*spot, number)) for number, value in enumerate(node.value)]
        return self._scalar(node)

    def _entries(self, node: MappingNode, spot: Spot) -> Iterator[tuple[Any, Node]]:
        seen: dict[Any, Node] = {}
        merged = [pair for pair in node.value if pair[0].tag == f"{PLAIN}merge"]
        for key_node, value in [*self._merged(merged), *(pair for pair in node.value if pair not in merged)]:
            key = self._key(key_node)
            if key in seen and (key_node, value) in node.value and seen[key] in [k for k, _ in node.value]:
                self._wrong(key_node, f"`{key}` stands twice; the first is in line {_place(seen[key])[0]}")
            seen[key] = key_node
            self._document.keys[(*spot, key)] = key_node
            yield key, value

    def _merged(self, pairs: list[tuple[Node, Node]]) -> Iterator[tuple[Node, Node]]:
        for _, value in pairs:
            for node in value.value if isinstance(value, SequenceNode) else [value]:
                if isinstance(node, MappingNode):
                    yield from node.value

    def _key(self, node: Node) -> Any:
        """`on` is a word of ours where YAML would read a truth value."""
        if isinstance(node, ScalarNode) and node.tag == f"{PLAIN}bool":
            return node.value
        if isinstance(node, ScalarNode):
            value = self._scalar(node)
            return value if isinstance(value, Hashable) else str(value)
        self._wrong(node, 'a name is expected here; text that begins with {{ needs quotation marks: "{{ … }}"')
        return id(node)

    def _scalar(self, node: Node) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            return self._wrong(node, f"`{node.value}` cannot be read: {error}")

    def _secret(self, node: Node) -> Any:
        """A relative file is beside the one that names it."""
        name = node.value if isinstance(node, ScalarNode) else ""
        if not name.strip() or "{{" in name:
            return self._wrong(
                node, f"{node.tag}: write a name: `{node.tag} {'DB_PASSWORD' if node.tag == '!env' else 'PATH'}`"
            )
        if node.tag == "!file":
            name = str(Path(self._document.file).absolute().parent / Path(name).expanduser())
        return Reference.to(node.tag[1:], name)

    def _wrong(self, node: Node, message: str) -> None:
        line, column = _place(node)
        self._problems.append(Problem(self._document.file, line, column, message))


def _tagged(node: Node) -> str:
    if node.tag == "!vault":
        return "!vault: values encrypted by Ansible cannot be read"
    if node.tag == "!unsafe":
        return "!unsafe: write the text in quotation marks"
    return f'`{node.tag}` is read as a tag; write it in quotation marks: "{node.tag}"'


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise Invalid([Problem(shown, 1, 1, "there is no such file" + near(path))]) from error
    except IsADirectoryError as error:
        raise Invalid([Problem(shown, 1, 1, "this is a folder; a file is expected")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Invalid([Problem(shown, line, 1, "this is not UTF-8; save it as UTF-8")]) from error
    except OSError as error:
        raise Invalid([Problem(shown, 1, 1, f"it cannot be read: {error.strerror}")]) from error


def near(path: Path) -> str:
    """The file that was probably meant, as the end of a message."""
    try:
        name = nearest(path.name, [beside.name for beside in path.parent.iterdir()])
    except OSError:
        return ""
    return f"; is it {path.parent / name}?" if name else ""


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    if "\\t" in said or "tab character" in said or (mark and _has_tab(text.splitlines()[mark.line : mark.line + 1])):
        said = "a tab cannot indent; write spaces"
    return Problem(file, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, f"this is not YAML: {said}")


def _has_tab(lines: list[str]) -> bool:
    """Before the first word of a line."""
    return any("\t" in line[: len(line) - len(line.lstrip())] for line in lines)


def _place(node: Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)


def _shown(path: Path) -> str:
    """Relative where it lies below the current folder, as people type it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


Variables = Mapping[str, Any]
