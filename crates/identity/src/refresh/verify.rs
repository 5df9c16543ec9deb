//! Verify a refresh token: is it one that the authority handed out, ever, and does it live? Whether
//! it turns is decided by `rotate`.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use symbolon_lineage::Death;
use symbolon_token::kind::Kind;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{FamilyNode, NodeId, RealmNode};
use symbolon_token::opaque;
use symbolon_token::time::Time;

use super::rotate::{Decision, Holder, RotateError, decide};
use super::{Family, Generation, MAC, rows};
use crate::access::Refusal;
use crate::client::Client;
use crate::session::{self, Session};
use crate::{LoadError, World, descent};

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

/// Whether the family behind a token may still give anything: it runs, nothing that it descends from
/// is dead, and neither is the session that it may not outlive.
///
/// # Errors
/// [`LoadError`].
pub async fn standing(
    world: &World,
    family: &Family,
    now: Time,
) -> Result<Result<Option<Session>, Refusal>, LoadError> {
    let ended = Refusal::Dead(Death::Revoked(family.node.0));
    if family.is_ended {
        return Ok(Err(ended));
    }
    let lineage = Lineage::from_claim(&family.allowance.lineage);
    let lineage = lineage.map_err(|_| LoadError::Value("refresh.allowance"))?;
    let judged = descent::judge(world, (family.realm, &lineage), now).await?;
    if let Err(death) = judged {
        return Ok(Err(Refusal::Dead(death)));
    }
    if !family.is_online {
        return Ok(Ok(None));
    }
    let session = family.allowance.session;
    let found = session::find(world, family.realm, session, now).await?;
    Ok(found
        .map(Some)
        .ok_or(Refusal::Dead(Death::Revoked(session.0))))
}

/// Whether a token would be accepted from its own client.
///
/// # Errors
/// [`LoadError`].
pub async fn alive(
    world: &World,
    (presented, client): (&Presented, &Client),
    now: Time,
) -> Result<Result<(), Refusal>, LoadError> {
    if let Err(refusal) = standing(world, &presented.family, now).await? {
        return Ok(Err(refusal));
    }
    Ok(match decide(presented, &Holder::new(client), now) {
        Ok(Decision::Turn(_) | Decision::Keep(_) | Decision::Repeat(_)) => Ok(()),
        Ok(Decision::End(_)) | Err(RotateError::Ended | RotateError::Unborn) => {
            Err(Refusal::Dead(Death::Revoked(presented.family.node.0)))
        }
        Err(RotateError::Expired) => Err(Refusal::Expired),
    })
}

/// Whether the newest token of a family would be accepted from its own client.
///
/// # Errors
/// [`LoadError`].
pub async fn is_alive(
    world: &World,
    (family, client): (&Family, &Client),
    now: Time,
) -> Result<bool, LoadError> {
    let presented = Presented {
        generation: family.generation,
        family: family.clone(),
    };
    let life = alive(world, (&presented, client), now).await?;
    Ok(life.is_ok())
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
