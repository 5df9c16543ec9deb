//! Find the keys at an address: in memory, or by asking.

use std::sync::Arc;

use symbolon_token::time::Time;
use tokio::sync::watch;

use super::{Address, COOL_DOWN, FRESH, JwksUriError, JwksUris, Kept, PublishedKeys, STALE, State};

/// What to do about an address.
enum Step {
    Serve(Arc<PublishedKeys>),
    /// The same, and fetch again beside it.
    Renew(Arc<PublishedKeys>),
    Refuse(JwksUriError),
    /// Fetch, or wait for the fetch that is under way.
    Wait,
}

/// The keys at an address, among them the one with this name if there is one.
///
/// # Errors
/// [`JwksUriError`] where there is no copy that may serve.
pub async fn find(
    uris: &JwksUris,
    (url, kid): (&str, Option<&str>),
    now: Time,
) -> Result<Arc<PublishedKeys>, JwksUriError> {
    let address = uris.at(url);
    let mut ended = {
        let mut state = address.state();
        match decide(&state, kid, now) {
            Step::Serve(keys) => return Ok(keys),
            Step::Refuse(error) => return Err(error),
            Step::Renew(keys) => {
                begin(uris, (&address, &mut state), url, now);
                return Ok(keys);
            }
            Step::Wait => begin(uris, (&address, &mut state), url, now),
        }
    };
    // The sender lives as long as the address, which is held here.
    let _ = ended.changed().await;
    let state = address.state();
    match usable(&state, now) {
        Some(copy) => Ok(Arc::clone(&copy.keys)),
        None => Err(state.failed.clone().unwrap_or(JwksUriError::Unfetched)),
    }
}

/// The rules. Pure.
fn decide(state: &State, kid: Option<&str>, now: Time) -> Step {
    let is_cool = state.tried_at.is_none_or(|at| at.plus(COOL_DOWN) <= now);
    let Some(copy) = usable(state, now) else {
        return match &state.failed {
            Some(error) if !is_cool && !state.is_fetching => Step::Refuse(error.clone()),
            Some(_) | None => Step::Wait,
        };
    };
    let keys = Arc::clone(&copy.keys);
    if !keys.has(kid) && (is_cool || state.is_fetching) {
        Step::Wait
    } else if copy.fetched_at.plus(FRESH) <= now && is_cool && !state.is_fetching {
        Step::Renew(keys)
    } else {
        Step::Serve(keys)
    }
}

fn usable(state: &State, now: Time) -> Option<&Kept> {
    let copy = state.copy.as_ref();
    copy.filter(|copy| now < copy.fetched_at.plus(STALE))
}

/// Begins a fetch where none is under way; what is given back hears of its end.
fn begin(
    uris: &JwksUris,
    (address, state): (&Arc<Address>, &mut State),
    url: &str,
    now: Time,
) -> watch::Receiver<u64> {
    let ended = address.ended.subscribe();
    if state.is_fetching {
        return ended;
    }
    state.is_fetching = true;
    state.tried_at = Some(now);
    let (port, url) = (uris.port.get().cloned(), url.to_owned());
    let turn = Turn(Arc::clone(address));
    tokio::spawn(async move {
        let fetched = match port {
            Some(port) => port.fetch(&url).await,
            None => Err("this program calls nobody".to_owned()),
        };
        let read = fetched
            .map_err(|why| {
                tracing::warn!(jwks_uri = url, why, "keys were not fetched");
                JwksUriError::Unfetched
            })
            .and_then(|document| PublishedKeys::read(&document));
        turn.keep(read, now);
    });
    ended
}

/// A fetch under way; however it ends, who waits for it goes on.
struct Turn(Arc<Address>);

impl Turn {
    fn keep(&self, read: Result<PublishedKeys, JwksUriError>, now: Time) {
        let mut state = self.0.state();
        match read {
            Ok(keys) => {
                state.failed = None;
                state.copy = Some(Kept {
                    keys: Arc::new(keys),
                    fetched_at: now,
                });
            }
            Err(error) => {
                if let JwksUriError::Unusable(why) = &error {
                    tracing::warn!(why, "keys were fetched that cannot be used");
                }
                state.failed = Some(error);
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().is_fetching = false;
        self.0.ended.send_modify(|count| *count += 1);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use futures_util::FutureExt;
    use symbolon_jose::{Algorithm, SigningKey};

    use super::super::{Fetch, Fetching};
    use super::*;

    const NOON: Time = Time(1_800_000_000_000);
    const URL: &str = "https://app.example/jwks";

    /// Answers one after the other, and then nothing.
    #[derive(Default)]
    struct Script {
        answers: Mutex<VecDeque<Result<Vec<u8>, String>>>,
        asked: AtomicUsize,
    }

    impl Fetch for Script {
        fn fetch<'a>(&'a self, _: &'a str) -> Fetching<'a> {
            Box::pin(async move {
                self.asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                let answer = self.answers.lock().unwrap().pop_front();
                answer.unwrap_or_else(|| Err("it is away".to_owned()))
            })
        }
    }

    struct Arranged {
        uris: JwksUris,
        script: Arc<Script>,
    }

    impl Arranged {
        fn new(answers: impl IntoIterator<Item = Result<Vec<u8>, String>>) -> Self {
            let script = Arc::new(Script {
                answers: Mutex::new(answers.into_iter().collect()),
                ..Script::default()
            });
            let uris = JwksUris::default();
            uris.connect(Arc::<Script>::clone(&script));
            Self { uris, script }
        }

        async fn kids(&self, kid: &str, now: Time) -> Result<Vec<String>, JwksUriError> {
            let found = find(&self.uris, (URL, Some(kid)), now).await?;
            let kids = found.signature.keys().iter().filter_map(|key| key.kid());
            Ok(kids.map(str::to_owned).collect())
        }

        fn asked(&self) -> usize {
            self.script.asked.load(Ordering::Relaxed)
        }
    }

    fn set(kids: &[&str]) -> Vec<u8> {
        let key = |kid: &&str| {
            let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
            key.with_kid(*kid).public().to_jwk()
        };
        let set = symbolon_jose::JwkSet::new(kids.iter().map(key).collect());
        serde_json::to_vec(&set).unwrap()
    }

    fn later(by: Duration) -> Time {
        NOON.plus(by)
    }

    #[tokio::test]
    async fn a_young_copy_serves_without_asking() {
        let arranged = Arranged::new([Ok(set(&["a"]))]);
        for at in [NOON, later(COOL_DOWN), later(FRESH).minus(COOL_DOWN)] {
            assert_eq!(arranged.kids("a", at).await.unwrap(), ["a"]);
        }
        assert_eq!(arranged.asked(), 1);
    }

    #[tokio::test]
    async fn a_key_that_is_new_is_fetched_after_the_cool_down_and_an_invented_one_no_oftener() {
        let arranged = Arranged::new([Ok(set(&["a"])), Ok(set(&["a", "b"]))]);
        assert_eq!(arranged.kids("a", NOON).await.unwrap(), ["a"]);
        assert_eq!(arranged.kids("b", NOON).await.unwrap(), ["a"]);
        let after = later(COOL_DOWN);
        assert_eq!(arranged.kids("b", after).await.unwrap(), ["a", "b"]);
        for _ in 0..10 {
            assert_eq!(arranged.kids("invented", after).await.unwrap(), ["a", "b"]);
        }
        assert_eq!(arranged.asked(), 2);
    }

    #[tokio::test]
    async fn a_copy_serves_for_a_day_while_its_original_is_away() {
        let arranged = Arranged::new([Ok(set(&["a"]))]);
        for at in [NOON, later(FRESH), later(STALE).minus(COOL_DOWN)] {
            assert_eq!(arranged.kids("a", at).await.unwrap(), ["a"]);
        }
        let over = arranged.kids("a", later(STALE)).await;
        assert_eq!(over, Err(JwksUriError::Unfetched));
    }

    #[tokio::test]
    async fn what_was_away_is_asked_again_after_the_cool_down_only() {
        let arranged = Arranged::new([Err("it is away".to_owned()), Ok(set(&["a"]))]);
        for _ in 0..3 {
            assert!(arranged.kids("a", NOON).await.is_err());
        }
        assert_eq!(arranged.asked(), 1);
        assert_eq!(arranged.kids("a", later(COOL_DOWN)).await.unwrap(), ["a"]);
    }

    /// Answers when it is told to.
    #[derive(Default)]
    struct Slow {
        told: tokio::sync::Notify,
        asked: AtomicUsize,
    }

    impl Fetch for Slow {
        fn fetch<'a>(&'a self, _: &'a str) -> Fetching<'a> {
            Box::pin(async move {
                self.asked.fetch_add(1, Ordering::Relaxed);
                self.told.notified().await;
                Ok(set(&["a"]))
            })
        }
    }

    #[tokio::test]
    async fn who_hangs_up_ends_no_fetch_and_begins_no_other() {
        let (uris, slow) = (JwksUris::default(), Arc::<Slow>::default());
        uris.connect(Arc::<Slow>::clone(&slow));
        for _ in 0..20 {
            let hasty = find(&uris, (URL, Some("a")), NOON);
            assert!(hasty.now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        assert_eq!(slow.asked.load(Ordering::Relaxed), 1);
        slow.told.notify_one();
        assert!(find(&uris, (URL, Some("a")), NOON).await.is_ok());
        assert_eq!(slow.asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_host_that_hangs_while_there_is_a_copy() {
        let (uris, slow) = (JwksUris::default(), Arc::<Slow>::default());
        uris.connect(Arc::<Slow>::clone(&slow));
        slow.told.notify_one();
        assert!(find(&uris, (URL, Some("a")), NOON).await.is_ok());
        for at in [
            later(FRESH),
            later(FRESH * 2),
            later(STALE).minus(COOL_DOWN),
        ] {
            let served = find(&uris, (URL, Some("a")), at);
            assert!(served.now_or_never().unwrap().is_ok());
            tokio::task::yield_now().await;
        }
        assert_eq!(slow.asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn many_at_once_ask_once() {
        let arranged = Arranged::new([Ok(set(&["a"]))]);
        let all = (0..64).map(|_| arranged.kids("a", NOON));
        for kids in futures_util::future::join_all(all).await {
            assert_eq!(kids.unwrap(), ["a"]);
        }
        assert_eq!(arranged.asked(), 1);
    }

    #[tokio::test]
    async fn a_set_that_gives_a_secret_away_is_not_used() {
        let oct = br#"{"keys":[{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}]}"#;
        for wrong in [&oct[..], b"[]", b"<html>", b"\xff"] {
            let arranged = Arranged::new([Ok(wrong.to_vec())]);
            let refused = arranged.kids("a", NOON).await;
            assert!(
                matches!(refused, Err(JwksUriError::Unusable(_))),
                "{refused:?}"
            );
        }
    }
}
