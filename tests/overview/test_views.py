"""Views: filters under a name, private or shared; a link that opens nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.overview.models import SavedView
from tests.cast import Cast

As = Callable[[str], FlaskClient]
OPEN = "statut=todo&statut=blocked"


def views(cast: Cast) -> str:
    return f"/plans/{cast.plan().public_id}/vues"


def save(client: FlaskClient, cast: Cast, name: str = "À faire", **form: str) -> str:
    said = {"name": name, "filtre": OPEN, **form}
    return client.post(views(cast), data=said, follow_redirects=True).text


def saved(cast: Cast, name: str = "À faire") -> SavedView:
    cast.session.rollback()
    return cast.session.scalars(select(SavedView).where(SavedView.name == name)).one()


def test_a_view_leads_to_its_filters(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    assert "La vue « À faire » est enregistrée" in save(anne, cast).replace("\xa0", " ")
    answer = anne.get(f"{views(cast)}/{saved(cast).public_id}")
    assert answer.location == f"/plans/{cast.plan().public_id}/tableau?{OPEN}"


def test_a_private_view_is_its_authors_alone(as_: As, cast: Cast) -> None:
    save(as_("Karim"), cast)
    address = f"{views(cast)}/{saved(cast).public_id}"
    assert as_("Anne").get(address).status_code == 404
    assert "À faire" not in re.findall(
        r'class="chip"[^>]*>([^<]+)', as_("Anne").get(views(cast)).text
    )


def test_a_shared_view_shows_each_reader_what_they_may_read(as_: As, cast: Cast) -> None:
    save(as_("Anne"), cast, "Tout", partagee="1")
    address = f"{views(cast)}/{saved(cast, 'Tout').public_id}"
    pages = {who: as_(who).get(address, follow_redirects=True).text for who in ("Anne", "Sylvie")}
    assert "Peser les invendus" in pages["Anne"]
    assert "Peser les invendus" not in pages["Sylvie"]
    assert as_("Paul").get(address).status_code == 404


def test_two_views_of_one_person_have_two_names(as_: As, cast: Cast) -> None:
    anne, karim = as_("Anne"), as_("Karim")
    save(anne, cast)
    assert "Vous avez déjà une vue de ce nom" in save(anne, cast)
    assert "est enregistrée" in save(karim, cast)


def test_a_view_without_a_filter_or_a_name_is_none(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    assert "au moins un filtre" in save(anne, cast, filtre="tri=projet&x=y")
    assert "Donnez un nom" in save(anne, cast, name="  ")
    cast.session.rollback()
    assert cast.session.scalars(select(SavedView)).all() == []


def test_renamed_shared_removed_and_brought_back(as_: As, cast: Cast, session: Session) -> None:
    karim = as_("Karim")
    save(karim, cast)
    address = f"{views(cast)}/{saved(cast).public_id}"
    karim.post(address, data={"name": "Urgent", "partagee": "1"})
    view = saved(cast, "Urgent")
    assert (view.is_shared, view.query) == (True, OPEN)
    assert as_("Lucie").post(address, data={"name": "Autre"}).status_code == 403
    page = karim.post(f"{address}/retirer", follow_redirects=True).text
    assert "Lien à copier" not in page
    gone = as_("Lucie").get(address, follow_redirects=True).text
    assert "Cette vue a été retirée" in gone
    [back] = re.findall(r'formaction="([^"]+/remettre)"', page)
    karim.post(back)
    assert saved(cast, "Urgent").removed_at is None


def test_a_name_taken_meanwhile_keeps_the_removed_view_removed(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    save(anne, cast)
    address = f"{views(cast)}/{saved(cast).public_id}"
    anne.post(f"{address}/retirer")
    save(anne, cast)
    page = anne.post(f"{address}/remettre", follow_redirects=True).text
    assert "Vous avez déjà une vue de ce nom" in page
    cast.session.rollback()
    rows = cast.session.scalars(select(SavedView).order_by(SavedView.id)).all()
    assert [row.removed_at is None for row in rows] == [False, True]


def test_who_animates_keeps_what_others_share(as_: As, cast: Cast) -> None:
    save(as_("Karim"), cast, partagee="1")
    address = f"{views(cast)}/{saved(cast).public_id}"
    assert as_("Anne").post(f"{address}/retirer").status_code == 303
    assert saved(cast).removed_at is not None
