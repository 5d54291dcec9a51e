"""Which refusals blame the address."""

from __future__ import annotations

import pytest

from app.outbox.answers import unknown_address


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        (550, b"5.1.1 <lucie@fournil.example>: Recipient address rejected: User unknown", "5.1.1"),
        (550, b"5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "5.1.10"),
        (553, b"5.1.3 Bad recipient address syntax", "5.1.3"),
        (554, b"5.1.2 Domain does not exist", "5.1.2"),
        (550, b"No such user here", "5.1.1"),
        (550, b"Unrouteable address", "5.1.1"),
    ],
)
def test_an_address_that_is_none_is_blamed(code: int, text: bytes, status: str) -> None:
    assert unknown_address(code, text) == status


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, b"5.7.1 Rejected by our policy"),
        (554, b"5.7.1 <lucie@fournil.example>: Relay access denied"),
        (550, b"5.1.8 Sender address rejected: Domain not found"),
        (550, b"5.1.7 Bad sender"),
        (552, b"5.2.2 Mailbox full"),
        (550, b"5.2.1 Receives mail at a rate that prevents additional messages"),
        (550, b"relay not permitted"),
        (550, b"Blocked, see https://list.example/"),
        (550, b"Greylisted, come back later"),
        (550, b"Administrative prohibition"),
        (551, b"User not local"),
        (554, b"Transaction failed"),
        (503, b"Bad sequence of commands"),
    ],
)
def test_any_other_no_says_nothing_against_the_address(code: int, text: bytes) -> None:
    assert unknown_address(code, text) is None
