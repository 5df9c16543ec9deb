//! Admit a request: verify its token, and fetch what that needs.
//!
//! The core neither waits nor fetches; this does, through a port, and stays without a runtime.
//!
//! 1. Verify. Most requests end here.
//! 2. An unknown key: the keys are fetched, once. Where the feed names that key, where none ever came, and
//!    where what is known may be older than the token, nothing can be said.
//! 3. A strange token: news is waited for, until it is explained or known to be forged.
//! 4. Knowledge that is too old for the route's policy: the authority is asked about this token.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use symbolon_jose::VerifyError;
use symbolon_jose::danger::unverified_header;

use crate::demand::Demand;
use crate::judge::{Death, SETTLES};
use crate::moment::{Clock, Monotonic};
use crate::refusal::Refusal;
use crate::sender::{Proven, Scheme};
use crate::verifier::{Admitted, Need, Outcome, Presented, Verifier};

/// What an authority answers, when it does.
pub type Answered<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The authority, as far as a verifier needs it while a request waits. Every answer ends by itself in
/// bounded time.
pub trait Authority: Send + Sync {
    /// Looks for a key of the issuer's that is not known, by its name. Whether what is known of keys by
    /// now is younger than this call: if not, the key may be there all the same.
    fn keys<'a>(&'a self, kid: &'a str) -> Answered<'a, bool>;

    /// Asks for news, and waits until some came or a moment has passed.
    fn news(&self) -> Answered<'_, ()>;

    /// Whether a token is active (RFC 7662); none if there is no answer.
    fn introspect<'a>(&'a self, token: &'a str) -> Answered<'a, Option<bool>>;

    /// Takes note of a token that was signed by a stolen key.
    fn forged(&self, token: &str, death: Death);
}

/// Stands before routes. Cloning shares it.
#[derive(Clone)]
pub struct Guard {
    verifier: Arc<Verifier>,
    clock: Arc<dyn Clock>,
    authority: Option<Arc<dyn Authority>>,
}

impl Guard {
    /// Without an authority: what would have to be fetched is refused.
    #[must_use]
    pub fn new(verifier: Arc<Verifier>, clock: Arc<dyn Clock>) -> Self {
        let authority = None;
        Self {
            verifier,
            clock,
            authority,
        }
    }

    /// With an authority to ask.
    #[must_use]
    pub fn asking(self, authority: Arc<dyn Authority>) -> Self {
        let authority = Some(authority);
        Self { authority, ..self }
    }

    /// The verifier.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// What its clocks show.
    #[must_use]
    pub fn now(&self) -> Monotonic {
        self.clock.now().monotonic
    }

    /// Admits a bearer token.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn bearer(&self, token: &str, demand: &Demand) -> Result<Admitted, Refusal> {
        let presented = Presented {
            token,
            scheme: Scheme::Bearer,
            proven: Proven::default(),
            seen_at: self.now(),
        };
        self.admit(&presented, demand).await
    }

    /// Admits a token, steps 1 to 4.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn admit(
        &self,
        presented: &Presented<'_>,
        demand: &Demand,
    ) -> Result<Admitted, Refusal> {
        let mut sure = None;
        loop {
            let now = self.clock.now();
            let need = match self.verifier.verify(presented, demand, now) {
                Outcome::Admitted(admitted) => return Ok(admitted),
                Outcome::Refused(refusal) => return Err(self.noted(presented, refusal)),
                Outcome::Needs(need) => need,
            };
            let patient = now.monotonic.since(presented.seen_at) <= self.patience();
            let authority = self.authority.as_deref();
            match (need, authority) {
                (Need::Keys, _) => sure = Some(self.fetched(presented, sure).await?),
                (Need::News, Some(authority)) if patient => authority.news().await,
                (Need::Introspection, Some(authority)) => {
                    let active = authority.introspect(presented.token).await;
                    return self.told(active, presented, demand);
                }
                (Need::News | Need::Introspection, _) => return Err(Refusal::unavailable()),
            }
        }
    }

    /// How long a strange token is waited for. By then it is settled, or what is known is no longer
    /// FRESH: no live token is refused while it is.
    fn patience(&self) -> Duration {
        self.verifier.bounds_kept().fresh.saturating_add(SETTLES)
    }

    /// Step 2: whether what is known of keys is younger than this token, the first time; then what that
    /// means.
    async fn fetched(
        &self,
        presented: &Presented<'_>,
        sure: Option<bool>,
    ) -> Result<bool, Refusal> {
        let unknown = Refusal::NotAuthentic(VerifyError::KeyUnknown);
        let header = unverified_header(presented.token).map_err(|_| unknown)?;
        // The authority's keys have names.
        let kid = header.kid.unwrap_or_default();
        match (sure, &self.authority) {
            (None, Some(authority)) => Ok(authority.keys(&kid).await),
            _ if !self.verifier.has_keys() || self.verifier.announces(&kid) => {
                Err(Refusal::unavailable())
            }
            (Some(false), _) => Err(Refusal::unavailable()),
            (Some(true) | None, _) => Err(unknown),
        }
    }

    /// Step 4.
    fn told(
        &self,
        active: Option<bool>,
        presented: &Presented<'_>,
        demand: &Demand,
    ) -> Result<Admitted, Refusal> {
        match active {
            Some(true) => {}
            Some(false) => return Err(Refusal::Inactive),
            None => return Err(Refusal::unavailable()),
        }
        match self.verifier.vouched(presented, demand, self.clock.now()) {
            Outcome::Admitted(admitted) => Ok(admitted),
            Outcome::Refused(refusal) => Err(refusal),
            Outcome::Needs(_) => Err(Refusal::unavailable()),
        }
    }

    fn noted(&self, presented: &Presented<'_>, refusal: Refusal) -> Refusal {
        if let (Refusal::Dead(death @ Death::Forged(_)), Some(authority)) =
            (refusal, &self.authority)
        {
            authority.forged(presented.token, death);
        }
        refusal
    }
}
