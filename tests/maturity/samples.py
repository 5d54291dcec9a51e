"""A small framework of our own with levels, and short ways to stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from app.frameworks.services import Source, import_files, import_sources
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment
from app.maturity.services.assessing import confirm_status, open_assessment
from app.maturity.services.deadlines import set_deadline
from tests.cast import NOW, Cast

KEY = "echelle"
LADDER = """# Relier les ateliers
```yaml
id: 7
referentiel: echelle
niveaux: cumulatifs
seuil_niveau: 50
```
## Actions
### Vouloir
```yaml
id: 7.1
pourcentage: 40
```
#### Description
Une feuille de route.

#### Preuves attendues
- La feuille de route votée.

### Faire
```yaml
id: 7.2
pourcentage: 60
```
#### Actions
##### Chercher
```yaml
id: 7.2.1
pourcentage: 50
```

##### Deux synergies
```yaml
id: 7.2.2
pourcentage: 50
indicateur: synergies_operationnelles_annee
seuil: 2
```
"""

SUCCESSOR_KEY = "suite"
SUCCESSOR = """# Relier mieux
```yaml
id: 9
referentiel: suite
sources: ech = echelle
```
## Actions
### Vouloir encore
```yaml
id: 9.1
reprend: ech 7.1
reprise: statut
```

### Faire encore
```yaml
id: 9.2
reprend: ech 7.2
```

### Tout
```yaml
id: 9.3
reprend: ech 7.1; ech 7.2
reprise: statut
```

### Du neuf
```yaml
id: 9.4
```
"""


def import_successor(session: Session) -> None:
    source = Source("suite.md", "suite.md", SUCCESSOR.encode(), SUCCESSOR_KEY)
    import_sources(session, [source], now=NOW)
    session.commit()


def import_ladder(session: Session, text: str = LADDER) -> None:
    import_sources(session, [Source("echelle.md", "echelle.md", text.encode(), KEY)], now=NOW)
    session.commit()


CALL = Path(__file__).parents[2] / "seeds" / "frameworks" / "aac-eit-ademe-oec.md"
CALL_KEY = "maillage-aac"


def follow_call(session: Session, cast: Cast, dates: Mapping[str, date]) -> Assessment:
    """The Val follows the call for applications as a new territory, with these dates by ref."""
    import_files(session, [CALL], now=NOW)
    made = assess(session, cast, key=CALL_KEY)
    confirm_status(
        session,
        made,
        ref="aac.nouveau",
        status=CriterionStatus.UNSET,
        person_id=cast.person("Anne").id,
        now=NOW,
        seen_version=None,
    )
    for ref, due_on in dates.items():
        set_deadline(session, made, ref=ref, due_on=due_on, seen=None)
    session.commit()
    return made


def assess(
    session: Session,
    cast: Cast,
    year: int = 2026,
    key: str = KEY,
    territory: str = "Val d’Aubrive",
) -> Assessment:
    """A territory's assessment of the ladder, opened; the session may then write."""
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    place = cast.territory(territory).id
    made = open_assessment(session, territory_id=place, framework_key=key, year=year)
    session.commit()
    return made


def say(session: Session, cast: Cast, made: Assessment, ref: str, **more: object) -> None:
    """Anne confirms a criterion as done, or as `more` has it. Commits."""
    said: dict[str, object] = {"status": CriterionStatus.DONE, "seen_version": None}
    confirm_status(
        session,
        made,
        ref=ref,
        person_id=cast.person("Anne").id,
        now=NOW,
        **{**said, **more},  # type: ignore[arg-type]
    )
    session.commit()
