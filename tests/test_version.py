from deployguard import __version__


def test_the_version_is_a_plain_release_number() -> None:
    assert all(part.isdigit() for part in __version__.split("."))
