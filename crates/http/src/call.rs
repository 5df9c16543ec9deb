//! What is known of a request before its route begins: when it came, its name, from where, for which
//! realm. Read once, at the edge.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use symbolon_identity::realm::Realm;
use symbolon_token::call::Call;

use crate::problem::Problem;
use crate::server::Via;

/// The extension that the edge gives every request.
#[derive(Clone)]
pub(crate) struct Arrival {
    /// When, by which name, from where; nobody is recognised yet.
    pub(crate) call: Call,
    /// The way in.
    pub(crate) via: Via,
    /// The caller's own address, also over the local socket, where it is loopback.
    pub(crate) peer: IpAddr,
    /// The realm, where an issuer is at this address.
    pub(crate) realm: Option<Arc<Realm>>,
}

/// What every route of a realm begins with. Refused with 404 where there is no realm.
#[derive(Clone)]
pub(crate) struct Asked {
    /// When, by which name, from where; nobody is recognised yet.
    pub(crate) call: Call,
    /// The realm asked.
    pub(crate) realm: Arc<Realm>,
    /// The way in.
    pub(crate) via: Via,
}

impl<S: Send + Sync> FromRequestParts<S> for Arrival {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let arrival = parts.extensions.get::<Self>().cloned();
        arrival.ok_or_else(|| Problem::internal("a request came past the edge"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let arrival = parts.extensions.get::<Arrival>();
        let arrival = arrival.ok_or_else(|| Problem::internal("a request came past the edge"))?;
        let realm = arrival.realm.clone().ok_or_else(Problem::no_realm)?;
        Ok(Self {
            call: arrival.call,
            realm,
            via: arrival.via,
        })
    }
}
