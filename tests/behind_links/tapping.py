"""Several taps on one button, sent at the same moment."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from werkzeug.test import TestResponse


def tapped(
    app: Flask, path: str, form: Mapping[str, object], *, fingers: int
) -> list[TestResponse]:
    """The same form, sent at the same moment from as many browsers as there are fingers."""
    together = threading.Barrier(fingers)

    def tap(_finger: int) -> TestResponse:
        sent = dict(form)
        if form.get("ajout") == "fichier":
            sent["fichier"] = (io.BytesIO(str(form["words"]).encode()), "pesee.txt")
        together.wait(timeout=60)
        return app.test_client().post(path, data=sent)

    with ThreadPoolExecutor(fingers) as pool:
        return list(pool.map(tap, range(fingers)))
