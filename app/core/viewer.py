"""Who is looking: one frozen value, loaded once a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """A territory as the header names it."""

    id: int
    public_id: str
    name: str
    is_demo: bool


@dataclass(frozen=True)
class Viewer:
    """A signed-in person with what they belong to (ids of territories and organisations).

    `places`: every territory they see, by name; a test holds them to `visible_territories`.
    `second_factor_demanded`: of this person, by a territory that they animate or operate.
    """

    person_id: int
    name: str
    sign_in_id: int
    is_operator: bool = False
    pilots: frozenset[int] = field(default_factory=frozenset)
    facilitates: frozenset[int] = field(default_factory=frozenset)
    observes: frozenset[int] = field(default_factory=frozenset)
    organisations: frozenset[int] = field(default_factory=frozenset)
    manages: frozenset[int] = field(default_factory=frozenset)
    # of a chamber, whose people follow firms over several territories
    advises: bool = False
    places: tuple[Place, ...] = ()
    has_second_factor: bool = False
    second_factor_demanded: bool = False

    @property
    def owes_second_factor(self) -> bool:
        """Nothing is open to them before they have set one up."""
        return self.second_factor_demanded and not self.has_second_factor

    @property
    def animates(self) -> frozenset[int]:
        """Territories where this person drives the démarche (pilot or facilitator)."""
        return self.pilots | self.facilitates

    @property
    def follows(self) -> frozenset[int]:
        """Territories where this person has any role of the territory."""
        return self.animates | self.observes
