"""Links in mails: a signed id of a Grant row. The row decides at each use what the link may do."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "maillage-grant"


@dataclass(frozen=True)
class Links:
    """Makes and reads the site's mailed addresses; `base_url` has no slash at its end."""

    secret_key: str
    base_url: str

    def token(self, grant_public_id: str) -> str:
        return str(URLSafeSerializer(self.secret_key, salt=_SALT).dumps(grant_public_id))

    def read(self, token: str) -> str | None:
        """The grant's public id, None when the signature is not ours."""
        try:
            value = URLSafeSerializer(self.secret_key, salt=_SALT).loads(token)
        except BadSignature:
            return None
        return value if isinstance(value, str) else None

    def url(self, path: str, grant_public_id: str) -> str:
        """`url("/r", grant)` → https://site/r/<token>"""
        return f"{self.base_url}{path}/{self.token(grant_public_id)}"
