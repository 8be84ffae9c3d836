"""Secrets: a value that stands nowhere but where it is used (R21).

Everywhere else stands its reference, as `***(env:DB_PASSWORD)`: in what was rendered, plan, journal and store. For
templates a secret is closed: they can put it somewhere as it is, and neither look at it nor change it.
"""

import base64
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, unquote

TOKEN = re.compile(r"\*\*\*\((env|file|var):([\w/.@%+~:-]+)\)")
HIDDEN = "***"
LEAST = 4  # characters; fewer could not be hidden, they are in everything
MOST = 1 << 16
KINDS = ("env", "file", "var")


class Reference(str):
    """Where a secret comes from; as text it is what stands for the value. kind: env · file · var, `host/variable`."""

    __slots__ = ()

    @classmethod
    def to(cls, kind: str, name: str) -> "Reference":
        return cls(f"{HIDDEN}({kind}:{quote(name, safe='/@+~:')})")

    @property
    def kind(self) -> str:
        return self.partition("(")[2].partition(":")[0]

    @property
    def name(self) -> str:
        return unquote(self.partition(":")[2][:-1])

    @property
    def said(self) -> str:
        """As the inventory has it."""
        return f"the variable {self.name.partition('/')[2]}" if self.kind == "var" else f"!{self.kind} {self.name}"


class Sealed:
    """Text with a secret in it, as templates see it: it can be put somewhere as it is, and nothing else."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def _refused(self, *_: object) -> NoReturn:
        raise TypeError("a secret can only be put into a template as it is: {{ name }}")

    __str__ = __repr__ = __eq__ = __ne__ = __lt__ = __gt__ = __len__ = __bool__ = __add__ = __radd__ = _refused
    __iter__ = __getitem__ = __contains__ = __mod__ = __mul__ = __format__ = __html__ = _refused
    __hash__ = object.__hash__


def sealed(text: str) -> bool:
    return TOKEN.search(text) is not None


class Vault:
    """The values that this process has learnt. `key`: of the HMACs by which a later process knows the same value."""

    def __init__(self, key: Callable[[], bytes] | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._key, self._made = key, b""
        self._environment = os.environ if environment is None else environment
        self._values: dict[str, str] = {}
        self._shapes: list[str] = []  # longest first

    # -- learning

    def learn(self, reference: Reference, value: str | None = None) -> None:
        """Reads it, if its value is not given. Raises `ValueError` with what is wrong with it."""
        if reference in self._values:
            return
        found = self._read(reference) if value is None else value
        if len(found) < LEAST:
            raise ValueError(f"{reference.said} has fewer than {LEAST} characters, which nobody could hide")
        self._values[reference] = found
        self._shapes = sorted({*self._shapes, *_shapes(found)}, key=len, reverse=True)

    def _read(self, reference: Reference) -> str:
        if reference.kind == "env":
            if reference.name not in self._environment:
                raise ValueError(f"{reference.said}: this variable is not set in the environment")
            return self._environment[reference.name]
        if reference.kind == "file":
            return _read_file(Path(reference.name))
        raise ValueError(f"{reference.said}: the inventory has no value for it")

    # -- using

    @property
    def known(self) -> Mapping[str, str]:
        """Reference -> keyed HMAC of its value."""
        return {name: self.mac(name, value) for name, value in self._values.items()}

    def reveal(self, text: str) -> str:
        """With the values in their places. Raises `KeyError` for one that this process does not know."""
        return TOKEN.sub(lambda found: self._values[found[0]], text)

    def seal(self, text: str) -> str:
        """Keyed HMAC of the text with its values; empty where it holds no secret."""
        return self.mac("content", self.reveal(text)) if sealed(text) else ""

    def mac(self, name: str, value: str) -> str:
        self._made = self._made or (self._key() if self._key else secrets.token_bytes(32))
        return hmac.new(self._made, f"{name}\0{value}".encode(), "sha256").hexdigest()

    def veil(self, text: str) -> str:
        """No value is left in it, in whatever shape it came."""
        for shape in self._shapes:
            text = text.replace(shape, HIDDEN)
        return text

    def veiled(self, value: Any) -> Any:
        """The same for everything inside of a value."""
        if not self._shapes:
            return value
        if isinstance(value, str):
            return self.veil(value)
        if isinstance(value, Mapping):
            return {key: self.veiled(one) for key, one in value.items()}
        return [self.veiled(one) for one in value] if isinstance(value, list | tuple) else value


def _shapes(value: str) -> set[str]:
    """As it may come back: line by line, quoted for a URL, for JSON or a shell, in base64."""
    lines = [line for line in value.splitlines() if len(line.strip()) >= 2 * LEAST]
    plain = {value, value.strip(), *lines, *(line.strip() for line in lines)}
    quoted = {quote(value), quote(value, safe=""), json.dumps(value)[1:-1], value.replace("'", "'\"'\"'")}
    coded = {base64.b64encode(value.encode()).decode().rstrip("="), base64.b64encode(f"{value}\n".encode()).decode()}
    return {shape for shape in plain | quoted | coded if len(shape) >= LEAST}


def _read_file(path: Path) -> str:
    """Without the line end that editors leave."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST + 1).decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"!file {path} is not UTF-8") from error
    except OSError as error:
        raise ValueError(f"!file {path} cannot be read: {error.strerror}") from error
    if len(text) > MOST:
        raise ValueError(f"!file {path} has more than {MOST} characters")
    return text.removesuffix("\n").removesuffix("\r")
