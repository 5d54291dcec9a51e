"""Contacts of an organisation, with and without an account, and who is invited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, MembershipRole
from app.accounts.models import Ask, Grant, Membership, Organisation, Person
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.models import Mail
from tests.accounts.state import everything
from tests.cast import NOW, TODAY, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
RACHID = {"name": "Rachid Amrani", "function": "Livreur", "phone": "06 12 34 56 78", "email": ""}


def page_of(cast: Cast, name: str = "Le Fournil") -> str:
    path = f"/organisations/{cast.organisation(name).public_id}"
    cast.session.commit()
    return path


def contact_path(cast: Cast, name: str, organisation: str = "Le Fournil") -> str:
    public_id = cast.session.scalars(select(Person.public_id).where(Person.name == name)).one()
    return f"{page_of(cast, organisation)}/contacts/{public_id}"


def place_of(session: Session, name: str, organisation: str = "Le Fournil") -> Membership:
    return session.scalars(
        select(Membership)
        .join(Person)
        .join(Organisation)
        .where(Person.name == name, Organisation.name == organisation)
    ).one()


def test_a_contact_needs_a_name_alone_and_gets_no_mail(
    as_: As, cast: Cast, session: Session
) -> None:
    answer = as_("Anne").post(f"{page_of(cast)}/contacts/nouveau", data=RACHID)
    assert answer.status_code == 303
    place = place_of(session, "Rachid Amrani")
    assert (place.function, place.is_default, place.role) == (
        "Livreur",
        False,
        MembershipRole.MEMBER,
    )
    assert place.person.email is None
    assert session.scalars(select(Mail)).all() == []
    session.commit()
    page = as_("Anne").get(page_of(cast)).text
    assert "06 12 34 56 78" in page
    assert "sans compte" in page


def test_the_first_contact_is_called_first(as_: As, cast: Cast, session: Session) -> None:
    as_("Paul").post(f"{page_of(cast, 'Scierie de la Sorne')}/contacts/nouveau", data=RACHID)
    assert place_of(session, "Rachid Amrani", "Scierie de la Sorne").is_default


def test_an_address_that_is_somebodys_is_not_enlisted(
    as_: As, cast: Cast, session: Session
) -> None:
    typed = {**RACHID, "email": "Marc@example.org"}
    refused = as_("Anne").post(f"{page_of(cast)}/contacts/nouveau", data=typed)
    assert refused.status_code == 422
    assert "Cette adresse sert déjà" in refused.text
    assert "Marc Oudot" not in refused.text
    assert session.scalar(select(Person).where(Person.name == "Rachid Amrani")) is None


def test_a_contact_without_account_is_kept_up_to_date_by_who_admits(
    as_: As, cast: Cast, session: Session
) -> None:
    as_("Lucie").post(f"{page_of(cast)}/contacts/nouveau", data=RACHID)
    path = contact_path(cast, "Rachid Amrani")
    changed = {
        **RACHID,
        "version": "1",
        "phone": "06 99 99 99 99",
        "email": "rachid@fournil.example",
    }
    assert as_("Lucie").post(path, data=changed).status_code == 303
    person = place_of(session, "Rachid Amrani").person
    assert (person.phone, person.email, person.version) == (
        "06 99 99 99 99",
        "rachid@fournil.example",
        2,
    )
    session.commit()
    stale = as_("Anne").post(path, data={**changed, "phone": "06 00 00 00 00"})
    assert stale.status_code == 409
    assert "06 99 99 99 99" in stale.text
    assert 'value="06 00 00 00 00"' in stale.text


def test_nobody_sets_the_address_of_who_has_an_account(
    as_: As, cast: Cast, session: Session
) -> None:
    """Whoever could, could ask for a sign-in link in that person's name."""
    as_("Marc")  # Marc has signed in
    path = contact_path(cast, "Marc Oudot", "Atelier Bois")
    typed = {**RACHID, "version": "1", "email": "thief@example.org", "function": "Menuisier"}
    assert as_("Anne").post(path, data=typed).status_code == 303
    place = place_of(session, "Marc Oudot", "Atelier Bois")
    assert place.function == "Menuisier"
    assert place.person.email == "marc@example.org"


def test_a_contact_of_two_organisations_is_not_changed_from_one(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    session.add(
        Membership(
            person_id=cast.person("Marc").id,
            organisation_id=cast.organisation("Scierie de la Sorne").id,
            started_on=TODAY,
        )
    )
    path = contact_path(cast, "Marc Oudot", "Atelier Bois")
    typed = {**RACHID, "version": "1", "email": "thief@example.org"}
    assert as_("Anne").post(path, data=typed).status_code == 303
    assert place_of(session, "Marc Oudot", "Atelier Bois").person.email == "marc@example.org"


def test_another_contact_is_called_first(as_: As, cast: Cast, session: Session) -> None:
    as_("Lucie").post(f"{page_of(cast)}/contacts/nouveau", data=RACHID)
    path = f"{contact_path(cast, 'Rachid Amrani')}/premier"
    part = as_("Lucie").post(path, headers=FRAGMENT)
    assert "<html" not in part.text
    assert part.text.index("Rachid Amrani") < part.text.index("Lucie Perrin")
    assert 'id="messages"' in part.text
    assert place_of(session, "Rachid Amrani").is_default
    assert not place_of(session, "Lucie Perrin").is_default


def test_a_contact_who_leaves_stays_in_the_past(as_: As, cast: Cast, session: Session) -> None:
    as_("Lucie").post(f"{page_of(cast)}/contacts/nouveau", data=RACHID)
    path = f"{contact_path(cast, 'Rachid Amrani')}/depart"
    assert as_("Lucie").post(path).location.endswith(page_of(cast))
    assert place_of(session, "Rachid Amrani").ended_on is not None
    session.commit()
    assert "Rachid Amrani" not in as_("Lucie").get(page_of(cast)).text
    assert as_("Lucie").post(path).status_code == 404


@pytest.mark.parametrize(
    ("who", "organisation", "status"),
    [
        ("Anne", "Le Fournil", 200),
        ("Lucie", "Le Fournil", 200),
        ("Odile", "Le Fournil", 200),
        ("Sylvie", "Le Fournil", 403),
        ("Marc", "Le Fournil", 403),
        ("Paul", "Le Fournil", 404),
        ("Karim", "CCI des Deux Rives", 200),
        # the chamber reads two territories, Anne animates one: she may not let people in
        ("Anne", "CCI des Deux Rives", 403),
        ("Paul", "CCI des Deux Rives", 403),
        ("Henri", "CC du Val d’Aubrive", 403),
    ],
)
def test_who_lets_people_in(as_: As, cast: Cast, who: str, organisation: str, status: int) -> None:
    path = page_of(cast, organisation)
    client = as_(who)
    assert client.get(f"{path}/contacts/nouveau").status_code == status
    assert client.get(f"{path}/inviter").status_code == status
    assert client.post(f"{path}/inviter", data={}).status_code == (422 if status == 200 else status)
    page = client.get(path)
    assert (f"{path}/inviter" in page.text) == (status == 200)


def test_an_invitation_goes_out_by_mail_and_waits_on_the_page(
    as_: As, cast: Cast, session: Session
) -> None:
    typed = {
        "name": "Inès Kada",
        "email": "Ines@Fournil.example",
        "function": "Gérante",
        "note": "À jeudi",
    }
    answer = as_("Anne").post(f"{page_of(cast)}/inviter", data=typed)
    assert answer.status_code == 303
    mail = session.scalars(select(Mail)).one()
    assert (mail.kind, mail.to) == ("invitation", "ines@fournil.example")
    ask = session.scalars(select(Ask)).one()
    assert ask.asker_id == cast.person("Anne").id
    assert ask.payload == {
        "name": "Inès Kada",
        "function": "Gérante",
        "role": "member",
        "note": "À jeudi",
    }
    session.commit()
    page = as_("Lucie").get(page_of(cast)).text
    assert "ines@fournil.example" in page
    assert "attend sa réponse" in page
    assert "ines@fournil.example" not in as_("Sylvie").get(page_of(cast)).text


def test_inviting_answers_alike_for_known_and_unknown_people(
    as_: As, cast: Cast, session: Session
) -> None:
    for email in ("paul@example.org", "nobody@example.org"):
        answer = as_("Lucie").post(
            f"{page_of(cast)}/inviter", data={"name": "Quelqu’un", "email": email}
        )
        assert answer.status_code == 303
    names = session.scalars(select(Person.name).where(Person.email == "paul@example.org")).all()
    assert names == ["Paul Etcheverry"]


def test_the_page_does_not_tell_the_name_of_a_known_stranger_who_was_invited(
    as_: As, cast: Cast
) -> None:
    client = as_("Lucie")
    client.post(f"{page_of(cast)}/inviter", data={"name": "Qui ?", "email": "paul@example.org"})
    page = client.get(page_of(cast)).text
    assert "paul@example.org" in page
    assert "Etcheverry" not in page


def test_an_invitation_is_sent_again_and_taken_back(as_: As, cast: Cast, session: Session) -> None:
    client = as_("Anne")
    client.post(f"{page_of(cast)}/inviter", data={"name": "Inès", "email": "i@example.org"})
    ask_id = session.scalars(select(Ask.public_id)).one()
    path = f"{page_of(cast)}/invitations/{ask_id}"
    assert "i@example.org" in client.post(f"{path}/renouveler", headers=FRAGMENT).text
    part = client.post(f"{path}/retirer", headers=FRAGMENT).text
    assert "i@example.org" not in part
    assert session.scalars(select(Ask)).one().state is AskState.WITHDRAWN
    assert session.scalars(select(Grant)).one().revoked_at is not None
    session.commit()
    assert client.post(f"{path}/renouveler").status_code == 404


def test_an_invitation_of_another_organisation_is_not_found_here(
    as_: As, cast: Cast, session: Session
) -> None:
    as_("Marc").post(
        f"{page_of(cast, 'Atelier Bois')}/inviter", data={"name": "X", "email": "x@example.org"}
    )
    ask_id = session.scalars(select(Ask.public_id)).one()
    before = everything(session)
    path = f"{page_of(cast)}/invitations/{ask_id}"
    assert as_("Lucie").post(f"{path}/retirer").status_code == 404
    after = everything(session)
    assert {k: v for k, v in after.items() if k != "sign_in"} == {
        k: v for k, v in before.items() if k != "sign_in"
    }


def test_inviting_a_contact_begins_with_what_is_known(as_: As, cast: Cast) -> None:
    person = cast.person("Lucie").public_id
    page = as_("Anne").get(f"{page_of(cast)}/inviter?contact={person}").text
    assert 'value="lucie@example.org"' in page
    for stranger in ("nobody", "%00", "%25", ""):
        answer = as_("Anne").get(f"{page_of(cast)}/inviter?contact={stranger}")
        assert answer.status_code == 404


def test_the_page_takes_as_many_queries_for_many_contacts_as_for_few(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    client, url = as_("Anne"), page_of(cast)
    client.get(url)
    queries.reset()
    client.get(url)
    few = len(queries)
    acting(session, None, Via.COMMAND, NOW)
    for number in range(30):
        person = Person(name=f"Contact {number}", search_key=f"contact {number}", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(
            Membership(
                person_id=person.id,
                organisation_id=cast.organisation("Le Fournil").id,
                started_on=TODAY,
            )
        )
    session.commit()
    queries.reset()
    assert "Contact 29" in client.get(url).text
    assert len(queries) == few
