//! Fill the status lists: a job for whatever was revoked since the last one. The journal says what was,
//! by whichever verb, so no verb has to think of it, and nothing is lost by a crash.

use symbolon_identity::{LoadError, World, WriteError};
use symbolon_journal::{Event, Fact, Outcome, Sequence};
use symbolon_lineage::node::raises;
use symbolon_lineage::status;
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::{Actor, Call};
use symbolon_token::node::NodeId;

use super::rows::{self, Done, JobRow};
use super::turn::TurnError;
use super::{What, actor_text};

/// Followed entries read at once; as many nodes may be in one job.
const BATCH: usize = 1000;

/// What the journal says beside the bits.
const REASON: &str = "what it descends from was revoked";

/// Makes the next job, if there is something to show; says whether there may be more to do.
pub(super) async fn begin(
    world: &World,
    call: &Call,
    seen: &mut Sequence,
) -> Result<bool, TurnError> {
    if rows::is_filling(&world.db).await? {
        return Ok(false);
    }
    let upto = rows::upto(&world.db).await?;
    let entries = world.db.followed(upto.max(*seen), BATCH).await;
    let entries = entries.map_err(LoadError::from)?;
    let Some((last, _)) = entries.last() else {
        return Ok(false);
    };
    let (last, is_full) = (*last, entries.len() == BATCH);
    let mut nodes = Vec::new();
    for (sequence, bytes) in &entries {
        nodes.extend(raised(*sequence, bytes));
    }
    let oldest = status::oldest(&world.db, None, call.now).await;
    let oldest = oldest.map_err(LoadError::from)?;
    let (Some(bottom), false) = (oldest, nodes.is_empty()) else {
        *seen = last;
        return Ok(is_full);
    };
    let (_, head) = world.db.head().await.map_err(LoadError::from)?;
    let job = JobRow {
        id: world.ids.next(call.now),
        realm: None,
        what: What::Fill(nodes),
        reason: REASON.to_owned(),
        actor: actor_text(Actor::System),
        asked_at: call.now,
        head,
        bottom,
        place: Sequence(head.0 + 1),
        done: Done::default(),
        ended_at: None,
    };
    let unit = Unit::default().step(rows::raise(upto, last));
    match world.db.commit(unit.step(rows::insert(&job))).await {
        // Where another worker was faster, there is his job.
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(true),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

/// The nodes whose epochs an entry raised.
fn raised(sequence: Sequence, bytes: &[u8]) -> Vec<(NodeId, i64)> {
    // What cannot be read raised nothing that anybody knows of.
    let Ok(event) = Event::decode(bytes) else {
        tracing::error!(sequence = sequence.0, "a journal entry cannot be read");
        return Vec::new();
    };
    if event.outcome != Outcome::Done || !raises(event.verb) {
        return Vec::new();
    }
    let stood = event.facts.iter().filter_map(Fact::stands);
    stood.map(|stands| (stands.node, sequence.0)).collect()
}
