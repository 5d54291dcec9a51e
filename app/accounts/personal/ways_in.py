"""What a person's copy says of the ways into their account: when, never a secret."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import ExternalIdentity, RecoveryCode, SecondFactor, SignIn
from app.core.personal import Record, Section


def _sign_ins(session: Session, person_id: int) -> Iterator[Record]:
    columns = (SignIn.opened_at, SignIn.closed_at, SignIn.way, SignIn.browser)
    query = select(*columns).where(SignIn.person_id == person_id).order_by(SignIn.id)
    yield from (row._asdict() for row in session.execute(query))


def _second_factor(session: Session, person_id: int) -> Iterator[Record]:
    codes = select(func.count()).where(RecoveryCode.person_id == person_id).scalar_subquery()
    query = select(SecondFactor.set_up_at, codes.label("recovery_codes_left")).where(
        SecondFactor.person_id == person_id
    )
    yield from (row._asdict() for row in session.execute(query))


def _identities(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        ExternalIdentity.issuer,
        ExternalIdentity.subject,
        ExternalIdentity.linked_at,
        ExternalIdentity.unlinked_at,
    )
    query = select(*columns).where(ExternalIdentity.person_id == person_id)
    yield from (row._asdict() for row in session.execute(query.order_by(ExternalIdentity.id)))


SECTIONS = (
    Section(
        "sign_ins",
        "Vos connexions",
        "sign_in",
        {
            "opened_at": "ouverte le",
            "closed_at": "fermée le",
            "way": "moyen (password : mot de passe, link : lien reçu, provider : fournisseur "
            "d’identité, demo : démonstration)",
            "browser": "navigateur",
        },
        _sign_ins,
    ),
    Section(
        "second_factor",
        "Votre double authentification",
        "second_factor recovery_code",
        {
            "set_up_at": "mise en place le",
            "recovery_codes_left": "codes de secours qui restent (eux-mêmes ne sont connus de "
            "personne)",
        },
        _second_factor,
    ),
    Section(
        "external_identities",
        "Vos comptes associés chez un fournisseur d’identité",
        "external_identity",
        {
            "issuer": "fournisseur",
            "subject": "numéro qu’il vous donne",
            "linked_at": "associé le",
            "unlinked_at": "dissocié le",
        },
        _identities,
    ),
)
