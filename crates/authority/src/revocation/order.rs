//! The order of a revocation: its reason, which is sealed under the key of the person that it is about,
//! for people write names into reasons.

use symbolon_identity::realm::Realm;
use symbolon_identity::subject::SubjectKind;
use symbolon_identity::{
    LoadError, Order, Revoked, With, World, WriteError, grant, session, subject, subject_key,
};
use symbolon_signin::password;
use symbolon_token::node::SubjectNode;
use symbolon_token::time::Time;

use super::Target;

/// An order for this reason; these steps join its unit.
///
/// # Errors
/// [`WriteError`].
pub async fn order<'a>(
    world: &World,
    realm: &Realm,
    target: &Target,
    (reason, with): (&'a str, With<Revoked>),
    now: Time,
) -> Result<Order<'a>, WriteError> {
    match person(world, realm, target).await? {
        Some(person) => {
            let whose = (realm.node, person);
            let sealed = subject_key::seal(world, whose, reason, now).await?;
            Ok(Order::sealed(sealed).with(with))
        }
        None => Ok(Order::because(reason).with(with)),
    }
}

/// The person that a target is, or belongs to.
async fn person(
    world: &World,
    realm: &Realm,
    target: &Target,
) -> Result<Option<SubjectNode>, LoadError> {
    let whose = realm.node;
    let concerned = match target {
        Target::Subject(subject) | Target::Family(_, _, subject) => Some(*subject),
        Target::Access(access) => Some(access.subject),
        Target::Session(node) => session::owner(world, whose, *node).await?,
        Target::Grant(node) => {
            let found = grant::by_id(world, whose, *node).await?;
            found.map(|grant| grant.subject)
        }
        Target::Authenticator(node) => {
            let found = password::find_by_id(world, whose, *node).await?;
            found.map(|password| password.subject)
        }
        Target::Realm(_) | Target::Client(_) | Target::ClientSecret(..) | Target::SigningKey(_) => {
            None
        }
    };
    let Some(concerned) = concerned else {
        return Ok(None);
    };
    let found = subject::find(world, whose, concerned).await?;
    let person = found.filter(|found| found.kind == SubjectKind::Person);
    Ok(person.map(|person| person.node))
}
