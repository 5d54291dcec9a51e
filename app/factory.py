"""Composition root: the one place, with cli and scheduler, that sees every room."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, has_request_context
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, clockwork
from app.accounts import models as accounts_models
from app.accounts import sessions
from app.accounts.links import Links
from app.accounts.routes import registration as accounts_pages
from app.agreements import models as agreements_models
from app.agreements.routes import registration as agreements_pages
from app.core import clock
from app.core.viewer import Viewer
from app.demo import routes as demo_pages
from app.files import models as files_models
from app.files import rules as files_rules
from app.files.routes import registration as files_pages
from app.frameworks import models as frameworks_models
from app.frameworks.routes import registration as frameworks_pages
from app.imports import models as imports_models
from app.imports.routes import registration as imports_pages
from app.inbox import models as inbox_models
from app.inbox.routes import registration as inbox_pages
from app.initiatives import models as initiatives_models
from app.initiatives.routes import registration as initiatives_pages
from app.journal import models as journal_models
from app.journal import recorder
from app.journal.kinds import Via
from app.logbook.routes import registration as logbook_pages
from app.maturity import models as maturity_models
from app.maturity import shelf as maturity_shelf
from app.maturity.routes import registration as maturity_pages
from app.outbox import models as outbox_models
from app.overview import models as overview_models
from app.overview.routes import registration as overview_pages
from app.plans import models as plans_models
from app.plans import shelf as plans_shelf
from app.plans.routes import registration as plans_pages
from app.privacy import models as privacy_models
from app.privacy.routes import registration as privacy_pages
from app.reminders import models as reminders_models
from app.reminders.routes import registration as reminders_pages
from app.reports import models as reports_models
from app.reports.routes import registration as reports_pages
from app.upkeep.routes import registration as upkeep_pages
from app.web import (
    assets,
    database,
    errors,
    forgery,
    gate,
    headers,
    htmx,
    layout,
    limits,
    logs,
    navigation,
    pages,
    panels,
    wording,
)
from app.web.cookies import Cookies
from app.web.logs import QuietFlask
from config import LOCAL_HOSTS, Settings, load

csrf = CSRFProtect()

# every room's tables, so that the metadata is whole whatever a command touches
TABLES = (
    accounts_models,
    agreements_models,
    files_models,
    frameworks_models,
    imports_models,
    inbox_models,
    initiatives_models,
    journal_models,
    maturity_models,
    outbox_models,
    overview_models,
    reports_models,
    plans_models,
    privacy_models,
    reminders_models,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings, or for the environment's. Starts no scheduler."""
    chosen = settings or load()
    app = QuietFlask(
        "app",
        template_folder="../templates",
        static_folder=assets.FOLDER,
        static_url_path=assets.url_path(),
    )
    app.config.update(_flask_config(chosen))
    app.extensions["maillage_settings"] = chosen
    app.extensions["maillage_links"] = Links(chosen.secret_key, chosen.base_url)
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    if chosen.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask wants it
            app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies
        )
    assets.install(app)
    app.session_interface = Cookies()
    database.install(app)
    recorder.install()
    limits.install(app, upload_megabytes=chosen.upload_limit_mb)
    csrf.init_app(app)
    forgery.install(app)
    Babel(app, default_locale="fr", default_timezone="Europe/Paris")
    wording.install(app)
    htmx.install(app)
    headers.install(app, https=chosen.is_https)
    errors.install(app)
    gate.install(app, _load_viewer, _record)
    navigation.install(app, demo=chosen.demo)
    panels.install(app)
    _hang_rooms(app)
    layout.install(app)
    logs.install(app)
    cli.register(app)
    clockwork.register(app)
    return app


def _hang_rooms(app: Flask) -> None:
    """The pages of every room, and what one lends to another; lower rooms first."""
    pages.register(app)
    accounts_pages.register(app)
    files_pages.register(app)
    files_rules.register(plans_shelf.KIND, plans_shelf.shelf_by_id)
    files_rules.register(maturity_shelf.KIND, maturity_shelf.shelf_by_id)
    plans_pages.register(app)
    imports_pages.register(app)
    agreements_pages.register(app)
    initiatives_pages.register(app)
    reports_pages.register(app)
    demo_pages.register(app)
    frameworks_pages.register(app)
    maturity_pages.register(app)
    reminders_pages.register(app)
    inbox_pages.register(app)
    logbook_pages.register(app)
    overview_pages.register(app)
    upkeep_pages.register(app)
    privacy_pages.register(app)


def _load_viewer(session: Session, key: str) -> Viewer | None:
    return sessions.load_viewer(session, key, clock.now())


def _record(session: Session, person_id: int | None, by_link: bool) -> None:
    on_page = Via.MAIL_LINK if by_link else Via.PAGE
    via = on_page if has_request_context() else Via.COMMAND
    recorder.acting(session, person_id, via, clock.now())


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        # a forged Host header gets 400; this machine may always ask itself how it is
        "TRUSTED_HOSTS": [urlsplit(settings.base_url).hostname, *LOCAL_HOSTS],
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # what stands in a row is no matter for the logs
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            "pool_pre_ping": not settings.is_sqlite,
        },
        "SESSION_COOKIE_NAME": "__Host-maillage" if settings.is_https else "maillage",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        # a session ends on its day however often it is used; and no file carries a cookie
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": True,
        "SEND_FILE_MAX_AGE_DEFAULT": assets.KEPT,
    }
