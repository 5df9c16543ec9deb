//! Judges what has no status bit: sessions, codes, families of refresh tokens. As with access tokens,
//! a node that has fallen behind the journal does not judge, and what may only not have been heard of
//! yet is judged again after catching up.

use symbolon_lineage::{Death, judge_descent};
use symbolon_store::Unavailable;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use crate::access::MAX_BEHIND;
use crate::{LoadError, World};

/// Whether nothing that it descends from is dead.
///
/// # Errors
/// [`LoadError::Unavailable`] where this node cannot know.
pub(crate) async fn judge(
    world: &World,
    (realm, lineage): (RealmNode, &Lineage),
    now: Time,
) -> Result<Result<(), Death>, LoadError> {
    if world.follower.behind(now) > MAX_BEHIND {
        let reason = "this node has fallen behind the journal".to_owned();
        return Err(Unavailable { reason }.into());
    }
    let judged = judge_descent(&world.lineages, realm, lineage);
    if !judged.is_err_and(Death::may_be_ignorance) {
        return Ok(judged);
    }
    world.catch_up(now).await?;
    Ok(judge_descent(&world.lineages, realm, lineage))
}
