//! The accept loop: a place first, then a connection.
//!
//! When all places are taken nothing more is accepted: newcomers wait in the kernel's queue, which
//! costs this process nothing, and places come free because every connection has its timeouts.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::gate::Gate;
use super::limit::{FIRST_PAUSE, LONGEST_PAUSE};

/// What a failed accept means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// That connection went away; the next may be fine.
    Gone,
    /// Descriptors or memory are short; it would fail again at once.
    Short,
    /// The listener itself is broken.
    Broken,
}

/// Accepts until the listener breaks, and returns why it did. `enter` gets each connection with
/// its place, and must not block.
pub(super) async fn admit<T>(
    gate: &Gate,
    accept: impl Fn(&mut Context<'_>) -> Poll<io::Result<T>>,
    mut enter: impl FnMut(T, OwnedSemaphorePermit),
) -> io::Error {
    let mut pause = FIRST_PAUSE;
    loop {
        let place = match gate.place().await {
            Ok(place) => place,
            Err(closed) => return io::Error::other(closed),
        };
        match poll_fn(&accept).await {
            Ok(arrival) => {
                pause = FIRST_PAUSE;
                enter(arrival, place);
            }
            Err(error) => match trouble(&error) {
                Trouble::Gone => {}
                Trouble::Short => {
                    if pause == FIRST_PAUSE {
                        tracing::warn!(%error, "cannot accept connections; raise the limit of open files");
                    }
                    rest(pause).await;
                    pause = longer(pause);
                }
                Trouble::Broken => return error,
            },
        }
    }
}

fn longer(pause: Duration) -> Duration {
    (pause * 2).min(LONGEST_PAUSE)
}

fn trouble(error: &io::Error) -> Trouble {
    let gone = matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
            | ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
    );
    if gone {
        Trouble::Gone
    } else if error.kind() == ErrorKind::InvalidInput {
        Trouble::Broken
    } else {
        Trouble::Short
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the kernel tells nobody when descriptors are free again"
)]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// `EMFILE`: the process has too many open files.
    const EMFILE: i32 = 24;

    /// Admits from a script that ends with a broken listener; counts what entered.
    async fn admitted(script: Vec<io::Result<u8>>) -> Vec<u8> {
        let script = RefCell::new(script.into_iter());
        let entered = RefCell::new(Vec::new());
        let broken = || Err(io::Error::from(ErrorKind::InvalidInput));
        let accept =
            |_: &mut Context<'_>| Poll::Ready(script.borrow_mut().next().unwrap_or_else(broken));
        let error = admit(&Gate::new(9), accept, |one, _| {
            entered.borrow_mut().push(one);
        })
        .await;
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        entered.into_inner()
    }

    #[tokio::test]
    async fn the_loop_survives_lost_connections_and_a_want_of_descriptors() {
        let gone = Err(io::Error::from(ErrorKind::ConnectionAborted));
        let short = Err(io::Error::from_raw_os_error(EMFILE));
        assert_eq!(
            admitted(vec![Ok(1), gone, Ok(2), short, Ok(3)]).await,
            [1, 2, 3]
        );
    }

    #[test]
    fn only_a_want_of_descriptors_or_memory_is_worth_a_rest() {
        let kinds = [
            ErrorKind::ConnectionAborted,
            ErrorKind::InvalidInput,
            ErrorKind::OutOfMemory,
        ];
        let found = kinds.map(|kind| trouble(&io::Error::from(kind)));
        assert_eq!(found, [Trouble::Gone, Trouble::Broken, Trouble::Short]);
        assert_eq!(
            trouble(&io::Error::from_raw_os_error(EMFILE)),
            Trouble::Short
        );
    }

    #[test]
    fn rests_grow_up_to_the_longest() {
        let rests: Vec<_> = std::iter::successors(Some(FIRST_PAUSE), |rest| Some(longer(*rest)))
            .take(9)
            .map(|rest| rest.as_millis())
            .collect();
        assert_eq!(rests, [10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
    }

    #[tokio::test]
    async fn without_a_place_nothing_is_accepted() {
        let gate = Gate::new(1);
        let accepted = Cell::new(0);
        let kept = RefCell::new(Vec::new());
        let accept = |_: &mut Context<'_>| {
            accepted.set(accepted.get() + 1);
            Poll::Ready(Ok(()))
        };
        let mut loop_ = Box::pin(admit(&gate, accept, |(), place| {
            kept.borrow_mut().push(place);
        }));
        let mut unwoken = Context::from_waker(std::task::Waker::noop());
        assert!(loop_.as_mut().poll(&mut unwoken).is_pending());
        assert_eq!(accepted.get(), 1);
        kept.borrow_mut().clear();
        assert!(loop_.as_mut().poll(&mut unwoken).is_pending());
        assert_eq!(accepted.get(), 2);
    }
}
