"""What a run writes and shows, without any value of a secret in it."""

from dataclasses import replace

from zdd.config.secrets import Vault
from zdd.journal.store import RunJournal
from zdd.model import Event, Task
from zdd.report import Reporter


class VeiledJournal:
    """The journal of a run, into which no value of a secret gets."""

    def __init__(self, journal: RunJournal, vault: Vault) -> None:
        self._journal, self._vault = journal, vault

    def append(self, event: Event) -> Event:
        veiled = replace(event, detail=self._vault.veil(event.detail), data=self._vault.veiled(event.data))
        return self._journal.append(veiled)

    def since(self, seq: int) -> list[Event]:
        return self._journal.since(seq)


class VeiledReporter:
    """Events come veiled from the journal; what a task waits for does not."""

    def __init__(self, reporter: Reporter, vault: Vault) -> None:
        self._reporter, self._vault = reporter, vault

    def event(self, event: Event, task: Task | None) -> None:
        self._reporter.event(event, task)

    def waits(self, task: Task, text: str) -> None:
        self._reporter.waits(task, self._vault.veil(text))

    def close(self) -> None:
        self._reporter.close()
