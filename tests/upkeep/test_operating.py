"""The operator's pages: territories by their counts, pilots found again, operators named."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState, TerritoryRoleKind
from app.accounts.links import Links
from app.accounts.mails import invitation_letter
from app.accounts.models import Ask, Grant, Membership, Person, Territory, TerritoryRole
from app.accounts.services.operators import end_operator, invite_operator
from app.core import clock
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.plans.models import Project
from app.upkeep.doctor import Finding, Verdict
from app.upkeep.labels import FINDINGS, told
from app.web.database import db
from tests.accounts.teams import at_once
from tests.cast import NOW, Cast
from tests.conftest import SECRET, QueryCount

As = Callable[[str], FlaskClient]
LINKS = Links(SECRET, "http://localhost")
BRUME = {
    "name": "Pays de Brume",
    "siren": "200 000 008",
    "organisation": "CC du Pays de Brume",
    "pilot_name": "Agathe Roux",
    "pilot_email": "Agathe@brume.example",
    "time_zone": "Europe/Paris",
    "holiday_zone": "metropole",
}
NADIA = {"name": "Nadia Bel", "email": "nadia@example.org", "note": "Pour l’été."}


@pytest.fixture(autouse=True)
def _who_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, clock.now())


def path(cast: Cast, end: str = "") -> str:
    found = f"/exploitation/territoires/{cast.territory().public_id}{end}"
    cast.session.commit()
    return found


def link_to(session: Session, kind: AskKind) -> str:
    """The page behind the latest invitation of a kind."""
    session.rollback()
    ask = session.scalars(select(Ask).where(Ask.kind == kind).order_by(Ask.id.desc())).first()
    assert ask is not None
    grant = session.scalars(select(Grant).where(Grant.subject_id == ask.id)).one()
    found = f"/invitation/{LINKS.token(grant.public_id)}"
    session.commit()
    return found


def accept(app: Flask, link: str, name: str) -> None:
    assert app.test_client().post(link, data={"answer": "accept", "name": name}).status_code == 303


# Territories


def test_territories_are_told_by_their_counts_alone(as_: As, session: Session, cast: Cast) -> None:
    as_("Anne")  # has come in
    page = as_("Odile").get("/exploitation").text
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    val, sorne = rows[1], rows[0]
    for said in ("Val d’Aubrive", ">2</td>", ">6</td>", "pas encore"):
        assert said in val
    assert "personne n’anime" not in val
    assert "personne n’anime" in sorne  # Paul has never come in
    for title in session.scalars(select(Project.title)):
        assert title not in page


def test_the_pages_ask_as_often_for_one_territory_as_for_many(
    as_: As, session: Session, queries: QueryCount
) -> None:
    odile = as_("Odile")
    odile.get("/exploitation")
    queries.reset()
    odile.get("/exploitation")
    few = len(queries)
    session.add_all(
        Territory(name=f"Pays {number:02}", siren=None, created_at=NOW) for number in range(60)
    )
    session.commit()
    queries.reset()
    assert "Pays 07" in odile.get("/exploitation").text
    assert len(queries) == few


def test_the_list_goes_on_page_by_page_and_narrows(as_: As, session: Session) -> None:
    session.add_all(
        Territory(name=f"Pays {number:02}", siren=None, created_at=NOW) for number in range(60)
    )
    session.commit()
    odile, seen, url = as_("Odile"), list[str](), "/exploitation"
    while url:
        page = odile.get(url).text
        rows = page.split('scope="row"')[1:]
        seen += [row.partition("</a>")[0].rpartition(">")[2] for row in rows]
        url = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        url = url.replace("&amp;", "&") if 'rel="next"' in page else ""
    assert len(seen) == 62
    assert seen == sorted(set(seen), key=str.lower)
    assert odile.get("/exploitation?q=PAYS 07").text.count('scope="row"') == 1
    assert "Aucun territoire ne porte ce nom" in odile.get("/exploitation?q=%25").text
    assert odile.get("/exploitation?apres=nowhere").status_code == 404


def test_opening_a_territory_invites_its_pilot(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    made = as_("Odile").post("/exploitation/territoires/nouveau", data=BRUME)
    assert made.status_code == 303
    page = as_("Odile").get(made.location).text
    assert "agathe@brume.example" in page
    assert "n’est pas encore entré·e" in page
    accept(app, link_to(session, AskKind.INVITATION), "Agathe Roux")
    assert "dernière entrée le" in as_("Odile").get(made.location).text
    agathe = as_("Agathe")
    brume = cast.territory("Pays de Brume").public_id
    session.commit()
    assert agathe.get(f"/territoires/{brume}/equipe").status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"siren": "123456789"}, "Ce SIREN n’est pas juste"),
        ({"siren": "999000011"}, "Val d’Aubrive » (SIREN 999000011) est déjà ouvert"),
        ({"name": "plaine de sorne"}, "est déjà ouvert"),
        ({"pilot_email": "agathe"}, "Cette adresse est incomplète"),
        ({"pilot_name": ""}, "Indiquez un nom"),
        ({"time_zone": "Mars/Olympus"}, "Fuseau horaire"),
    ],
)
def test_a_territory_that_cannot_be_opened_is_told_in_french(
    as_: As, session: Session, typed: dict[str, str], said: str
) -> None:
    refused = as_("Odile").post("/exploitation/territoires/nouveau", data={**BRUME, **typed})
    assert refused.status_code == 422
    assert said in refused.text.replace("\u00a0", " ")
    assert len(session.scalars(select(Territory)).all()) == 2
    assert session.scalars(select(Mail)).all() == []


def test_a_pilot_who_has_not_come_in_is_invited_again_or_taken_back(
    as_: As, session: Session, cast: Cast
) -> None:
    odile = as_("Odile")
    made = odile.post("/exploitation/territoires/nouveau", data=BRUME).location
    agathe = cast.person("Agathe").public_id
    session.commit()
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        for _tap in range(2):
            assert odile.post(f"{made}/animation/{agathe}/renvoyer").status_code == 303
    assert len(session.scalars(select(Mail)).all()) == 2
    session.commit()
    odile = as_("Odile")  # a cookie of the future is none
    assert odile.post(f"{made}/animation/{agathe}/retirer").status_code == 303
    session.rollback()
    assert session.scalars(select(Ask)).one().state is AskState.WITHDRAWN
    assert session.scalars(select(Grant)).one().revoked_at is not None
    assert cast.person("Agathe").memberships[0].ended_on is not None
    session.commit()
    page = odile.get(made).text
    assert "Personne n’anime ce territoire" in page
    assert odile.post(f"{made}/animation/{agathe}/renvoyer").status_code == 404


def test_a_declined_invitation_is_followed_by_a_new_one(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    odile = as_("Odile")
    made = odile.post("/exploitation/territoires/nouveau", data=BRUME).location
    app.test_client().post(link_to(session, AskKind.INVITATION), data={"answer": "decline"})
    odile.post(f"{made}/animation/{cast.person('Agathe').public_id}/renvoyer")
    session.rollback()
    states = session.scalars(select(Ask.state).order_by(Ask.id)).all()
    assert states == [AskState.DECLINED, AskState.OPEN]


def test_who_has_come_in_is_not_taken_back_by_the_operator(
    as_: As, session: Session, cast: Cast
) -> None:
    as_("Anne")
    anne = cast.person("Anne").public_id
    as_("Odile").post(path(cast, f"/animation/{anne}/retirer"))
    role = session.scalars(
        select(TerritoryRole).where(TerritoryRole.person_id == cast.person("Anne").id)
    ).one()
    assert role.ended_on is None


def test_a_territory_that_lost_its_pilot_gets_another_one(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    as_("Anne")
    odile = as_("Odile")
    assert odile.post(path(cast, "/animation"), data=NADIA).status_code == 403
    later = clock.now() + timedelta(days=61)
    with time_machine.travel(later, tick=False):
        odile = as_("Odile")
        assert odile.get(path(cast, "/animation")).status_code == 200
        assert odile.post(path(cast, "/animation"), data=NADIA).status_code == 303
        mail = session.scalars(select(Mail)).one()
        letter = invitation_letter(LINKS, session, mail, later)
        assert isinstance(letter, Letter)
        assert "Odile Renaud vous invite à animer la démarche" in letter.subject
        session.commit()
        accept(app, link_to(session, AskKind.TERRITORY_ROLE), "Nadia Bel")
        assert odile.post(path(cast, "/animation"), data=NADIA).status_code == 403
    role = session.scalars(select(TerritoryRole).order_by(TerritoryRole.id.desc())).first()
    assert role is not None
    assert (role.person.name, role.role) == ("Nadia Bel", TerritoryRoleKind.PILOT)


def test_the_operators_invitation_is_renewed_and_taken_back_by_operators_alone(
    as_: As, session: Session, cast: Cast
) -> None:
    odile = as_("Odile")
    odile.post(path(cast, "/animation"), data=NADIA)  # Anne has never come in
    public_id = session.scalars(select(Ask.public_id)).one()
    session.commit()
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert "sans réponse, expirée" in odile.get(path(cast)).text
        for verb in ("renouveler", "retirer"):
            assert odile.post(path(cast, f"/invitations/{public_id}/{verb}")).status_code == 303
    odile = as_("Odile")  # a cookie of the future is none
    assert odile.post(path(cast, f"/invitations/{public_id}/brûler")).status_code == 404
    session.rollback()
    assert session.scalars(select(Ask)).one().state is AskState.WITHDRAWN
    assert len(session.scalars(select(Mail)).all()) == 2


def test_the_operator_learns_nothing_of_the_teams_own_invitations(
    as_: As, session: Session, cast: Cast
) -> None:
    team = f"/territoires/{cast.territory().public_id}/equipe/inviter"
    session.commit()
    as_("Anne").post(team, data={**NADIA, "role": "pilot"})
    ask = session.scalars(select(Ask.public_id)).one()
    session.commit()
    odile = as_("Odile")
    assert "nadia@example.org" not in odile.get(path(cast)).text
    assert odile.post(path(cast, f"/invitations/{ask}/retirer")).status_code == 404


# The service


def test_the_health_page_tells_what_the_doctor_finds_in_french(as_: As, session: Session) -> None:
    session.add(
        Mail(
            key="k",
            kind="note",
            to="a@example.org",
            subject="Sujet secret",
            refs={},
            not_before=NOW,
            created_at=NOW,
            state=MailState.FAILED,
            ended_at=NOW,
        )
    )
    session.commit()
    page = as_("Odile").get("/exploitation/sante").text
    for said in (
        "Base de données",
        "Aucun relais n’est réglé",
        "Rien n’a encore tourné ici",
        "En échec",
    ):
        assert said in page
    assert 'lang="en"' not in page
    for untold in ("Sujet secret", "a@example.org"):
        assert untold not in page


def test_every_wording_of_a_finding_can_be_said() -> None:
    places = [re.findall(r"%\((\w+)\)", str(words)) for words in FINDINGS.values()]
    values = dict.fromkeys(itertools.chain(*places), "x")
    for code in FINDINGS:
        assert "%(" not in told(Finding("n", Verdict.OK, "what", code, values))
    assert told(Finding("n", Verdict.OK, "what")) == "what"


# Operators


def test_an_operator_invites_another_one(app: Flask, as_: As, session: Session, cast: Cast) -> None:
    odile = as_("Odile")
    for _tap in range(2):
        assert odile.post("/exploitation/operateurs/inviter", data=NADIA).status_code == 303
    mail = session.scalars(select(Mail)).one()
    letter = invitation_letter(LINKS, session, mail, clock.now())
    assert isinstance(letter, Letter)
    assert letter.subject == "Odile Renaud vous invite à exploiter Maillage"
    assert "sans participer à aucun" in letter.text
    session.commit()
    link = link_to(session, AskKind.OPERATOR)
    assert "Odile Renaud vous invite parmi les personnes" in app.test_client().get(link).text
    accept(app, link, "Nadia Bel")
    assert cast.person("Nadia").is_operator
    session.commit()
    assert as_("Nadia").get("/exploitation/operateurs").status_code == 200


@pytest.mark.parametrize(
    ("email", "said"), [("odile@example.org", "votre propre adresse"), ("x", "incomplète")]
)
def test_who_need_not_be_invited_is_told_so(as_: As, email: str, said: str) -> None:
    refused = as_("Odile").post("/exploitation/operateurs/inviter", data={**NADIA, "email": email})
    assert refused.status_code == 422
    assert said in refused.text


def test_an_invitation_to_operate_opens_no_account_that_holds_more(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    as_("Odile").post(
        "/exploitation/operateurs/inviter", data={"name": "L", "email": "lucie@example.org"}
    )
    link = link_to(session, AskKind.OPERATOR)
    answered = app.test_client().post(link, data={"answer": "accept", "name": "Lucie"})
    assert answered.status_code == 200
    assert "Vous avez accepté" in answered.text
    assert cast.person("Lucie").is_operator


def test_it_falls_when_its_asker_operates_no_longer(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    as_("Odile").post("/exploitation/operateurs/inviter", data=NADIA)
    link = link_to(session, AskKind.OPERATOR)
    cast.person("Odile").is_operator = False
    session.commit()
    assert app.test_client().get(link).status_code == 410


def test_the_last_operator_stays_and_another_ones_end_can_be_undone(
    as_: As, session: Session, cast: Cast
) -> None:
    odile, own = as_("Odile"), cast.person("Odile").public_id
    session.commit()
    page = odile.post(f"/exploitation/operateurs/{own}/fin", follow_redirects=True).text
    assert "Vous êtes la seule personne qui exploite cette installation" in page
    paul = cast.person("Paul")
    paul.is_operator, paul.password_hash = True, "chosen"
    public_id = paul.public_id
    session.commit()
    for _tap in range(2):
        assert odile.post(f"/exploitation/operateurs/{public_id}/fin").status_code == 303
    assert as_("Paul").get("/exploitation").status_code == 404
    assert "Remettre" in odile.get("/exploitation/operateurs").text
    for _tap in range(2):
        assert odile.post(f"/exploitation/operateurs/{public_id}/remettre").status_code == 303
    assert as_("Paul").get("/exploitation").status_code == 200
    marc = cast.person("Marc").public_id
    session.commit()
    for verb in ("fin", "remettre"):
        assert odile.post(f"/exploitation/operateurs/{marc}/{verb}").status_code == 404


def test_two_operators_who_end_each_other_at_once_leave_one(
    app: Flask, session: Session, cast: Cast
) -> None:
    for who in ("Odile", "Paul"):
        person = cast.person(who)
        person.is_operator, person.password_hash = True, "chosen"
    session.commit()

    def ends(who: str, by: str) -> Callable[[Session], object]:
        return lambda own: end_operator(own, Cast(own).person(who), by_id=Cast(own).person(by).id)

    with app.app_context():
        engine = db.engine
    answers = at_once(engine, ends("Odile", "Paul"), ends("Paul", "Odile"))
    assert sorted(map(str, answers)) == sorted(map(str, [True, RefusedError]))
    session.rollback()
    assert len(session.scalars(select(Person).where(Person.is_operator)).all()) == 1


def test_the_operator_is_of_no_project(as_: As, session: Session, cast: Cast) -> None:
    """Opening a territory and naming its pilot give the operator no part in it."""
    as_("Odile").post("/exploitation/territoires/nouveau", data=BRUME)
    odile = cast.person("Odile").id
    for model in (Membership, TerritoryRole):
        assert session.scalars(select(model).where(model.person_id == odile)).all() == []


def test_the_first_operator_needs_nobody_to_ask(empty_app: Flask, empty_session: Session) -> None:
    result = empty_app.test_cli_runner().invoke(
        args=["operator", "invite", "--name", "Odile Renaud", "--email", "Odile@example.org"]
    )
    assert result.exit_code == 0, result.output
    page = result.output.strip().removeprefix("http://localhost")
    assert "Maillage est installé, et vous l’exploitez" in empty_app.test_client().get(page).text
    mail = empty_session.scalars(select(Mail)).one()
    letter = invitation_letter(LINKS, empty_session, mail, clock.now())
    assert isinstance(letter, Letter)
    assert letter.subject == "Votre accès d’exploitation de Maillage"
    empty_session.commit()
    accept(empty_app, page, "Odile Renaud")
    assert empty_session.scalars(select(Person)).one().is_operator


@pytest.mark.parametrize(
    ("name", "email"), [("", "o@example.org"), ("O", "nowhere"), ("Odile", "odile@example.org")]
)
def test_the_command_refuses_with_one_sentence(
    app: Flask, session: Session, name: str, email: str
) -> None:
    result = app.test_cli_runner().invoke(
        args=["operator", "invite", "--name", name, "--email", email]
    )
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert session.scalars(select(Ask)).all() == []


def test_asking_again_on_the_command_line_renews(session: Session, cast: Cast) -> None:
    first, second = (
        invite_operator(session, name="N", email="n@example.org", asker_id=None, now=NOW)
        for _time in range(2)
    )
    assert first is second
