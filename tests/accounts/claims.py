"""An organisation that another territory knows by its SIRET, and who types it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password
from app.accounts.kinds import MembershipRole
from app.accounts.links import Links
from app.accounts.models import (
    Claim,
    Membership,
    Territory,
)
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW, TODAY, Cast
from tests.conftest import SECRET

As = Callable[[str], FlaskClient]
SIRET = "73282932000074"
NEW = {"name": "Métal", "kind": "company", "naf_edition": "rev2", "size": "", "zone_id": "0"}
SORNE = "Plaine de Sorne"
LINKS = Links(SECRET, "http://localhost")


def ids(cast: Cast, **names: str) -> dict[str, str]:
    """{word: public id} of organisations and territories, read and let go."""
    found = {}
    for word, name in names.items():
        row = cast.session.scalar(select(Territory).where(Territory.name == name))
        found[word] = row.public_id if row else cast.organisation(name).public_id
    cast.session.rollback()
    return found


@pytest.fixture
def known(session: Session, cast: Cast) -> str:
    """Le Fournil's SIRET is on its record, and Lucie, who runs it, has an account."""
    acting(session, None, Via.COMMAND, NOW)
    cast.organisation("Le Fournil").siret = SIRET
    cast.person("Lucie").password_hash = hash_password("Quatre pains, deux brioches 7")
    session.commit()
    return SIRET


def paul_types(as_: As, cast: Cast, **more: str) -> str:
    place = ids(cast, sorne=SORNE)["sorne"]
    answer = as_("Paul").post(
        f"/territoires/{place}/organisations/nouvelle", data={**NEW, "siret": SIRET, **more}
    )
    assert answer.status_code == 303
    return answer.location or ""


def agreed(as_: As, cast: Cast, session: Session) -> str:
    """Paul's own record, which Lucie says is her bakery; its address."""
    path = paul_types(as_, cast)
    claim = session.scalars(select(Claim.public_id)).one()
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/demandes/{claim}"
    as_("Lucie").post(page, data={"answer": "yes"})
    return path


def placed(cast: Cast, name: str, organisation: str, **more: object) -> Membership:
    place = Membership(
        person_id=cast.person(name).id,
        organisation_id=cast.organisation(organisation).id,
        role=MembershipRole.MANAGER,
        started_on=TODAY,
        **more,
    )
    cast.session.add(place)
    cast.session.flush()
    return place
