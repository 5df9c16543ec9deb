//! One event: who did what to which noun, when, and how it ended.

use std::borrow::Cow;

use symbolon_store::Entry;
use symbolon_token::call::{Actor, Call};
use symbolon_token::node::{
    AuthenticatorNode, ClientNode, ClientSecretNode, FamilyNode, GrantNode, NodeId, RealmNode,
    ResourceNode, SessionNode, SigningKeyNode, SubjectNode,
};
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;

use crate::encoding;
use crate::fact::{Block, Fact, Role, Stands};

/// What was done. The names are those of the verb files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// A token was given out.
    Issue,
    /// A credential was presented as proof.
    Verify,
    /// Something was asked about a token.
    Introspect,
    /// A token or key was replaced by its successor.
    Rotate,
    /// Something that works once was used.
    Redeem,
    /// It died for good.
    Revoke,
    /// A thing that is no token was made.
    Create,
    /// It was changed.
    Change,
    /// It was disabled: it and its descendants are refused until it is enabled.
    Disable,
    /// It was enabled again.
    Enable,
    /// It was ended for good.
    End,
    /// Status indexes were leased.
    Lease,
    /// A term began.
    Begin,
    /// What had expired was forgotten.
    Sweep,
    /// A credential was taken out of use: it and its descendants are refused until it is resumed.
    Suspend,
    /// It may be used again.
    Resume,
}

impl Verb {
    /// Every verb, in the order of its code.
    pub const ALL: [Self; 16] = [
        Self::Issue,
        Self::Verify,
        Self::Introspect,
        Self::Rotate,
        Self::Redeem,
        Self::Revoke,
        Self::Create,
        Self::Change,
        Self::Disable,
        Self::Enable,
        Self::End,
        Self::Lease,
        Self::Begin,
        Self::Sweep,
        Self::Suspend,
        Self::Resume,
    ];

    /// The word in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Verify => "verify",
            Self::Introspect => "introspect",
            Self::Rotate => "rotate",
            Self::Redeem => "redeem",
            Self::Revoke => "revoke",
            Self::Create => "create",
            Self::Change => "change",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::End => "end",
            Self::Lease => "lease",
            Self::Begin => "begin",
            Self::Sweep => "sweep",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
        }
    }
}

/// What it was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noun {
    /// An access token.
    Access,
    /// A client.
    Client,
    /// A client's JWT that proves it (RFC 7523).
    ClientAssertion,
    /// One of a client's secrets.
    ClientSecret,
    /// A realm.
    Realm,
    /// A resource.
    Resource,
    /// The one-time link of a first start.
    Setup,
    /// A signing key.
    SigningKey,
    /// A block of status indexes.
    StatusBlock,
    /// A subject.
    Subject,
    /// The store's history.
    Term,
    /// An authorization code.
    Code,
    /// What a person allowed to a client.
    Grant,
    /// An ID token.
    Id,
    /// The news that somebody signed out, on its way to a client.
    Logout,
    /// A person's password.
    Password,
    /// The one-time link that sets a password.
    PasswordLink,
    /// A refresh token and its family.
    Refresh,
    /// One sign-in.
    Session,
    /// A revocation that runs over the journal.
    Revocation,
}

impl Noun {
    /// Every noun, in the order of its code.
    pub const ALL: [Self; 20] = [
        Self::Access,
        Self::Client,
        Self::ClientAssertion,
        Self::ClientSecret,
        Self::Realm,
        Self::Resource,
        Self::Setup,
        Self::SigningKey,
        Self::StatusBlock,
        Self::Subject,
        Self::Term,
        Self::Code,
        Self::Grant,
        Self::Id,
        Self::Logout,
        Self::Password,
        Self::PasswordLink,
        Self::Refresh,
        Self::Session,
        Self::Revocation,
    ];

    /// The word in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Client => "client",
            Self::ClientAssertion => "client_assertion",
            Self::ClientSecret => "client_secret",
            Self::Realm => "realm",
            Self::Resource => "resource",
            Self::Setup => "setup",
            Self::SigningKey => "signing_key",
            Self::StatusBlock => "status_block",
            Self::Subject => "subject",
            Self::Term => "term",
            Self::Code => "code",
            Self::Grant => "grant",
            Self::Id => "id",
            Self::Logout => "logout",
            Self::Password => "password",
            Self::PasswordLink => "password_link",
            Self::Refresh => "refresh",
            Self::Session => "session",
            Self::Revocation => "revocation",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused; the reason says why.
    Refused,
}

/// Facts of an issued token: seven nodes and times, and perhaps a second resource.
const USUAL_FACTS: usize = 10;

/// One event of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Time,
    /// In which realm.
    pub realm: RealmNode,
    /// What was done.
    pub verb: Verb,
    /// To what.
    pub noun: Noun,
    /// How it ended.
    pub outcome: Outcome,
    /// By whom.
    pub actor: Actor,
    /// What else there is to say, in the order in which it was said.
    pub facts: Vec<Fact>,
}

impl Event {
    /// Something that was done in this call.
    #[must_use]
    pub fn done(call: &Call, realm: RealmNode, verb: Verb, noun: Noun) -> Self {
        Self {
            at: call.now,
            realm,
            verb,
            noun,
            outcome: Outcome::Done,
            actor: call.actor,
            facts: Vec::with_capacity(USUAL_FACTS),
        }
    }

    /// Something that was refused in this call, and why.
    #[must_use]
    pub fn refused(
        call: &Call,
        realm: RealmNode,
        verb: Verb,
        noun: Noun,
        reason: &'static str,
    ) -> Self {
        let event = Self::done(call, realm, verb, noun);
        let refused = Self {
            outcome: Outcome::Refused,
            ..event
        };
        refused.reason(reason).request(call)
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// Adds the client concerned.
    #[must_use]
    pub fn client(self, client: ClientNode) -> Self {
        self.fact(Fact::Node(Role::Client, client.0))
    }

    /// Adds the client secret concerned.
    #[must_use]
    pub fn client_secret(self, secret: ClientSecretNode) -> Self {
        self.fact(Fact::Node(Role::ClientSecret, secret.0))
    }

    /// Adds the resource concerned.
    #[must_use]
    pub fn resource(self, resource: ResourceNode) -> Self {
        self.fact(Fact::Node(Role::Resource, resource.0))
    }

    /// Adds the signing key concerned.
    #[must_use]
    pub fn signing_key(self, key: SigningKeyNode) -> Self {
        self.fact(Fact::Node(Role::SigningKey, key.0))
    }

    /// Adds the subject concerned.
    #[must_use]
    pub fn subject(self, subject: SubjectNode) -> Self {
        self.fact(Fact::Node(Role::Subject, subject.0))
    }

    /// Adds the session concerned.
    #[must_use]
    pub fn session(self, session: SessionNode) -> Self {
        self.fact(Fact::Node(Role::Session, session.0))
    }

    /// Adds the grant concerned.
    #[must_use]
    pub fn grant(self, grant: GrantNode) -> Self {
        self.fact(Fact::Node(Role::Grant, grant.0))
    }

    /// Adds the family concerned: what one code gave.
    #[must_use]
    pub fn family(self, family: FamilyNode) -> Self {
        self.fact(Fact::Node(Role::Family, family.0))
    }

    /// Adds the authenticator concerned.
    #[must_use]
    pub fn authenticator(self, authenticator: AuthenticatorNode) -> Self {
        self.fact(Fact::Node(Role::Authenticator, authenticator.0))
    }

    /// Adds the realm concerned, where it is another than the one that the event stands in.
    #[must_use]
    pub fn other_realm(self, realm: RealmNode) -> Self {
        self.fact(Fact::Node(Role::Realm, realm.0))
    }

    /// Adds which token is meant.
    #[must_use]
    pub fn status(self, status: StatusRef) -> Self {
        self.fact(Fact::Status(status))
    }

    /// Adds when the token expires.
    #[must_use]
    pub fn expires(self, at: Time) -> Self {
        self.fact(Fact::Expires(at))
    }

    /// Adds how a node stands from now on.
    #[must_use]
    pub fn stands(self, stands: Stands) -> Self {
        self.fact(Fact::Stands(stands))
    }

    /// Adds the indexes that were leased.
    #[must_use]
    pub fn block(self, block: Block) -> Self {
        self.fact(Fact::Block(block))
    }

    /// Adds why.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        self.fact(Fact::Reason(reason.into()))
    }

    /// Adds the name that people know the thing by.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.fact(Fact::Name(name.into()))
    }

    /// Adds the call's own name, by which logs and error answers speak of it.
    #[must_use]
    pub fn request(self, call: &Call) -> Self {
        self.fact(Fact::Request(call.request_id.0))
    }

    /// The node that plays this part; the first one, where there are several.
    #[must_use]
    pub fn node(&self, role: Role) -> Option<NodeId> {
        self.facts.iter().find_map(|fact| fact.node(role))
    }

    /// Every node that plays this part: a token may be meant for several resources.
    #[must_use]
    pub fn nodes(&self, role: Role) -> Vec<NodeId> {
        let nodes = self.facts.iter().filter_map(|fact| fact.node(role));
        nodes.collect()
    }

    /// The tokens that it is about, by bucket and index: most entries are about one at most.
    pub(crate) fn statuses(&self) -> Vec<[u32; 2]> {
        let statuses = self.facts.iter().filter_map(Fact::status);
        statuses.map(|one| [one.bucket.0, one.index]).collect()
    }

    /// How it left this node standing, where it changed that.
    #[must_use]
    pub fn stood(&self, node: NodeId) -> Option<Stands> {
        let mut stood = self.facts.iter().filter_map(Fact::stands);
        stood.find(|stands| stands.node == node).copied()
    }

    /// Why it was done, where somebody said so.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.facts.iter().find_map(Fact::reason)
    }

    /// Who did it, as JSON and tables have it: a word, or what he is and his id.
    #[must_use]
    pub fn actor(&self) -> Cow<'static, str> {
        match self.actor {
            Actor::Anonymous => "anonymous".into(),
            Actor::Client(client) => format!("client {client}").into(),
            Actor::Operator => "operator".into(),
            Actor::Subject(subject) => format!("subject {subject}").into(),
            Actor::System => "system".into(),
        }
    }

    /// Whether it changes what nodes and verifiers keep in memory. The many that do not (issued,
    /// refused, asked about) cost followers nothing.
    #[must_use]
    pub fn followed(&self) -> bool {
        let changes = match self.verb {
            Verb::Issue | Verb::Verify | Verb::Introspect | Verb::Redeem => false,
            // A refresh token's turn changes its own row alone.
            Verb::Rotate => self.noun != Noun::Refresh,
            Verb::Revoke
            | Verb::Create
            | Verb::Change
            | Verb::Disable
            | Verb::Enable
            | Verb::End
            | Verb::Lease
            | Verb::Begin
            | Verb::Sweep
            | Verb::Suspend
            | Verb::Resume => true,
        };
        changes && self.outcome == Outcome::Done
    }

    /// The entry that a unit carries.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            bytes: encoding::encode(self),
            followed: self.followed(),
        }
    }

    /// Reads an entry back.
    ///
    /// # Errors
    /// [`encoding::DecodeError`] for bytes that this version does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, encoding::DecodeError> {
        encoding::decode(bytes)
    }
}
