"""What stands for a row in addresses."""

from __future__ import annotations

from collections import Counter

from app.core.database import new_public_id

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def test_they_are_ten_characters_without_look_alikes_and_each_is_as_likely() -> None:
    many = {new_public_id() for _ in range(20_000)}
    assert len(many) == 20_000
    assert {len(one) for one in many} == {10}
    for at in range(10):
        found = Counter(one[at] for one in many)
        assert set(found) == set(LETTERS)
        # some 645 each; ten times the deviation that chance brings
        assert all(400 < times < 900 for times in found.values()), at
