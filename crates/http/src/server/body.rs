//! Read a request's body whole, before anybody works on it.
//!
//! Bodies of this API are small, so the edge reads them itself: no handler begins before its
//! request is complete, none waits for a slow client, and what is refused is refused here.
//! 1. No body: nothing to do.
//! 2. A stated length beyond the limit is refused unread (RFC 9110 §15.5.14).
//! 3. Frames are gathered, each within the progress timeout, all within the body timeout.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, Incoming};
use thiserror::Error;
use tokio::time::{Instant, timeout_at};

use super::limit::Limits;

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum BodyFault {
    /// It is larger than the limit.
    #[error("the body is larger than this server takes; send less")]
    TooLarge,
    /// It did not come in time.
    #[error("the body did not arrive in time; send the request again")]
    TooSlow,
    /// Its framing is broken, or the client went away.
    #[error("the body is not framed as its header says; send the request again")]
    Broken,
}

/// The whole body, or why not.
pub(super) async fn whole(mut body: Incoming, limits: &Limits) -> Result<Body, BodyFault> {
    if body.is_end_stream() {
        return Ok(Body::empty());
    }
    let stated = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if stated > limits.max_body_bytes {
        return Err(BodyFault::TooLarge);
    }
    let mut gathered = Gathered::default();
    let mut deadline = None;
    while let Some(frame) = next(&mut body, limits, &mut deadline).await? {
        let Ok(data) = frame.into_data() else {
            continue;
        };
        gathered.add(data, limits.max_body_bytes)?;
        if body.is_end_stream() {
            break;
        }
    }
    Ok(Body::from(gathered.into_bytes()))
}

/// The next frame. The clock is only read once the client keeps us waiting.
async fn next(
    body: &mut Incoming,
    limits: &Limits,
    deadline: &mut Option<Instant>,
) -> Result<Option<Frame<Bytes>>, BodyFault> {
    let read = if let Some(read) = body.frame().now_or_never() {
        read
    } else {
        let now = Instant::now();
        let end = *deadline.get_or_insert(now + limits.body_timeout);
        let until = end.min(now + limits.body_progress_timeout);
        let waited = timeout_at(until, body.frame()).await;
        waited.map_err(|_| BodyFault::TooSlow)?
    };
    read.transpose().map_err(|_| BodyFault::Broken)
}

/// What has come so far. The usual body is one frame, and then nothing is copied.
#[derive(Default)]
struct Gathered {
    first: Bytes,
    more: BytesMut,
}

impl Gathered {
    fn add(&mut self, data: Bytes, max: usize) -> Result<(), BodyFault> {
        let before = self.first.len().max(self.more.len());
        if data.len() > max.saturating_sub(before) {
            return Err(BodyFault::TooLarge);
        }
        if self.first.is_empty() && self.more.is_empty() {
            self.first = data;
        } else {
            let first = std::mem::take(&mut self.first);
            self.more.extend_from_slice(&first);
            self.more.extend_from_slice(&data);
        }
        Ok(())
    }

    fn into_bytes(self) -> Bytes {
        if self.more.is_empty() {
            self.first
        } else {
            self.more.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn frames_make_the_same_body_in_any_cut_and_never_more_than_the_limit(
            frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..8),
            max in 0_usize..100,
        ) {
            let mut gathered = Gathered::default();
            let all = frames.concat();
            let taken: Result<(), BodyFault> = frames
                .iter()
                .try_for_each(|frame| gathered.add(Bytes::copy_from_slice(frame), max));
            if all.len() <= max {
                prop_assert_eq!(taken, Ok(()));
                prop_assert_eq!(gathered.into_bytes(), all);
            } else {
                prop_assert_eq!(taken, Err(BodyFault::TooLarge));
            }
        }
    }
}
