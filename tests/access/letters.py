"""Messages that came in, of which the access matrix speaks."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.inbox.kinds import Fate, Trouble
from app.inbox.models import Incoming
from app.outbox.models import Bounce, Mail
from tests.cast import BEGINNING, Cast


def receive_letters(session: Session, cast: Cast, mail: Mail) -> dict[str, str]:
    """{name in braces: what stands there}: a reply, an unreadable one, a failing address."""
    lucie = cast.person("Lucie")
    waiting = Incoming(
        fingerprint="a" * 64,
        received_at=BEGINNING,
        sender="lucie@example.org",
        subject="Re: Peser",
        fate=Fate.WAITING,
        trouble=Trouble.SEVERAL_PROJECTS,
        territory_id=cast.territory().id,
        person_id=lucie.id,
        text="Les caisses sont prêtes.",
    )
    lost = Incoming(
        fingerprint="b" * 64,
        received_at=BEGINNING,
        subject="",
        fate=Fate.UNREADABLE,
        trouble=Trouble.BROKEN,
    )
    bounce = Bounce(
        mail_id=mail.id,
        recipient_id=lucie.id,
        address="lucie@example.org",
        is_hard=True,
        came_at=BEGINNING,
    )
    session.add_all([waiting, lost, bounce])
    session.flush()
    return {"letter": waiting.public_id, "lost_letter": lost.public_id, "bounce": bounce.public_id}
