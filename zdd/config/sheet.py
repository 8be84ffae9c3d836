"""One play's draft beside everything that it is resolved against; what is wrong with it is gathered here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zdd.config.building import Contents
from zdd.config.inventory import Inventory
from zdd.config.playbook import PlayDraft, Tables
from zdd.config.rendering import Rendering
from zdd.config.scopes import Scopes
from zdd.config.source import Spot, near, nearest
from zdd.errors import Invalid
from zdd.model import Endpoint


class Sheet:
    """What the nouns of a play share while they are resolved."""

    def __init__(
        self,
        draft: PlayDraft,
        playbook: Path,
        inventory: Inventory,
        extra: Mapping[str, Any],
        tables: Tables,
        contents: Contents,
    ) -> None:
        self.draft, self.keys = draft, draft.keys
        self.inventory, self.tables, self.contents, self.vault = inventory, tables, contents, contents.vault
        self.beside = playbook.absolute().parent
        self.rendering = Rendering(draft.document)
        self.hosts = self.select(self.keys.hosts, "hosts")
        self.scopes = Scopes(draft, inventory, extra, self.hosts, self.vault)
        self.machines: dict[str, Endpoint] = {}  # all that are no hosts of the play
        for number, name in enumerate(self.keys.secrets):
            if why := self.scopes.why_no_secret(name, self.hosts):
                self.wrong(self.spot("secrets", number), f"secrets: {why}")

    def spot(self, *path: str | int) -> Spot:
        return (*self.draft.spot, *path)

    def wrong(self, spot: Spot, message: str) -> None:
        self.rendering.wrong(spot, message)

    def select(self, pattern: str, *path: str | int) -> tuple[str, ...]:
        """The hosts of a pattern that stands there. Raises `Invalid`."""
        try:
            return self.inventory.select(pattern)
        except Invalid as error:
            raise Invalid([self.draft.document.problem(self.spot(*path), p.message) for p in error.problems]) from error

    def endpoint(self, host: str) -> Endpoint:
        """The inventory's word on `become` wins over the play's, and so does its word on who that is."""
        endpoint, variables = self.inventory.endpoint(host, self.scopes.of(host).text), self.scopes.variables(host)
        become = endpoint.become if "ansible_become" in variables else self.keys.become
        user = endpoint.become_user if "ansible_become_user" in variables else self.keys.become_user
        return replace(endpoint, become=become, become_user=user)

    def variable(self, host: str, name: str, key: str) -> str:
        """A variable that the play names under this key; empty where it names none."""
        if not name:
            return ""
        variables = self.scopes.variables(host)
        if name not in variables:
            near = nearest(name, variables)
            hint = f"; did you mean `{near}`?" if near else ""
            self.wrong(self.spot(key), f"{key}: {host} has no variable `{name}`{hint}")
        return str(variables.get(name, ""))

    def file(self, written: str, spot: Spot, folders: Sequence[Path]) -> Path | None:
        """The first of the folders that has it; None, and a problem, where none does."""
        tried = [folder / Path(written).expanduser() for folder in folders]
        found = next((path for path in tried if path.exists()), None)
        if found is None:
            where = " or ".join(dict.fromkeys(str(path) for path in tried))
            self.wrong(spot, f"there is no {where}{next(filter(None, map(near, tried)), '')}")
        return found
