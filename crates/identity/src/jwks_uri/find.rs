//! Find the keys at an address: in memory, or by asking.

use std::sync::{Arc, PoisonError};

use symbolon_token::time::Time;

use super::{Address, COOL_DOWN, FRESH, JwksUriError, JwksUris, Kept, PublishedKeys, STALE, State};

/// What to do about an address.
enum Step {
    Serve(Arc<PublishedKeys>),
    Refuse(JwksUriError),
    Fetch,
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
    match decide(&address.state(), kid, now) {
        Step::Serve(keys) => return Ok(keys),
        Step::Refuse(error) => return Err(error),
        Step::Fetch => {}
    }
    let _turn = address.turn.lock().await;
    // Somebody may have fetched it meanwhile.
    match decide(&address.state(), kid, now) {
        Step::Serve(keys) => Ok(keys),
        Step::Refuse(error) => Err(error),
        Step::Fetch => fetch(uris, &address, url, now).await,
    }
}

/// The rules. Pure.
fn decide(state: &State, kid: Option<&str>, now: Time) -> Step {
    let copy = state.copy.as_ref();
    let copy = copy.filter(|copy| now < copy.fetched_at.plus(STALE));
    let recent = state.tried.as_ref();
    let recent = recent.filter(|(at, _)| now < at.plus(COOL_DOWN));
    match (copy, recent) {
        (Some(copy), None) if !copy.keys.has(kid) || copy.fetched_at.plus(FRESH) <= now => {
            Step::Fetch
        }
        (Some(copy), _) => Step::Serve(Arc::clone(&copy.keys)),
        (None, Some((_, Some(error)))) => Step::Refuse(error.clone()),
        (None, _) => Step::Fetch,
    }
}

async fn fetch(
    uris: &JwksUris,
    address: &Address,
    url: &str,
    now: Time,
) -> Result<Arc<PublishedKeys>, JwksUriError> {
    let fetched = match uris.port.get() {
        Some(port) => port.fetch(url).await,
        None => Err("this program calls nobody".to_owned()),
    };
    let read = fetched
        .map_err(|why| {
            tracing::warn!(jwks_uri = url, why, "keys were not fetched");
            JwksUriError::Unfetched
        })
        .and_then(|document| PublishedKeys::read(&document));
    let mut state = address.state.lock().unwrap_or_else(PoisonError::into_inner);
    match read {
        Ok(keys) => {
            let keys = Arc::new(keys);
            state.tried = Some((now, None));
            state.copy = Some(Kept {
                keys: Arc::clone(&keys),
                fetched_at: now,
            });
            Ok(keys)
        }
        Err(error) => {
            state.tried = Some((now, Some(error.clone())));
            let copy = state.copy.as_ref();
            let copy = copy.filter(|copy| now < copy.fetched_at.plus(STALE));
            copy.map(|copy| Arc::clone(&copy.keys)).ok_or(error)
        }
    }
}

impl Address {
    fn state(&self) -> State {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

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
