"""The French words of frameworks: weights, texts, and where the numbers of a score come from."""

from app.frameworks.labels.differences import summed_up, weight_change, what_changed
from app.frameworks.labels.keys import further_keys
from app.frameworks.labels.reasons import sentence, sentences
from app.frameworks.labels.texts import percent, plain, weight

__all__ = [
    "further_keys",
    "percent",
    "plain",
    "sentence",
    "sentences",
    "summed_up",
    "weight",
    "weight_change",
    "what_changed",
]
