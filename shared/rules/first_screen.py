"""The emergency first screen: does a text say that an account or its funds are in danger?"""

from shared.rules.danger import DANGER_RULES, DANGER_TERMS
from shared.rules.model import load_model
from shared.rules.reading import Vocabulary, fold
from shared.rules.reading.features import features_of

DANGER, CALM = "danger", "calm"
ALARM = 0.3  # from this likelihood on: a false alarm costs less than a miss

_VOCABULARY = Vocabulary([DANGER_TERMS])
_TRIGGERS = DANGER_RULES.triggers
_MODEL = load_model("shared.rules", "data/danger/model.tsv")


def funds_in_danger(text: str) -> bool:
    """Whether the text tells of theft, takeover or credentials given away, in eight languages.

    A rule or a learned model says so. Prefers a false alarm to a miss; what is denied, feared,
    wished or meant as an insult does not count. Time grows with the length of the text: the
    rules read its first 20,000 characters, the model its first 4,000.
    """
    folded = fold(text)
    if DANGER_RULES.holds(_VOCABULARY.read(folded, _TRIGGERS)):
        return True
    (likelihood,) = _MODEL.shares(features_of(folded, _MODEL.meanings))
    return likelihood[DANGER] >= ALARM
