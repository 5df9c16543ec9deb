//! What the feed says.

use axum::http::StatusCode;
use symbolon_authority::feed::FeedError;

use super::Problem;

impl From<FeedError> for Problem {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::SnapshotNeeded => {
                Self::new(StatusCode::GONE, "snapshot_needed", error.to_string())
            }
            FeedError::Audience => Self::not_found("audience_unknown", error.to_string()),
            FeedError::TooMany(_) => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                Self::new(status, "too_many", error.to_string())
            }
            FeedError::Name => Self::bad("invalid_follower", error.to_string()),
            FeedError::Untold => Self::unavailable(&error),
            FeedError::Load(error) => error.into(),
            FeedError::Key(_) | FeedError::Sign(_) => Self::internal(error),
        }
    }
}
