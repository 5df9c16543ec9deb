//! What verifiers say and hear.

use super::Kind::{Number, OneOf, OptionalNumber, Text, Texts};
use super::{Kind, Schema, object};

/// What verifiers say and hear.
pub(in super::super) const FEED_TEXTS: [Schema; 3] = [
    object(
        "FeedFrames",
        &[
            ("frames", Texts, "Signed, one after the other; perhaps none"),
            ("heartbeat", Text, "Signed: where the stream stands"),
        ],
    ),
    object(
        "FeedAcknowledgement",
        &[
            ("audience", Text, "The audience that is followed"),
            ("stream", Text, "The stream's name: 16 bytes in base64url"),
            ("n", Number, "The last frame that is enforced"),
            (
                "nonce",
                Text,
                "16 random bytes in base64url; the echo has them",
            ),
            (
                "follower",
                Text,
                "A name of the instance's own choice, 1 to 64 characters",
            ),
            (
                "dark_after_ms",
                OptionalNumber,
                "How long after its last echo it refuses everything; absent: some route stays open",
            ),
            ("leaving", Kind::Flag, "Whether it follows no longer"),
        ],
    ),
    object(
        "FeedReport",
        &[
            ("audience", Text, "The audience that is followed"),
            ("kid", Text, "The key that signed the token"),
            ("jti", Text, "The name that the token gives itself"),
            (
                "finding",
                OneOf(&["never_leased", "unborn", "orphan"]),
                "What gave it away",
            ),
        ],
    )
    .needs(&["finding"]),
];
