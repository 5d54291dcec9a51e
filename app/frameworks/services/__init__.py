"""What people do to frameworks: check files, import them. There is no editor: they are files."""

from app.frameworks.services.importing import (
    ImportedFramework,
    ImportReport,
    check_files,
    import_files,
    import_sources,
)
from app.frameworks.services.sources import Source, UnreadableSourceError, open_sources

__all__ = [
    "ImportReport",
    "ImportedFramework",
    "Source",
    "UnreadableSourceError",
    "check_files",
    "import_files",
    "import_sources",
    "open_sources",
]
