//! Publish the list of one bucket: signed once, then kept.
//!
//! 1. What is kept is given while it says the same, the same key would sign it, and not half of its
//!    life is over.
//! 2. Else one caller makes it anew, and the others wait for him: never one signature per request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::access::list_uri;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_keys::ring::ActiveKey;
use symbolon_lineage::ListVersion;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SigningKeyNode};
use symbolon_token::status::Bucket;
use symbolon_token::time::Time;
use thiserror::Error;
use tokio::sync::Mutex as AsyncMutex;
use tokio::task::spawn_blocking;

use super::gzip::gzip;
use super::{LIFETIME, TTL, buckets};

/// Lists that are kept: those of forty realms. Past it all are let go.
const MAX_KEPT: usize = 1024;

/// Why no list was published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// No key to sign with.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Its making was broken off.
    #[error("a status list was not made: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// A list as it is given out.
#[derive(Debug)]
pub struct Published {
    /// The signed list.
    pub text: Bytes,
    /// Names this text (RFC 9110 §8.8.3), without quotes.
    pub tag: String,
    /// The same for whoever asks for it compressed, once somebody has.
    gzipped: OnceLock<Bytes>,
    made_of: Made,
    /// When it is to be signed anew.
    renewed_at: Time,
}

impl Published {
    /// The signed list as a gzip file.
    pub fn gzipped(&self) -> Bytes {
        let made = self.gzipped.get_or_init(|| gzip(&self.text).into());
        made.clone()
    }
}

/// What a list depends on.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    uri: String,
    key: SigningKeyNode,
    version: ListVersion,
}

/// The claims (§5.1).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    ttl: u64,
    status_list: List,
}

#[derive(Serialize)]
struct List {
    bits: u8,
    lst: String,
}

type Slot = AsyncMutex<Option<Arc<Published>>>;

/// The lists that are kept.
#[derive(Default)]
pub struct StatusLists(Mutex<HashMap<(RealmNode, Bucket), Arc<Slot>>>);

impl StatusLists {
    /// The list of a bucket; none for one that is not published now.
    ///
    /// # Errors
    /// [`PublishError`].
    pub async fn publish(
        &self,
        world: &World,
        call: &Call,
        (realm, bucket): (&Realm, Bucket),
    ) -> Result<Option<Arc<Published>>, PublishError> {
        if !buckets(call.now).any(|one| one == bucket) {
            return Ok(None);
        }
        let slot = self.slot(realm.node, bucket, call.now);
        let key = ensure(world, call, realm.node, Algorithm::Es256)
            .await
            .map_err(SignError::from)?;
        let mut kept = slot.lock().await;
        let made_of = Made {
            uri: list_uri(&realm.issuer, bucket),
            key: key.id(),
            version: world.lineages.list_version(realm.node, bucket),
        };
        if let Some(kept) = &*kept
            && kept.made_of == made_of
            && call.now < kept.renewed_at
            && kept.renewed_at <= call.now.plus(LIFETIME / 2)
        {
            return Ok(Some(Arc::clone(kept)));
        }
        let bits = world.lineages.list(realm.node, bucket);
        let lst = spawn_blocking(move || bits.lst()).await?;
        let made = Arc::new(signed(realm, &key, (made_of, lst), call.now)?);
        *kept = Some(Arc::clone(&made));
        Ok(Some(made))
    }

    fn slot(&self, realm: RealmNode, bucket: Bucket, now: Time) -> Arc<Slot> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT && !kept.contains_key(&(realm, bucket)) {
            kept.retain(|(_, bucket), _| bucket.ends_at() > now);
            if kept.len() >= MAX_KEPT {
                kept.clear();
            }
        }
        Arc::clone(kept.entry((realm, bucket)).or_default())
    }
}

fn signed(
    realm: &Realm,
    key: &ActiveKey,
    (made_of, lst): (Made, String),
    now: Time,
) -> Result<Published, SignError> {
    let claims = Claims {
        iss: realm.issuer.as_str(),
        sub: &made_of.uri,
        iat: now.seconds(),
        exp: now.plus(LIFETIME).seconds(),
        ttl: TTL.as_secs(),
        status_list: List { bits: 1, lst },
    };
    let text = key.sign(Purpose::StatusList, &claims)?;
    let digest = digest(&SHA256, text.as_bytes());
    let tag = digest.as_ref().get(..12).unwrap_or_default();
    Ok(Published {
        tag: URL_SAFE_NO_PAD.encode(tag),
        text: text.into(),
        gzipped: OnceLock::new(),
        made_of,
        renewed_at: now.plus(LIFETIME / 2),
    })
}
