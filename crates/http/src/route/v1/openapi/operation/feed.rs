//! What verifiers ask: the feed (docs/feed.md, which has the texts that are signed).

use super::{Operation, Takes, get, post, signed};
use crate::bearer::FollowFeed;

/// Whose feed it is.
const AUDIENCE: &[&str] = &["audience"];

/// With the number of a frame: a place in a stream.
const STREAM: (&str, bool) = ("stream", false);
const AFTER: (&str, bool) = ("after", true);

/// What verifiers ask.
pub(in super::super) const FEED: [Operation; 6] = [
    get("/feed/jwks", "The public keys of the feed", "KeySet"),
    signed(
        "/feed/snapshot",
        "Everything that a follower of an audience must know, as application/jwt",
    )
    .by::<FollowFeed>()
    .requires(AUDIENCE),
    signed(
        "/feed/stream",
        "Frames, heartbeats and echoes as they come, as text/event-stream; without a place it begins \
         with a snapshot",
    )
    .by::<FollowFeed>()
    .requires(AUDIENCE)
    .query(&[
        STREAM,
        AFTER,
        ("follower", false),
        ("fallback", false),
    ]),
    get(
        "/feed/poll",
        "The frames after a place; it may wait for one, for 30,000 ms at most",
        "FeedFrames",
    )
    .by::<FollowFeed>()
    .requires(AUDIENCE)
    .query(&[STREAM, AFTER, ("wait_ms", true)]),
    Operation {
        gives: ("200", None),
        ..post(
            "/feed/acknowledgements",
            "Say how far a stream is enforced: answered by a signed echo as application/jwt, or by 202, \
             and the echo comes by the stream",
            Takes::Json("FeedAcknowledgement"),
            ("200", ""),
        )
    }
    .by::<FollowFeed>(),
    Operation {
        gives: ("204", None),
        ..post(
            "/feed/reports",
            "Tell of a token that was validly signed and never issued",
            Takes::Json("FeedReport"),
            ("204", ""),
        )
    }
    .by::<FollowFeed>(),
];
