"""A server on this machine that answers like the open directory of companies, well and badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ESTABLISHMENT: dict[str, Any] = {
    "siret": "73282932000074",
    "activite_principale": "10.71C",
    "activite_principale_naf25": "10.71Y",
    "adresse": "4 RUE DU FOUR 68066 COLMAR",
    "code_postal": "68000",
    "commune": "68066",
    "libelle_commune": "COLMAR",
    "tranche_effectif_salarie": "03",
    "etat_administratif": "A",
    "statut_diffusion_etablissement": "O",
    "liste_enseignes": ["AU BON PAIN"],
    "nom_commercial": None,
}
COMPANY: dict[str, Any] = {
    "siren": "732829320",
    "nom_complet": "LE FOURNIL DU VAL (AU BON PAIN)",
    "nom_raison_sociale": "LE FOURNIL DU VAL",
    "etat_administratif": "A",
    "statut_diffusion": "O",
    "siege": ESTABLISHMENT | {"adresse": "4 RUE DU FOUR 68000 COLMAR"},
    "matching_etablissements": [],
}


def answer_with(*companies: Any) -> bytes:
    return json.dumps({"results": list(companies), "total_results": len(companies)}).encode()


@dataclass
class Service:
    """What the server was asked, and what it answers: `answer(handler)` writes it."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Any], None] = lambda handler: say(handler, answer_with(COMPANY))

    @property
    def words(self) -> list[str]:
        """What was sent as the search, request by request."""
        return [parse_qs(urlsplit(path).query).get("q", [""])[0] for path in self.asked]


def say(
    handler: Any,
    body: bytes,
    *,
    status: int = 200,
    kind: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def running() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(self.path)
            service.headers.append(dict(self.headers))
            service.answer(self)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.daemon_threads = True
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        service.address = f"http://127.0.0.1:{httpd.server_port}"
        try:
            yield service
        finally:
            httpd.shutdown()
            thread.join(timeout=60)
