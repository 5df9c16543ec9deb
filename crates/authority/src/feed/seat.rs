//! Seats: how many streams and waiting polls a client has at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use symbolon_token::node::RealmNode;

use super::{FeedError, MAX_LISTENERS_OF_CLIENT};

/// Who listens, how often.
#[derive(Default)]
pub(super) struct Seats(Mutex<HashMap<(RealmNode, String), usize>>);

/// One of them, as long as it is held.
pub(super) struct Seat {
    seats: Arc<Seats>,
    whose: (RealmNode, String),
}

impl Seats {
    /// # Errors
    /// [`FeedError::TooMany`].
    pub(super) fn take(self: &Arc<Self>, whose: (RealmNode, &str)) -> Result<Seat, FeedError> {
        let whose = (whose.0, whose.1.to_owned());
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(whose.clone()).or_default();
        if *count >= MAX_LISTENERS_OF_CLIENT {
            return Err(FeedError::TooMany("streams of this client"));
        }
        *count += 1;
        Ok(Seat {
            seats: Arc::clone(self),
            whose,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}
