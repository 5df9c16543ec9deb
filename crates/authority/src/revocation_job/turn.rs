//! One turn of a worker: one batch of one job.
//!
//! 1. A job that it holds, or that nobody does.
//! 2. The next entries below its place are read, and what they gave out is judged.
//! 3. Bits, ends, journal entries and the job's new place are one unit: whoever was slower than another
//!    worker has done nothing.
//! 4. Where no job is left, the status lists may want one.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use symbolon_identity::{
    Applied, Draft, LoadError, Order, World, WriteError, client, refresh, session,
};
use symbolon_journal::{Event, Noun, ReadError, Role, Sequence, Verb};
use symbolon_lineage::node::State;
use symbolon_lineage::status;
use symbolon_store::Step;
use symbolon_token::call::{Call, RequestId};
use symbolon_token::node::{ClientNode, FamilyNode, NodeId, RealmNode, SessionNode, SubjectNode};
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;
use thiserror::Error;

use super::rows::{self, Done, JobRow};
use super::{What, actor_of, fill};
use crate::issued::{Issued, Met, Walk};
use crate::revocation::{MAX_DISORDER, Search};

/// How long nobody else goes on with a job: some hundred batches.
const HELD: Duration = Duration::from_secs(5);

/// Tokens that one unit revokes: two milliseconds of the writer's time, and an entry of 2 KiB.
const MAX_BITS: usize = 256;

/// Families and sessions that one unit ends.
const MAX_ENDS: usize = 32;

/// How long after its entry a code may still be redeemed, with room for clocks.
const CODE_LIVES: Duration = Duration::from_mins(10);

/// Why a turn did nothing. The next one tries again.
#[derive(Debug, Error)]
pub enum TurnError {
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The rows cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// One of those who do the jobs: one in each process.
pub struct Worker {
    id: NodeId,
    /// Up to where there was nothing to fill.
    seen: Sequence,
    /// The search that it was at: what it has worked out of networks is kept.
    search: Option<(NodeId, Sought)>,
}

/// What an open job looks for.
enum Sought {
    Span(Box<Search>),
    Fill(HashMap<NodeId, i64>),
}

/// What a batch found.
#[derive(Default)]
struct Found {
    bits: Vec<(RealmNode, StatusRef)>,
    families: HashMap<FamilyNode, (ClientNode, SubjectNode)>,
    sessions: HashSet<SessionNode>,
    scanned: u64,
}

impl Found {
    fn is_full(&self) -> bool {
        let ends = self.families.len() + self.sessions.len();
        self.bits.len() >= MAX_BITS || ends >= MAX_ENDS
    }
}

impl Worker {
    /// One that has done nothing yet.
    #[must_use]
    pub fn new(id: NodeId) -> Self {
        Self {
            id,
            seen: Sequence(0),
            search: None,
        }
    }

    /// Does one batch; says whether there may be more to do.
    ///
    /// # Errors
    /// [`TurnError`]; nothing was done.
    pub async fn turn(&mut self, world: &World, call: &Call) -> Result<bool, TurnError> {
        // Whoever owns its database alone finds no holds but those of the dead.
        let held_before = match self.search {
            None if world.db.is_exclusive() => Time(i64::MAX),
            Some(_) | None => call.now,
        };
        let Some(job) = rows::due(&world.db, self.id, held_before).await? else {
            return fill::begin(world, call, &mut self.seen).await;
        };
        let call = Call {
            now: call.now,
            request_id: RequestId(job.id),
            actor: actor_of(&job.actor),
            address: None,
        };
        let (place, found) = self.read(world, &call, &job).await?;
        let mut done = job.done;
        done.scanned += found.scanned;
        let (deeds, done) = deeds(world, &call, &job, (found, done)).await?;
        let held = (self.id, call.now.plus(HELD));
        let ended_at = place.is_none().then_some(call.now);
        let next = match place {
            Some(place) => place,
            None => world.db.head().await.map_err(LoadError::from)?.1,
        };
        let next = (next, done);
        let mut draft = Draft::steps([rows::advance(&job, next, held, ended_at)]).and(deeds);
        if let (Some(realm), None, What::Span(span)) = (job.realm, place, &job.what) {
            let event = Event::done(&call, realm, Verb::End, Noun::Revocation).name(span.words());
            let event = Order::because(&job.reason).on(event).request(&call);
            draft = draft.and(Draft::event(&event));
        }
        match draft.commit(world).await? {
            Applied::Done => {}
            Applied::Lost { .. } => world.catch_up(call.now).await?,
        }
        Ok(true)
    }

    /// Step 2: the last entry that was looked at, none where that was the last of all; and what the
    /// entries had of what is sought.
    async fn read(
        &mut self,
        world: &World,
        call: &Call,
        job: &JobRow,
    ) -> Result<(Option<Sequence>, Found), TurnError> {
        let sought = match self.search.take() {
            Some((id, sought)) if id == job.id => sought,
            Some(_) | None => open(job),
        };
        let (_, sought) = self.search.insert((job.id, sought));
        let from = match &job.what {
            What::Span(span) => span.from,
            What::Fill(_) => None,
        };
        let mut found = Found::default();
        let mut walk = Walk::new(world.db.clone(), job.place, job.bottom);
        let batch = walk.step().await?;
        let mut last = batch.as_ref().map(|_| walk.place());
        for met in batch.unwrap_or_default() {
            if from.is_some_and(|from| met.event.at.plus(MAX_DISORDER) < from) {
                return Ok((None, found));
            }
            sought.meet(world, call, &met, &mut found).await;
            found.scanned += 1;
            if found.is_full() {
                last = Some(met.sequence);
                break;
            }
        }
        let last = last.filter(|last| last.0 > job.bottom.0 + 1 && last.0 > 1);
        Ok((last, found))
    }
}

fn open(job: &JobRow) -> Sought {
    match (&job.what, job.realm) {
        (What::Span(span), Some(realm)) => Sought::Span(Box::new(Search::new(*span, realm))),
        (What::Fill(nodes), _) => {
            let mut last = HashMap::new();
            for (node, sequence) in nodes {
                let known = last.entry(*node).or_insert(*sequence);
                *known = (*known).max(*sequence);
            }
            Sought::Fill(last)
        }
        (What::Span(_), None) => Sought::Fill(HashMap::new()),
    }
}

impl Sought {
    async fn meet(&mut self, world: &World, call: &Call, met: &Met, found: &mut Found) {
        let issued = Issued::of(&met.event);
        let is_sought = match self {
            Self::Span(search) => {
                let Some(touch) = search.touch(world, &met.event).await else {
                    return;
                };
                let node = |role| met.event.node(role);
                let whose = (node(Role::Client), node(Role::Subject));
                if let (Some(family), (Some(client), Some(subject))) = (touch.family, whose) {
                    let is_code = met.event.noun == Noun::Code;
                    if !is_code || call.now < met.event.at.plus(CODE_LIVES) {
                        let whose = (ClientNode(client), SubjectNode(subject));
                        found.families.insert(family, whose);
                    }
                }
                found.sessions.extend(touch.session);
                true
            }
            Self::Fill(nodes) => {
                // What was being issued under an old epoch has its entry behind the one that raised it;
                // of what has ended, that is dead too.
                let has_ended = |node| world.lineages.standing(node).state == State::Ended;
                let kills = |node: &NodeId| {
                    let at = nodes.get(node);
                    at.is_some_and(|at| met.sequence.0 < *at || has_ended(*node))
                };
                issued.as_ref().is_some_and(|issued| issued.descends(kills))
            }
        };
        if let Some(issued) = issued.filter(|_| is_sought)
            && call.now < issued.expires_at
            && !world.lineages.is_revoked(issued.realm, issued.status)
        {
            found.bits.push((issued.realm, issued.status));
        }
    }
}

/// Step 3: what is done with what was found.
async fn deeds(
    world: &World,
    call: &Call,
    job: &JobRow,
    (found, mut done): (Found, Done),
) -> Result<(Draft, Done), TurnError> {
    let order = Order::because(&job.reason);
    let mut draft = Draft::default();
    // The bits of a span are the revocation; those of a fill show one.
    let (noun, set): (_, fn(_, _) -> Step) = match job.what {
        What::Span(_) => (Noun::Access, status::revoke),
        What::Fill(_) => (Noun::StatusBlock, status::fill),
    };
    let mut by_realm: HashMap<RealmNode, Vec<StatusRef>> = HashMap::new();
    for (realm, status) in found.bits {
        by_realm.entry(realm).or_default().push(status);
    }
    for (realm, statuses) in by_realm {
        done.access += u64::try_from(statuses.len()).unwrap_or(0);
        let event = Event::done(call, realm, Verb::Revoke, noun);
        let event = statuses.iter().fold(event, |event, one| event.status(*one));
        let bits = statuses.iter().map(|one| set(realm, *one));
        let bits = Draft::steps(bits);
        draft = draft
            .and(Draft::event(&order.on(event).request(call)))
            .and(bits);
    }
    let Some(realm) = job.realm else {
        return Ok((draft, done));
    };
    for (family, (client, subject)) in found.families {
        let known = refresh::find(world, realm, family).await?;
        let is_over = |one: &refresh::Family| one.is_ended || one.ends_at <= call.now;
        if known.as_ref().is_some_and(is_over) {
            continue;
        }
        // One that is dead already may descend from what is suspended: it is ended, and not counted.
        let lives = match &known {
            Some(family) => lives(world, family, call.now).await?,
            None => false,
        };
        let whose = (realm, (family, client, subject));
        if let Some((end, _)) = refresh::ending(world, call, whose, &order) {
            draft = draft.and(end);
            done.refresh += u64::from(lives);
        }
    }
    for one in found.sessions {
        let lives = session::find(world, realm, one, call.now).await?.is_some();
        if let Some(end) = session::ending(world, call, (realm, one), &order).await? {
            draft = draft.and(end);
            done.session += u64::from(lives);
        }
    }
    Ok((draft, done))
}

async fn lives(world: &World, family: &refresh::Family, now: Time) -> Result<bool, LoadError> {
    match client::find(world, family.realm, family.client).await? {
        Some(client) => refresh::is_alive(world, (family, &client), now).await,
        None => Ok(false),
    }
}
