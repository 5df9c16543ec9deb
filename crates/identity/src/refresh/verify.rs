//! Verify a refresh token: is it one that the authority handed out, ever? Whether it may be used is
//! decided by `rotate`.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use symbolon_token::kind::Kind;
use symbolon_token::node::{FamilyNode, NodeId, RealmNode};
use symbolon_token::opaque;

use super::{Family, Generation, MAC, rows};
use crate::{LoadError, World};

/// An authentic refresh token: its MAC holds.
#[derive(Clone)]
pub struct Presented {
    /// Its family, as it stands.
    pub family: Family,
    /// Which turn of the family it is.
    pub generation: Generation,
}

/// The family of a text, and which turn of it the text is; nothing, where nobody handed it out.
///
/// # Errors
/// [`LoadError`].
pub async fn verify(
    world: &World,
    realm: RealmNode,
    text: &str,
) -> Result<Option<Presented>, LoadError> {
    let Some((family, generation, mac)) = read(text) else {
        return Ok(None);
    };
    let Some(family) = rows::find(world, realm, family).await? else {
        return Ok(None);
    };
    let ours = family.seed.mac((realm, family.node), generation);
    let holds = verify_slices_are_equal(&ours, &mac).is_ok();
    Ok(holds.then_some(Presented { family, generation }))
}

fn read(text: &str) -> Option<(FamilyNode, Generation, [u8; MAC])> {
    let body = opaque::body(Kind::Refresh, text).ok()?;
    let (family, rest) = body.split_first_chunk::<8>()?;
    let (generation, rest) = rest.split_first_chunk::<4>()?;
    let mac = rest.try_into().ok()?;
    let family = NodeId::from_number(i64::from_be_bytes(*family)).ok()?;
    let generation = Generation(u32::from_be_bytes(*generation));
    Some((FamilyNode(family), generation, mac))
}
