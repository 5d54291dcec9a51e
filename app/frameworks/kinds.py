"""Kinds of frameworks and of what stands in them, and what a reader has to say."""

from __future__ import annotations

import enum


class Category(enum.StrEnum):
    """`categorie` of a node, spelled as the official files spell it."""

    BASES = "bases"
    IMPLEMENTATION = "mise en œuvre"
    EFFECTS = "effets"


class FrameworkKind(enum.StrEnum):
    """`genre` of a framework's first root: what it is read as. Without one it has levels."""

    MATURITY = "maturité"
    PROGRAMME = "programme"
    OBJECTIVES = "objectifs"


class StatusKind(enum.StrEnum):
    UNSET = "unset"
    DONE = "done"
    PLANNED = "planned"
    NOT_DONE = "not_done"
    DETAILED = "detailed"


class DiagnosticLevel(enum.StrEnum):
    """An error keeps the whole import out; a warning was read, and says how."""

    ERROR = "error"
    WARNING = "warning"


class DiagnosticCode(enum.StrEnum):
    """Stable names of what a reader can meet; commands and tests rely on them."""

    # Errors
    NOT_UTF8 = "not-utf8"
    NO_ID = "no-id"
    NO_NODE = "no-node"
    # The file as a whole
    BOM = "bom"
    LINE_ENDINGS = "line-endings"
    CONTROL_CHARACTER = "control-character"
    LINE_SEPARATOR = "line-separator"
    DECOMPOSED_ACCENTS = "decomposed-accents"
    BLANK_RUN = "blank-run"
    TAB_AFTER_DASH = "tab-after-dash"
    RAW_HTML = "raw-html"
    UNUSUAL_SPACE = "unusual-space"
    # Headings and fences
    EMPTY_HEADING = "empty-heading"
    UNDERLINED_HEADING = "underlined-heading"
    UNSPACED_HEADING = "unspaced-heading"
    HEADING_LEVEL = "heading-level"
    SKIPPED_LEVEL = "skipped-level"
    PREAMBLE = "preamble"
    KEYWORD_SPELLING = "keyword-spelling"
    KEYWORD_TEXT = "keyword-text"
    SECTION_SPELLING = "section-spelling"
    REPEATED_SECTION = "repeated-section"
    OPEN_FENCE = "open-fence"
    OTHER_FENCE = "other-fence"
    STRAY_FENCE = "stray-fence"
    INDENTED_FENCE = "indented-fence"
    MISSED_NODE = "missed-node"
    COMMENTED_NODE = "commented-node"
    # Keys
    BAD_YAML = "bad-yaml"
    UNREADABLE_LINE = "unreadable-line"
    REPEATED_KEY = "repeated-key"
    KEY_SPELLING = "key-spelling"
    UNKNOWN_KEY = "unknown-key"
    EATEN_BY_HASH = "eaten-by-hash"
    NESTED_VALUE = "nested-value"
    YAML_MARK = "yaml-mark"
    NUMBER = "number"
    CATEGORY = "category"
    GENRE = "genre"
    TWO_IDS = "two-ids"
    ODD_ID = "odd-id"
    # The tree
    DUPLICATE_ID = "duplicate-id"
    PARENT_MISMATCH = "parent-mismatch"
    MISSING_PARENT = "missing-parent"
    PARENT_LOOP = "parent-loop"
    NO_CHILDREN = "no-children"
    NO_WEIGHTS = "no-weights"
    MISSING_WEIGHT = "missing-weight"
    WEIGHTS_SUM = "weights-sum"
    TWO_WEIGHTS = "two-weights"
    # Keys that are added to another file
    OVERLAY_ID = "overlay-id"
    OVERLAY_KEY = "overlay-key"
    # Declared rules
    UNREADABLE_RULE = "unreadable-rule"


class Counted(enum.StrEnum):
    """What a criterion may be decided by (`indicateur`): counts over a territory's data."""

    ANIMATION = "animation_nommee"
    SYNERGIES = "synergies_operationnelles_annee"
    OWN_SYNERGIES = "synergies_collectivite"
    MEETINGS = "rencontres_tenues_annee"
    NETWORKING = "genres_action_reseau"
    ENGAGED = "entreprises_engagees"
