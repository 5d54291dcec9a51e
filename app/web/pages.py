"""The site's own pages: open to everybody, and true of every installation."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.web.database import db
from app.web.gate import public
from app.web.layout import Link
from app.web.navigation import keyed_entries
from app.web.settings import settings

site = Blueprint("site", __name__)

# behind a sign-in or a mailed link there is nothing to index, and links must not be tried
INDEXED = ("/$", "/aide", "/accessibilite", "/mentions-legales", "/plan-du-site", "/contact")
ROBOTS = "\n".join(
    ("User-agent: *", *(f"Allow: {path}" for path in INDEXED), "Allow: /static/", "Disallow: /", "")
)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    app.register_blueprint(site)


@site.get("/aide")
@public
def help_page() -> ResponseReturnValue:
    return render_template("site/help.html")


@site.get("/aide/clavier")
@public
def keyboard() -> ResponseReturnValue:
    return render_template("site/keyboard.html", entries=keyed_entries(current_app))


@site.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("site/accessibility.html", **_operator())


@site.get("/mentions-legales")
@public
def legal_notice() -> ResponseReturnValue:
    return render_template("site/legal_notice.html", **_operator())


@site.get("/contact")
@public
def contact() -> ResponseReturnValue:
    return render_template("site/contact.html", **_operator())


@site.get("/plan-du-site")
@public
def site_map() -> ResponseReturnValue:
    return render_template("site/site_map.html", open_pages=_open_pages())


@site.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    return Response(ROBOTS, mimetype="text/plain")


@site.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """For whoever watches the machine: 200 when the database answers, else 503."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="error", database="unreachable"), 503
    return jsonify(status="ok", database="ok")


def _operator() -> dict[str, str]:
    """Where this installation is, and the address it writes from."""
    return {"site_url": settings().base_url, "address": settings().mail_from}


def _open_pages() -> list[Link]:
    return [
        Link(_("Accueil"), "/"),
        Link(_("Se connecter"), "/connexion"),
        Link(_("Aide"), "/aide"),
        Link(_("Au clavier"), "/aide/clavier"),
        Link(_("Accessibilité"), "/accessibilite"),
        Link(_("Mentions légales"), "/mentions-legales"),
        Link(_("Confidentialité"), "/confidentialite"),
        Link(_("Mes données"), "/mes-donnees"),
        Link(_("Contact"), "/contact"),
    ]
