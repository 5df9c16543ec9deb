//! Preview: what a cause would kill, if it were revoked now. Nothing is written, and nothing here is in
//! the way of those who issue and judge.
//!
//! 1. The cause is found, as for a revocation.
//! 2. The journal is read backwards, its unsealed end included, as far as the oldest entry of a token
//!    that may live: access tokens have no rows. Each that descends from the cause is judged.
//! 3. Families of refresh tokens and sessions have rows, and are judged as they are when they are used.
//! 4. One preview runs at a time, and each has its limit: an answer that is not complete says so, and
//!    what it counts is then the least that would die.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use symbolon_identity::realm::Realm;
use symbolon_identity::refresh::{self, Family};
use symbolon_identity::session::{self, Session};
use symbolon_identity::{LoadError, World, client, grant, subject};
use symbolon_journal::{ReadError, Sequence};
use symbolon_lineage::node::State;
use symbolon_lineage::status;
use symbolon_signin::password;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{FamilyNode, NodeId, RealmNode, SessionNode};
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::task::yield_now;

use super::{Cause, FindError, Search, Span, Target, find};
use crate::issued::{Issued, Met, Walk};

/// What one preview looks at, at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Entries.
    pub(super) entries: u64,
    /// Rows of families, and as many of sessions.
    pub(super) rows: u64,
}

/// Some seconds' reading.
const LIMITS: Limits = Limits {
    entries: 2_000_000,
    rows: 200_000,
};

/// Rows read by one statement.
const PAGE: u32 = 500;

/// How far clocks may differ: an entry that much older than a span begins is followed by none of it.
pub(crate) const MAX_DISORDER: std::time::Duration = std::time::Duration::from_hours(3);

/// Whoever previews waits for those before him.
static TURN: Semaphore = Semaphore::const_new(1);

/// What may be previewed.
pub enum Asked {
    /// A cause that is a node, or one token.
    Cause(Cause),
    /// One that is looked for in the journal.
    Span(Span),
}

/// What would die.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// How many would, that live now.
    pub live: Live,
    /// Of how many subjects.
    pub subjects: usize,
    /// Of how many clients.
    pub clients: usize,
    /// When the last of them was issued or used, as far as that is known; in milliseconds.
    pub last_used_at: Option<Time>,
    /// When this was found out, in milliseconds.
    pub as_of: Time,
    /// The journal's last entry then.
    pub sequence: i64,
    /// Whether everything was looked at. If not, there may be more.
    pub complete: bool,
    /// How many entries were looked at.
    pub scanned: u64,
    /// When the oldest of them was written, in milliseconds.
    pub since: Option<Time>,
}

/// How many live, by their kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Live {
    /// Access tokens.
    pub access: u64,
    /// Families of refresh tokens, of which each has one that can be used.
    pub refresh: u64,
    /// Sessions.
    pub session: u64,
}

/// Why there is no preview.
#[derive(Debug, Error)]
pub enum PreviewError {
    /// There is no such cause.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The rows cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// What is looked for.
enum Wanted {
    /// What descends from a node.
    Node(NodeId),
    /// One token.
    Token(StatusRef),
    /// What a span has.
    Span(Box<Search>, Option<Time>),
}

/// Counts what would die.
///
/// # Errors
/// [`PreviewError`].
pub async fn preview(
    world: &World,
    realm: &Realm,
    asked: Asked,
    now: Time,
) -> Result<Preview, PreviewError> {
    within(world, realm, (asked, LIMITS), now).await
}

/// The same, with other limits.
pub(super) async fn within(
    world: &World,
    realm: &Realm,
    (asked, limits): (Asked, Limits),
    now: Time,
) -> Result<Preview, PreviewError> {
    // It is never closed, so nobody is turned away.
    let _turn = TURN.acquire().await;
    world.catch_up(now).await?;
    let (realm, wanted) = wanted(world, realm, asked, now).await?;
    let (_, head) = world.db.head().await.map_err(LoadError::from)?;
    let mut count = Count::new(world, (realm, limits), now);
    let mut wanted = wanted;
    let walked = tokens(&mut count, &mut wanted, head).await?;
    let is_judged = match &wanted {
        Wanted::Node(node) => count.families(*node).await? & count.sessions(*node).await?,
        Wanted::Token(_) => true,
        Wanted::Span(..) => {
            count.touched().await?;
            true
        }
    };
    Ok(Preview {
        live: count.live,
        subjects: count.subjects.len(),
        clients: count.clients.len(),
        last_used_at: count.last_used_at,
        as_of: now,
        sequence: head.0,
        complete: walked.is_whole && is_judged,
        scanned: walked.scanned,
        since: walked.since,
    })
}

/// Step 1.
async fn wanted(
    world: &World,
    realm: &Realm,
    asked: Asked,
    now: Time,
) -> Result<(RealmNode, Wanted), FindError> {
    let cause = match asked {
        Asked::Cause(cause) => cause,
        Asked::Span(span) => {
            span.check(world, realm, now).await?;
            let search = Search::new(span, realm.node);
            return Ok((realm.node, Wanted::Span(Box::new(search), span.from)));
        }
    };
    let target = find(world, realm, cause, now).await?;
    let node = match &target {
        Target::Realm(realm) => return Ok((realm.node, Wanted::Node(realm.node.0))),
        Target::Access(access) => return Ok((realm.node, Wanted::Token(access.status))),
        Target::Client(client_id) => {
            let found = client::by_id(world, realm.node, client_id).await?;
            found.map(|client| client.node.0)
        }
        Target::Subject(node) => {
            let found = subject::find(world, realm.node, *node).await?;
            found.map(|_| node.0)
        }
        Target::Session(node) => {
            let found = session::find(world, realm.node, *node, now).await?;
            let is_suspended = world.lineages.standing(node.0).state == State::Disabled;
            (found.is_some() || is_suspended).then_some(node.0)
        }
        Target::Grant(node) => {
            let found = grant::by_id(world, realm.node, *node).await?;
            found.map(|_| node.0)
        }
        Target::Authenticator(node) => {
            let found = password::find_by_id(world, realm.node, *node).await?;
            found.map(|_| node.0)
        }
        Target::SigningKey(node) => {
            let keys = symbolon_identity::signing_key::list(world, realm.node, now).await?;
            keys.iter().any(|key| key.id == *node).then_some(node.0)
        }
        Target::ClientSecret(_, secret) => Some(secret.0),
        Target::Family(family, ..) => Some(family.0),
    };
    let node = node.ok_or(FindError::Unknown(target.role()))?;
    Ok((realm.node, Wanted::Node(node)))
}

struct Walked {
    is_whole: bool,
    scanned: u64,
    since: Option<Time>,
}

/// Step 2.
async fn tokens(
    count: &mut Count<'_>,
    wanted: &mut Wanted,
    head: Sequence,
) -> Result<Walked, PreviewError> {
    let (db, now) = (&count.world.db, count.now);
    let oldest = status::oldest(db, Some(count.realm), now).await;
    let oldest = oldest.map_err(LoadError::from)?;
    let floor = match wanted {
        Wanted::Span(search, _) if search.is_of_a_network() => Sequence(0),
        Wanted::Node(_) | Wanted::Token(_) | Wanted::Span(..) => oldest.unwrap_or(head),
    };
    let mut walk = Walk::new(db.clone(), Sequence(head.0 + 1), floor);
    let mut is_whole = true;
    'walk: while let Some(batch) = walk.step().await? {
        for met in batch {
            if let Wanted::Span(_, Some(from)) = wanted
                && met.event.at.plus(MAX_DISORDER) < *from
            {
                break 'walk;
            }
            count.meet(&mut walk, &met, wanted).await;
        }
        if walk.scanned() >= count.limits.entries {
            is_whole = false;
            break;
        }
    }
    Ok(Walked {
        is_whole: is_whole && walk.unread() == 0,
        scanned: walk.scanned(),
        since: walk.oldest(),
    })
}

/// What was counted so far.
struct Count<'w> {
    world: &'w World,
    realm: RealmNode,
    limits: Limits,
    now: Time,
    live: Live,
    subjects: HashSet<NodeId>,
    clients: HashSet<NodeId>,
    last_used_at: Option<Time>,
    /// Families and sessions that a span touched.
    touched: (HashSet<FamilyNode>, HashSet<SessionNode>),
    /// Clients of families, by their nodes.
    known: HashMap<NodeId, Option<client::Client>>,
}

impl<'w> Count<'w> {
    fn new(world: &'w World, (realm, limits): (RealmNode, Limits), now: Time) -> Self {
        Self {
            world,
            realm,
            limits,
            now,
            live: Live::default(),
            subjects: HashSet::new(),
            clients: HashSet::new(),
            last_used_at: None,
            touched: (HashSet::new(), HashSet::new()),
            known: HashMap::new(),
        }
    }

    async fn meet(&mut self, walk: &mut Walk, met: &Met, wanted: &mut Wanted) {
        let issued = walk.notes(met);
        let is_wanted =
            |one: &dyn Fn(&Issued) -> bool| issued.as_ref().is_some_and(|(it, _)| one(it));
        let is_of_it = match wanted {
            Wanted::Node(node) => is_wanted(&|it| it.descends_from(*node)),
            Wanted::Token(status) => is_wanted(&|it| it.status == *status),
            Wanted::Span(search, _) => match search.touch(self.world, &met.event).await {
                Some(touch) => {
                    self.touched.0.extend(touch.family);
                    self.touched.1.extend(touch.session);
                    true
                }
                None => false,
            },
        };
        let Some((issued, true)) = issued else {
            return;
        };
        if is_of_it && issued.realm == self.realm && issued.stands(self.world, self.now) {
            self.live.access += 1;
            self.subjects.extend(issued.subject);
            self.clients.extend(issued.client);
            self.used(issued.at);
        }
    }

    fn used(&mut self, at: Time) {
        self.last_used_at = self.last_used_at.max(Some(at));
    }

    /// Step 3: families that descend from a node; says whether it saw all.
    async fn families(&mut self, node: NodeId) -> Result<bool, LoadError> {
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = (PAGE, self.now);
            let found = refresh::running(self.world, self.realm, after, page).await?;
            after = found.last().map(|family| family.node);
            seen += u64::from(PAGE);
            let is_last = found.len() < PAGE as usize;
            for family in found {
                let own = [family.node.0, family.client.0, family.realm.0];
                let lineage = Lineage::from_claim(&family.allowance.lineage);
                let lineage = lineage.map_err(|_| LoadError::Value("refresh.allowance"))?;
                if own.contains(&node) || lineage.epoch_of(node).is_some() {
                    self.family(family).await?;
                }
            }
            if is_last || seen >= self.limits.rows {
                return Ok(is_last);
            }
            yield_now().await;
        }
    }

    async fn family(&mut self, family: Family) -> Result<(), LoadError> {
        let holder = family.client.0;
        if !self.known.contains_key(&holder) {
            let found = client::find(self.world, self.realm, family.client).await?;
            self.known.insert(holder, found);
        }
        let Some(Some(client)) = self.known.get(&holder) else {
            return Ok(());
        };
        if refresh::is_alive(self.world, (&family, client), self.now).await? {
            self.live.refresh += 1;
            self.subjects.insert(family.allowance.subject.0);
            self.clients.insert(family.client.0);
            self.used(family.turned_at);
        }
        Ok(())
    }

    /// The same with sessions.
    async fn sessions(&mut self, node: NodeId) -> Result<bool, LoadError> {
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = (PAGE, self.now);
            let found = session::of_realm(self.world, self.realm, after, page).await?;
            after = found.last().map(|(session, _)| session.node);
            seen += u64::from(PAGE);
            let is_last = found.len() < PAGE as usize;
            for (session, lives) in &found {
                let descends = session.node.0 == node || session.lineage.epoch_of(node).is_some();
                if *lives && descends {
                    self.session(session);
                }
            }
            if is_last || seen >= self.limits.rows {
                return Ok(is_last);
            }
            yield_now().await;
        }
    }

    fn session(&mut self, session: &Session) {
        self.live.session += 1;
        self.subjects.insert(session.subject.0);
        self.used(session.seen_at);
    }

    /// Step 3 for a span: what it touched.
    async fn touched(&mut self) -> Result<(), LoadError> {
        let (families, sessions) = std::mem::take(&mut self.touched);
        for family in families {
            if let Some(family) = refresh::find(self.world, self.realm, family).await? {
                self.family(family).await?;
            }
        }
        for session in sessions {
            let found = session::find(self.world, self.realm, session, self.now).await?;
            if let Some(session) = found {
                self.session(&session);
            }
        }
        Ok(())
    }
}
