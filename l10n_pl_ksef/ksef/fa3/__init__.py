"""FA(3), the invoice of KSeF: a typed model, and what turns it into XML, reads and checks it."""

from .model import *
