"""What pages, exports and the plenary read of maturity."""

from app.maturity.queries.counts import TerritoryFacts, territory_facts
from app.maturity.queries.standing import FrameworkChoice, Overview, overview, standing

__all__ = [
    "FrameworkChoice",
    "Overview",
    "TerritoryFacts",
    "overview",
    "standing",
    "territory_facts",
]
