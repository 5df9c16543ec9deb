//! Allow: a person lets a client have a scope (consent). What was allowed before stays so.
//!
//! The steps join the unit of the code that is issued: no grant without a code, no code without a
//! grant.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{Entry, Step};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, GrantNode, RealmNode, SubjectNode};
use symbolon_token::scope::Scope;

use super::{Grant, rows};

/// A grant that covers what was allowed, and what makes it durable; nothing, where it did already.
pub struct Allowed {
    /// The grant.
    pub grant: Grant,
    /// Its row's change.
    pub step: Option<Step>,
    /// What the journal will say.
    pub entry: Option<Entry>,
}

/// Widens what there is, or begins it with this id. Pure but for its arguments.
#[must_use]
pub fn allow(
    call: &Call,
    realm: RealmNode,
    (before, node): (Option<Grant>, GrantNode),
    (subject, client, scope): (SubjectNode, ClientNode, &Scope),
) -> Allowed {
    let Some(before) = before else {
        let grant = Grant {
            node,
            realm,
            subject,
            client,
            scope: scope.clone(),
            created_at: call.now,
            changed_at: call.now,
        };
        return Allowed {
            step: Some(rows::insert(&grant)),
            entry: Some(entry(call, &grant, Verb::Create)),
            grant,
        };
    };
    if before.scope.covers(scope) {
        return Allowed {
            grant: before,
            step: None,
            entry: None,
        };
    }
    let both = Scope::from_tokens(before.scope.iter().chain(scope.iter()));
    // A person whose grant is as wide as can be goes on with what is asked now.
    let both = both.unwrap_or_else(|_| scope.clone());
    let grant = Grant {
        scope: both,
        changed_at: call.now,
        ..before.clone()
    };
    Allowed {
        step: Some(rows::widen(&before, &grant)),
        entry: Some(entry(call, &grant, Verb::Change)),
        grant,
    }
}

fn entry(call: &Call, grant: &Grant, verb: Verb) -> Entry {
    Event::done(call, grant.realm, verb, Noun::Grant)
        .subject(grant.subject)
        .client(grant.client)
        .grant(grant.node)
        .name(grant.scope.to_string())
        .request(call)
        .entry()
}
