"""Making one of two records, without loss, and parting them again within a day."""

from app.accounts.services.merging.clashes import Resolution, register, same_thing
from app.accounts.services.merging.organisations import merge_organisations
from app.accounts.services.merging.people import merge_people
from app.accounts.services.merging.undo import REGRET, forget_over, undo_merge

__all__ = [
    "REGRET",
    "Resolution",
    "forget_over",
    "merge_organisations",
    "merge_people",
    "register",
    "same_thing",
    "undo_merge",
]
