"""What the keys of a model mean: the text that stands under each in its source. Editors and the reference show it."""

import ast
import inspect
from textwrap import dedent

from pydantic import BaseModel


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Key -> its meaning, as one line; the model's own keys after those that it inherits."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, BaseModel) and kind is not BaseModel:
            found |= _written_in(kind)
    return found


def _written_in(kind: type[BaseModel]) -> dict[str, str]:
    [written] = ast.parse(dedent(inspect.getsource(kind))).body
    assert isinstance(written, ast.ClassDef)
    pairs = zip(written.body, written.body[1:], strict=False)
    return {name: text for key, under in pairs if (name := _key(key)) and (text := _text(under))}


def _key(line: ast.stmt) -> str:
    return line.target.id if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) else ""


def _text(line: ast.stmt) -> str:
    value = line.value if isinstance(line, ast.Expr) else None
    words = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
    return " ".join(words.split())
