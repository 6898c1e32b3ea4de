"""Which assets must not be readable any more."""

from publish.deploy.release import SHARED, Placed, PrivatePiece, PublicPiece, Release
from publish.deploy.sealing import hidden, sealed

PATH = "media/heron.01234567.png"


def piece(path, digest):
    return PrivatePiece(path, digest, 1)


def release(public, private=(), gated=()):
    pieces = {path: Placed(PublicPiece(path, digest, 1, "", ""), SHARED) for path, digest in public}
    return Release(
        id="a" * 16,
        at="",
        engine="",
        manifest_version=2,
        public=pieces,
        private={path: piece(path, digest) for path, digest in private},
        layers=("a" * 16,),
        gated=gated,
    )


def found(private, gated=()):
    return [*sealed(release([], private, gated), release([(PATH, "one")]), [])]


def test_an_asset_is_known_by_its_bytes_and_by_its_name():
    assert found([("private/posts/a/other.89abcdef.png", "one")]) == [PATH]
    assert found([("private/posts/a/heron.01234567.png", "two")]) == [PATH]
    assert found([("private/posts/a/other.89abcdef.png", "two")]) == []


def test_a_name_without_fingerprint_says_nothing():
    other = PrivatePiece("private/posts/a/heron.png", "two", 1)
    assert hidden({other.path: other}).names == set()


def test_what_is_no_premium_piece_hides_nothing():
    assert found([("public/404.html", "one"), ("manifest.json", "one")]) == []


def test_files_of_a_post_that_is_gated_anew_count_by_their_stem():
    private = [("private/posts/en/a/heron.89abcdef.webp", "two")]
    assert found(private, ("en/a",)) == [PATH]
    assert found(private) == []
    assert found([("private/posts/en/a/b/heron.89abcdef.webp", "two")], ("en/a",)) == []
