"""An invoice as a person reads it: every field of the document, in words, without markup.

`view_of` gives the parts of the document in their order, a `Wording` the words of one language.
"""

from .document import MOST_CELLS, MOST_LINES, view_of
from .labels import meaning
from .other import MOST_CHARACTERS, view_of_unread
from .page import WORDS, known_facts
from .parts import Fact, Form, Leaf, View, leaves
from .wording import Wording, plain

__all__ = [
    "MOST_CELLS",
    "MOST_CHARACTERS",
    "MOST_LINES",
    "WORDS",
    "Fact",
    "Form",
    "Leaf",
    "View",
    "Wording",
    "known_facts",
    "leaves",
    "meaning",
    "plain",
    "view_of",
    "view_of_unread",
]
