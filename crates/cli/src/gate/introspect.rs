//! Judge by asking the authority (RFC 7662): each request of a client costs one of ours, and a token
//! that was revoked is refused at once. Nothing is kept: what would be kept would be alive too long.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use symbolon_gate::{Identity, Judge, Verdict};
use symbolon_http::{Asked, GateCounts};
use symbolon_identity::access::Audience;
use symbolon_identity::realm::Issuer;
use symbolon_outbound::Outbound;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use tokio::time::Instant;

/// Who is asked, in whose name.
pub(crate) struct Introspect {
    outbound: Outbound,
    issuer: String,
    url: String,
    client_id: String,
    client_secret: Secret,
    counts: Arc<GateCounts>,
}

impl Introspect {
    /// Asks the authority of this issuer in this client's name.
    pub(crate) fn new(
        outbound: Outbound,
        issuer: &Issuer,
        (client_id, client_secret): (String, Secret),
        counts: Arc<GateCounts>,
    ) -> Self {
        Self {
            outbound,
            issuer: issuer.to_string(),
            url: format!("{issuer}/introspect"),
            client_id,
            client_secret,
            counts,
        }
    }

    async fn ask(&self, token: &str) -> Verdict {
        let form = [
            ("token", token),
            ("token_type_hint", "access_token"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.reveal()),
        ];
        let answer = match self.outbound.post_form(&self.url, &form).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(%error, "the authority cannot be asked, and requests are refused");
                return Verdict::Unknown;
            }
        };
        if answer.status != 200 {
            let status = answer.status;
            tracing::warn!(status, "the authority did not answer an introspection");
            return Verdict::Unknown;
        }
        match serde_json::from_slice::<Told>(&answer.body) {
            Ok(told) => verdict(told, &self.issuer),
            Err(error) => {
                tracing::warn!(%error, "an introspection's answer cannot be read");
                Verdict::Unknown
            }
        }
    }
}

/// What of the answer is needed (RFC 7662 §2.2). A member of another shape is no answer.
#[derive(Deserialize)]
struct Told {
    active: bool,
    token_type: Option<String>,
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    client_id: Option<String>,
    #[serde(default)]
    scope: Scope,
    iat: Option<i64>,
    exp: Option<i64>,
    auth_time: Option<i64>,
    acr: Option<String>,
    jti: Option<String>,
    cnf: Option<Value>,
}

impl Judge for Introspect {
    async fn judge(&self, token: &str, _: &str) -> Verdict {
        let began = Instant::now();
        let verdict = self.ask(token).await;
        let said = match &verdict {
            Verdict::Alive(_) => Asked::Active,
            Verdict::Dead => Asked::Inactive,
            Verdict::Unknown => Asked::Failed,
        };
        self.counts.asked(said, began.elapsed());
        verdict
    }
}

fn verdict(told: Told, issuer: &str) -> Verdict {
    // A refresh token has no type: it is not presented to resources.
    let is_access = told.token_type.is_some();
    let is_bearer = told
        .token_type
        .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !told.active || !is_access {
        return Verdict::Dead;
    }
    let (Some(iss), Some(sub), Some(client), Some(exp)) =
        (told.iss, told.sub, told.client_id, told.exp)
    else {
        return Verdict::Dead;
    };
    if iss != issuer {
        return Verdict::Dead;
    }
    Verdict::Alive(Box::new(Identity {
        issuer: iss,
        subject: sub,
        client,
        scope: told.scope,
        audience: told.aud.map(Into::into).unwrap_or_default(),
        issued_at: told.iat.map(Time::from_seconds),
        expires_at: Time::from_seconds(exp),
        auth_time: told.auth_time.map(Time::from_seconds),
        acr: told.acr,
        token_id: told.jti,
        is_bound: told.cnf.is_some() || !is_bearer,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://auth.example.com";

    fn answer() -> Value {
        json!({
            "active": true, "token_type": "Bearer", "iss": ISSUER, "sub": "s", "aud": "a",
            "client_id": "c", "scope": "x y", "iat": 1, "exp": 2,
        })
    }

    fn judged(told: Value) -> Verdict {
        verdict(serde_json::from_value(told).unwrap(), ISSUER)
    }

    fn with(member: &str, value: Value) -> Value {
        let mut told = answer();
        told[member] = value;
        told
    }

    #[test]
    fn a_living_token_says_whom_it_speaks_for() {
        let expected = Identity {
            issuer: ISSUER.to_owned(),
            subject: "s".to_owned(),
            client: "c".to_owned(),
            scope: Scope::parse("x y").unwrap(),
            audience: vec!["a".to_owned()],
            issued_at: Some(Time(1000)),
            expires_at: Time(2000),
            auth_time: None,
            acr: None,
            token_id: None,
            is_bound: false,
        };
        assert_eq!(judged(answer()), Verdict::Alive(Box::new(expected)));
    }

    #[test]
    fn what_is_no_living_access_token_of_this_issuer_is_dead() {
        for told in [
            json!({"active": false}),
            with("active", json!(false)),
            with("token_type", Value::Null),
            with("iss", json!("https://other.example")),
            with("exp", Value::Null),
        ] {
            assert_eq!(judged(told.clone()), Verdict::Dead, "{told}");
        }
    }

    #[test]
    fn a_token_that_is_bound_to_a_key_is_told_as_such() {
        for told in [
            with("cnf", json!({"jkt": "x"})),
            with("token_type", json!("DPoP")),
        ] {
            let Verdict::Alive(identity) = judged(told) else {
                panic!("it lives");
            };
            assert!(identity.is_bound);
        }
    }
}
