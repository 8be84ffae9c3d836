"""Templates: text with `{{ … }}` in it, rendered for one host. Strict, and in a sandbox."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zdd.config.secrets import Reference, Sealed, Vault, sealed
from zdd.config.source import nearest

DEPTH = 20  # variables in variables


class Unrenderable(ValueError):
    """What is wrong with the text, and what was probably meant."""


@cache
def environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True, finalize=_put)


def _put(value: Any) -> Any:
    return value.text if isinstance(value, Sealed) else value


class Scope:
    """The variables of one host. Those that are templates themselves are rendered when they are asked for."""

    def __init__(
        self, variables: Mapping[str, Any], refused: Mapping[str, str] | None = None, vault: Vault | None = None
    ) -> None:
        self._variables, self._refused, self._vault = dict(variables), dict(refused or {}), vault or Vault()

    def with_(self, **more: Any) -> "Scope":
        return Scope({**self._variables, **more}, self._refused, self._vault)

    def without(self, **refused: str) -> "Scope":
        """Names that may not be used here, and why."""
        return Scope(self._variables, {**self._refused, **refused}, self._vault)

    def text(self, text: str, depth: int = 0) -> str:
        """The text with its templates rendered; a secret is its reference. Raises `Unrenderable`."""
        if isinstance(text, Reference):
            self._learn(text)
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        try:
            tree = environment().parse(text)
            names = meta.find_undeclared_variables(tree)
            template = environment().from_string(text)
            return template.render({name: self._value(name, depth) for name in names if self._has(name)})
        except UndefinedError as error:
            raise Unrenderable(self._undefined(error)) from error
        except TemplateSyntaxError as error:
            raise Unrenderable(f"line {error.lineno} of the template: {error.message}{_foreign(text)}") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise Unrenderable(f"the template cannot be rendered: {error}") from error

    def value(self, value: Any, depth: int = 0) -> Any:
        """Every text inside of a value."""
        if isinstance(value, str):
            return self.text(value, depth)
        if isinstance(value, Mapping):
            return {key: self.value(one, depth) for key, one in value.items()}
        return [self.value(one, depth) for one in value] if isinstance(value, list | tuple) else value

    def truth(self, condition: str | bool) -> bool:
        """A `when`: an expression, or a plain truth."""
        if isinstance(condition, bool):
            return condition
        bare = condition.strip().removeprefix("{{").removesuffix("}}")
        return self.text(f"{{% if {bare} %}}yes{{% endif %}}") == "yes"

    def _has(self, name: str) -> bool:
        return name in self._variables or name in self._refused

    def _value(self, name: str, depth: int) -> Any:
        if name in self._refused:
            raise Unrenderable(f"`{name}` {self._refused[name]}")
        if depth > DEPTH:
            raise Unrenderable(f"`{name}` is defined by itself")
        return _sealed(self.value(self._variables[name], depth + 1))

    def _learn(self, reference: Reference) -> None:
        try:
            self._vault.learn(reference)
        except ValueError as error:
            raise Unrenderable(str(error)) from error

    def _undefined(self, error: UndefinedError) -> str:
        said = str(error)
        name = said.partition("'")[2].partition("'")[0]
        near = nearest(name, self._variables) if " is undefined" in said else None
        return f"{said.replace(chr(39), '`')}" + (f"; did you mean `{near}`?" if near else "")


def _foreign(text: str) -> str:
    """Docker and podman write their own templates much alike."""
    theirs = re.search(r"\{\{-?\s*(\.|json |index |range )", text)
    return "; put what is not for zdd between {% raw %} and {% endraw %}" if theirs else ""


def _sealed(value: Any) -> Any:
    """What holds a secret, closed for templates."""
    if isinstance(value, str):
        return Sealed(value) if sealed(value) else value
    if isinstance(value, Mapping):
        return {key: _sealed(one) for key, one in value.items()}
    return [_sealed(one) for one in value] if isinstance(value, list) else value
