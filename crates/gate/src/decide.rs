//! The rules, before and after the token is judged. Pure: values in, a decision out.

use crate::ask::Ask;
use crate::judge::{Identity, Unfit, Verdict};
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

/// Step 5, of a token that lives.
pub(crate) fn fits(route: &Route, identity: &Identity) -> Result<(), Unfit> {
    // RFC 9449 §7.2: a bound token is worth nothing to who does not prove possession, and a proof
    // names the proxy's address, not ours.
    if identity.is_bound {
        return Err(Unfit::Bound);
    }
    if !identity.audience.contains(&route.audience) {
        return Err(Unfit::Audience);
    }
    if !identity.scope.covers(&route.scope) {
        return Err(Unfit::Scope);
    }
    Ok(())
}

/// Whom a token speaks for, where it lives.
pub(crate) fn alive(verdict: Verdict) -> Result<Identity, Reason> {
    match verdict {
        Verdict::Alive(identity) => Ok(*identity),
        Verdict::Dead => Err(Reason::Dead),
        Verdict::Unknown => Err(Reason::Unknown),
    }
}

impl From<Unfit> for Reason {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Bound | Unfit::Audience => Self::Dead,
            Unfit::Scope => Self::Scope,
        }
    }
}
