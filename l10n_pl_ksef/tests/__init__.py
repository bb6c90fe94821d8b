from . import (
    test_guard,
    test_print,
    test_roles,
    test_scope,
    test_send_and_print,
    test_sending,
    test_tours,
)
