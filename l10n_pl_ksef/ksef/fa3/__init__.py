"""FA(3), the invoice of KSeF: a typed model, and what turns it into XML, reads and checks it."""

from .findings import Finding, Severity, Unreadable, Unwritable
from .model import *
from .reader import read
from .writer import write
