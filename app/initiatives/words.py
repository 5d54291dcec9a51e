"""How a meeting is told: its hours and its subject lines. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.french import NBSP, day_and_month, in_short, long_date
from app.initiatives.news import News


def hour(instant: datetime, zone: str) -> str:
    """« 14 h », « 8 h 30 »: as people say it."""
    local = instant.astimezone(ZoneInfo(zone))
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def hours(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """« de 14 h à 16 h »; an end on another day says its date."""
    begin, end = (one.astimezone(ZoneInfo(zone)).date() for one in (starts_at, ends_at))
    until = hour(ends_at, zone) if begin == end else f"{day_and_month(end)}, {hour(ends_at, zone)}"
    return f"de {hour(starts_at, zone)} à {until}"


def when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """« jeudi 16 avril 2026, de 14 h à 16 h »"""
    day = starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{long_date(day)}, {hours(starts_at, ends_at, zone)}"


def convocation_subject(title: str, starts_at: datetime, zone: str, news: News) -> str:
    """What stands in a list of mails: the question and the day, or what is new of it."""
    at, title = _at(starts_at, zone), in_short(title)
    if news.is_back:
        return f"La rencontre aura lieu : {title}, {at}"
    if news.moved and news.placed:
        return f"Nouvelle date, nouveau lieu : {title}, {at}"
    if news.moved:
        return f"Nouvelle date : {title}, {at}"
    if news.placed:
        return f"Nouveau lieu : {title}, {at}"
    return f"{title} : venez-vous {at} ?"


def cancelled_subject(title: str, starts_at: datetime, zone: str) -> str:
    return f"Rencontre annulée : {in_short(title)}, {_at(starts_at, zone)}"


def results_subject(title: str) -> str:
    return f"Ce qui a été décidé : {in_short(title)}"


def _at(starts_at: datetime, zone: str) -> str:
    """« mardi 14 avril à 14 h »"""
    day = day_and_month(starts_at.astimezone(ZoneInfo(zone)).date())
    return f"{day} à {hour(starts_at, zone)}"
