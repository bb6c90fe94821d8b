"""What can be wrong with a package of documents, and with one file in it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from .errors import KsefError
from .texts import Term, _


class PackageProblem(Enum):
    """Why a whole package cannot be read."""

    DOWNLOAD = "download"
    PART_HASH = "part_hash"
    KEY = "key"
    SIZE = "size"
    COMPRESSION = "compression"
    DAMAGED = "damaged"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    NO_METADATA = "no_metadata"
    BAD_METADATA = "bad_metadata"
    COUNT = "count"


class FileProblem(Enum):
    """Why one file of a package is not taken; the others are."""

    NAME = "name"
    NOT_A_FILE = "not_a_file"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    UNLISTED = "unlisted"
    TWICE = "twice"
    ALTERED = "altered"


PACKAGE_SENTENCES: dict[PackageProblem, Term] = {
    PackageProblem.DOWNLOAD: _("The parts of the package could not be downloaded."),
    PackageProblem.PART_HASH: _("Part %(part)s is not what KSeF announced (its SHA-256 differs)."),
    PackageProblem.KEY: _("Part %(part)s could not be decrypted with the key of this request."),
    PackageProblem.SIZE: _("The package does not have the size that KSeF announced."),
    PackageProblem.COMPRESSION: _("The package is not packed the way KSeF said."),
    PackageProblem.DAMAGED: _("The package is damaged or ends in the middle."),
    PackageProblem.TOO_MANY: _("The package holds far more files than KSeF announced."),
    PackageProblem.TOO_LARGE: _("The package unpacks to far more than invoices can be."),
    PackageProblem.NO_METADATA: _("The package does not say which invoices it holds."),
    PackageProblem.BAD_METADATA: _("What the package says of its invoices cannot be read."),
    PackageProblem.COUNT: _("The package lists another number of invoices than KSeF announced."),
}
FILE_SENTENCES: dict[FileProblem, Term] = {
    FileProblem.NAME: _("The file “%(name)s” has a name that no invoice has; it was not taken."),
    FileProblem.NOT_A_FILE: _("“%(name)s” is a link or a folder; it was not followed."),
    FileProblem.TOO_LARGE: _("The file “%(name)s” is larger than an invoice can be."),
    FileProblem.DAMAGED: _("The file “%(name)s” cannot be unpacked."),
    FileProblem.UNLISTED: _("The file “%(name)s” is not among the invoices that KSeF listed."),
    FileProblem.TWICE: _("The file “%(name)s” is there twice; the first one counts."),
    FileProblem.ALTERED: _(
        "The file “%(name)s” is not the invoice that KSeF listed (its SHA-256 differs)."
    ),
}


class BrokenPackage(KsefError):
    """A package that cannot be read as a whole; nothing of it counts any more.

    ``template`` is the English sentence to translate, ``values`` what to put into it.
    """

    def __init__(self, problem: PackageProblem, values: Mapping[str, object] | None = None) -> None:
        self.problem = problem
        self.values = dict(values or {})
        super().__init__(self.template % self.values)

    @property
    def template(self) -> Term:
        return PACKAGE_SENTENCES[self.problem]
