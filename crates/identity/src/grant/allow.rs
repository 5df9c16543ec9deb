//! Allow: a person lets a client have a scope (consent). What was allowed before stays so.
//!
//! The steps join the unit of the code that is issued: no grant without a code, no code without a
//! grant.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::Step;
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, GrantNode, RealmNode, SubjectNode};
use symbolon_token::scope::Scope;

use super::find::stands;
use super::{Grant, rows};
use crate::{Draft, LoadError, World};

/// A grant that covers what was allowed, and what makes it durable; nothing, where it did already.
pub struct Allowed {
    /// The grant.
    pub grant: Grant,
    /// What makes it durable.
    pub draft: Draft,
}

/// Widens what the person has allowed to the client, or begins it.
///
/// # Errors
/// [`LoadError`].
pub async fn allow(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (subject, client, scope): (SubjectNode, ClientNode, &Scope),
) -> Result<Allowed, LoadError> {
    let before = rows::of_client(&world.db, realm, (subject, client)).await?;
    let node = GrantNode(world.ids.next(call.now));
    let new = Grant {
        node,
        realm,
        subject,
        client,
        scope: scope.clone(),
        created_at: call.now,
        changed_at: call.now,
    };
    match before {
        Some(stale) if !stands(world, &stale) => {
            let begun = decide(call, None, new);
            let over = Draft::steps([rows::end(stale.node)]);
            Ok(Allowed {
                grant: begun.grant,
                draft: over.and(begun.draft),
            })
        }
        before => Ok(decide(call, before, new)),
    }
}

/// The rules. Pure.
fn decide(call: &Call, before: Option<Grant>, new: Grant) -> Allowed {
    let Some(before) = before else {
        return Allowed {
            draft: draft(call, &new, (Verb::Create, rows::insert(&new))),
            grant: new,
        };
    };
    let scope = &new.scope;
    if before.scope.covers(scope) {
        return Allowed {
            grant: before,
            draft: Draft::default(),
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
        draft: draft(call, &grant, (Verb::Change, rows::widen(&before, &grant))),
        grant,
    }
}

fn draft(call: &Call, grant: &Grant, (verb, step): (Verb, Step)) -> Draft {
    let event = Event::done(call, grant.realm, verb, Noun::Grant)
        .subject(grant.subject)
        .client(grant.client)
        .grant(grant.node)
        .name(grant.scope.to_string())
        .request(call);
    Draft::steps([step]).and(Draft::event(&event))
}
