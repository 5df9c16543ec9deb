//! Set a password: the new one is written, the old one ends, and with it whatever descends from it.

use symbolon_identity::realm::Realm;
use symbolon_identity::subject::{Subject, SubjectKind};
use symbolon_identity::{Draft, LoadError, MAX_CONFLICTS, World, WriteError, logout};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, State, change};
use symbolon_token::call::Call;
use symbolon_token::node::AuthenticatorNode;
use symbolon_token::secret::Secret;
use thiserror::Error;

use super::{Part, Password, Weakness, check, rows};
use crate::hash::Salt;
use crate::pool::Full;
use crate::sign_in::SignIn;

/// A password that somebody wants to have.
#[derive(Clone)]
pub struct NewPassword {
    /// The text, as it was typed.
    pub text: Secret,
    /// Whether it alone lets somebody in.
    pub part: Part,
}

/// Why there is no new password.
#[derive(Debug, Error)]
pub enum SetError {
    /// It can be guessed, or is too long or too short.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Only persons have passwords.
    #[error("only a person has a password")]
    NotAPerson,
    /// The subject has ended.
    #[error("this subject has ended")]
    Ended,
    /// Too many wait.
    #[error(transparent)]
    Full(#[from] Full),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<LoadError> for SetError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// Sets a subject's password, whether or not it has one.
///
/// # Errors
/// [`SetError`]; nothing was written.
pub async fn set(
    world: &World,
    sign_in: &SignIn,
    call: &Call,
    whose: (&Realm, &Subject),
    new: &NewPassword,
) -> Result<AuthenticatorNode, SetError> {
    let prepared = prepare(world, sign_in, call, whose, new).await?;
    for _ in 0..MAX_CONFLICTS {
        let before = prepared.before(world).await?;
        let draft = draft(world, call, &prepared, before.as_ref());
        if draft.applied(world, call.now).await? {
            return Ok(prepared.0.node);
        }
    }
    Err(WriteError::Busy.into())
}

/// A password that passed every rule and was hashed: all that is left is to write it.
pub(crate) struct Prepared(Password);

impl Prepared {
    /// The password that it takes the place of.
    pub(crate) async fn before(&self, world: &World) -> Result<Option<Password>, LoadError> {
        rows::live(&world.db, self.0.realm, self.0.subject).await
    }

    /// Its node.
    pub(crate) fn node(&self) -> AuthenticatorNode {
        self.0.node
    }
}

/// Checks and hashes a new password.
pub(crate) async fn prepare(
    world: &World,
    sign_in: &SignIn,
    call: &Call,
    (realm, subject): (&Realm, &Subject),
    new: &NewPassword,
) -> Result<Prepared, SetError> {
    if subject.kind != SubjectKind::Person {
        return Err(SetError::NotAPerson);
    }
    if world.lineages.standing(subject.node.0).state == State::Ended {
        return Err(SetError::Ended);
    }
    let text = check::check(&new.text, new.part, &check::own(realm, subject))?;
    let peppers = &world.material.peppers;
    let peppered = peppers.password(realm.node, subject.node, text.reveal());
    let (passes, salt) = (sign_in.cost.passes(), Salt::new(&*world.random));
    let work = sign_in
        .pool
        .run(move |memory| memory.hash(passes, salt, &peppered.digest));
    Ok(Prepared(Password {
        node: AuthenticatorNode(world.ids.next(call.now)),
        realm: realm.node,
        subject: subject.node,
        hash: work.await?,
        salt,
        passes,
        pepper: peppered.pepper,
        created_at: call.now,
    }))
}

/// What becomes durable together: the old password's end, its node's, and the new one; and the news
/// for the clients of sessions that descend from the old one.
pub(crate) fn draft(
    world: &World,
    call: &Call,
    Prepared(new): &Prepared,
    before: Option<&Password>,
) -> Draft {
    let verb = if before.is_some() {
        Verb::Change
    } else {
        Verb::Create
    };
    let event = Event::done(call, new.realm, verb, Noun::Password)
        .subject(new.subject)
        .authenticator(new.node)
        .request(call);
    let Some(before) = before else {
        return Draft::event(&event).and(Draft::steps([rows::insert(new)]));
    };
    let node = (new.realm, before.node.0);
    let (after, step) = change(&world.lineages, node, Change::End, call.now);
    let rows = [rows::end(before.node, call.now), step, rows::insert(new)];
    let news = logout::announce_all((new.realm, new.subject), call.now);
    Draft::event(&event.stands(after.fact(before.node)))
        .and(Draft::steps(rows))
        .and(Draft::steps(news))
}
