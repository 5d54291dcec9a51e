"""Mail into a Maildir: the way out while no relay is set, and the demonstration's mailbox."""

from __future__ import annotations

import os
from mailbox import Maildir
from pathlib import Path

from app.outbox.answers import Accepted, Answer, Outgoing, Unreachable


class MaildirTransport:
    """Writes mails into a Maildir. A mail's file bears its public id, so a repeat is no second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        """Write to tmp/, then move to new/, so that a mail that is seen is whole."""
        name = f"{mail.public_id}.maillage"
        try:
            Maildir(self._folder, create=True)
            if any((self._folder / "cur").glob(f"{name}*")):
                return Accepted()
            unfinished = self._folder / "tmp" / name
            with unfinished.open("wb") as file:
                file.write(mail.content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._folder / "new" / name)
        except OSError as error:
            return Unreachable(f"the mailbox {self._folder} cannot be written: {error}")
        return Accepted()

    def close(self) -> None:
        """Nothing is open."""
