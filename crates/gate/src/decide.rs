//! The rules, before and after the token is judged. Pure: values in, a decision out.

use crate::ask::Ask;
use crate::judge::{Identity, Verdict};
use crate::refusal::{Reason, Refusal};
use crate::route::{self, Route};
use crate::setting::Gate;

/// A request that may be judged.
#[derive(Clone, Copy)]
pub(crate) struct Passage<'g, 'a> {
    pub(crate) route: &'g Route,
    /// The token; none where the route is public and nobody says who he is.
    pub(crate) token: Option<&'a str>,
}

/// Step 3.
pub(crate) fn before<'g, 'a>(
    gate: &'g Gate,
    ask: &Ask<'a>,
) -> Result<Passage<'g, 'a>, Refusal<'g>> {
    gate.names.check(ask.headers)?;
    let route = route::find(&gate.routes, ask)?;
    let token = ask.bearer().map_err(|reason| Refusal::at(route, reason))?;
    if token.is_none() && !route.public {
        return Err(Refusal::at(route, Reason::NoCredential));
    }
    Ok(Passage { route, token })
}

/// Step 5.
pub(crate) fn after(route: &Route, verdict: Verdict) -> Result<Identity, Refusal<'_>> {
    let refused = |reason| Err(Refusal::at(route, reason));
    let identity = match verdict {
        Verdict::Alive(identity) => *identity,
        Verdict::Dead => return refused(Reason::Dead),
        Verdict::Unknown => return refused(Reason::Unknown),
    };
    // RFC 9449 §7.2: a bound token is worth nothing to who does not prove possession, and a proof
    // names the proxy's address, not ours.
    if identity.is_bound || !identity.audience.contains(&route.audience) {
        return refused(Reason::Dead);
    }
    if !identity.scope.covers(&route.scope) {
        return refused(Reason::Scope);
    }
    Ok(identity)
}
