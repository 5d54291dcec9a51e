"""All mails, made once for the tests that only read them."""

from __future__ import annotations

import pytest

from tests.mails.collection import collect
from tests.mails.scene import Sample


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    return {one.name: one for one in collect(tmp_path_factory.mktemp("mails"))}
