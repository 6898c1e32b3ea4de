"""How large something is, as people read it."""

import pytest

from publish.paywall.sizes import size


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (4230, "4.2 KB"),
        (999_949, "999.9 KB"),
        (999_950, "1.0 MB"),
        (3_000_000, "3.0 MB"),
        (999_950_000, "1.0 GB"),
    ],
)
def test_a_number_of_bytes_is_read_at_a_glance(count, said):
    assert size(count) == said
