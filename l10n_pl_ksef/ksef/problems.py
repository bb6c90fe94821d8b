"""What can be wrong with a certificate or key file, each with a sentence for a person."""

from __future__ import annotations

from enum import Enum

from .texts import Term, _


class Problem(Enum):
    """Kinds of ``CertificateProblem``."""

    NO_CERTIFICATE_FILE = "no_certificate_file"
    NO_KEY_FILE = "no_key_file"
    FILE_TOO_LARGE = "file_too_large"
    FILES_SWAPPED = "files_swapped"
    KEY_GIVEN_AS_CERTIFICATE = "key_given_as_certificate"
    CERTIFICATE_GIVEN_AS_KEY = "certificate_given_as_key"
    REQUEST_GIVEN_AS_CERTIFICATE = "request_given_as_certificate"
    NO_CERTIFICATE_IN_FILE = "no_certificate_in_file"
    NO_KEY_IN_FILE = "no_key_in_file"
    UNREADABLE_CERTIFICATE = "unreadable_certificate"
    UNREADABLE_KEY = "unreadable_key"
    PASSWORD_MISSING = "password_missing"
    WRONG_PASSWORD = "wrong_password"
    KEY_MISMATCH = "key_mismatch"
    UNSUPPORTED_KEY = "unsupported_key"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SELF_SIGNED = "self_signed"
    AUTHENTICATION_GIVEN_FOR_OFFLINE = "authentication_given_for_offline"
    OFFLINE_GIVEN_FOR_AUTHENTICATION = "offline_given_for_authentication"


TEMPLATES: dict[Problem, Term] = {
    Problem.NO_CERTIFICATE_FILE: _(
        "The certificate file is missing. Choose the file that you downloaded from KSeF"
        " (it usually ends in .crt)."
    ),
    Problem.NO_KEY_FILE: _(
        "The private key file is missing. Choose the file that was saved when you applied for"
        " the certificate (it usually ends in .key)."
    ),
    Problem.FILE_TOO_LARGE: _(
        "This file has %(size)s bytes, and a certificate or key never has more than %(limit)s."
        " You have probably chosen another file: please choose the right one."
    ),
    Problem.FILES_SWAPPED: _(
        "The two files are swapped: the certificate was given as the key and the key as the"
        " certificate. Please exchange them."
    ),
    Problem.KEY_GIVEN_AS_CERTIFICATE: _(
        "The file given as the certificate holds a private key. Choose the certificate file"
        " (it usually ends in .crt) instead."
    ),
    Problem.CERTIFICATE_GIVEN_AS_KEY: _(
        "The file given as the private key holds a certificate. Choose the key file"
        " (it usually ends in .key) instead."
    ),
    Problem.REQUEST_GIVEN_AS_CERTIFICATE: _(
        "The file given as the certificate is only the application for one (a CSR). Download the"
        " certificate itself from KSeF once it has been issued."
    ),
    Problem.NO_CERTIFICATE_IN_FILE: _(
        "There is no certificate in the file given as the certificate. Choose the file that you"
        " downloaded from KSeF (it usually ends in .crt)."
    ),
    Problem.NO_KEY_IN_FILE: _(
        "There is no private key in the file given as the key. Choose the file that was saved"
        " when you applied for the certificate (it usually ends in .key)."
    ),
    Problem.UNREADABLE_CERTIFICATE: _(
        "The certificate file is damaged and cannot be read (%(reason)s). Download it from KSeF"
        " again."
    ),
    Problem.UNREADABLE_KEY: _(
        "The private key file is damaged or of a kind that cannot be read (%(reason)s). Choose the"
        " file that was saved when you applied for the certificate."
    ),
    Problem.PASSWORD_MISSING: _(
        "The private key is protected by a password. Enter the password that was set when the key"
        " was made."
    ),
    Problem.WRONG_PASSWORD: _(
        "The password does not open the private key. Check capital letters and the keyboard"
        " layout, and enter the password that was set when the key was made."
    ),
    Problem.KEY_MISMATCH: _(
        "The private key does not belong to this certificate. Choose the key that was saved"
        " together with the certificate of %(subject)s, serial number %(serial)s."
    ),
    Problem.UNSUPPORTED_KEY: _(
        "The certificate uses a key that KSeF does not accept: %(key_type)s. KSeF accepts RSA of at"
        " least 2048 bits and elliptic curve P-256; apply for a new certificate with one of them."
    ),
    Problem.NOT_YET_VALID: _(
        "The certificate is not valid yet: it begins on %(not_before)s. Use it from then on, or"
        " choose another one."
    ),
    Problem.EXPIRED: _(
        "The certificate ended on %(not_after)s, so KSeF would refuse it. Get a new certificate"
        " from KSeF and upload that one."
    ),
    Problem.SELF_SIGNED: _(
        "The certificate is self-signed: no authority issued it. KSeF takes such certificates"
        " on its test environment only: choose one issued by KSeF."
    ),
    Problem.AUTHENTICATION_GIVEN_FOR_OFFLINE: _(
        "This certificate is not of the Offline kind, so it cannot confirm invoices issued"
        " offline. Choose the KSeF certificate of type Offline."
    ),
    Problem.OFFLINE_GIVEN_FOR_AUTHENTICATION: _(
        "This is a certificate of the Offline kind: it confirms invoices issued offline, but KSeF"
        " does not let anybody log in with it. Choose the KSeF certificate of type Authentication."
    ),
}
