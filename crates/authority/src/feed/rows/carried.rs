//! Who listens where, and acknowledgements on their way there.

use std::time::Duration;

use symbolon_identity::LoadError;
use symbolon_store::{Db, Row, Step, Value};
use symbolon_token::feed::{Acknowledgement, Bytes, StreamName};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

const LISTENS: &str = "SELECT process FROM feed_listener WHERE realm = $1 AND audience = $2 \
                       AND client_id = $3 AND follower = $4 AND stream = $5 AND seen_at > $6";

const LISTEN: &str = "INSERT INTO feed_listener (realm, audience, client_id, follower, process, \
                      stream, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                      ON CONFLICT (realm, audience, client_id, follower) DO UPDATE SET \
                      process = excluded.process, stream = excluded.stream, \
                      seen_at = excluded.seen_at";

const LEAVE: &str = "DELETE FROM feed_listener WHERE realm = $1 AND audience = $2 \
                     AND client_id = $3 AND follower = $4 AND process = $5";

const FORGET_LISTENERS: &str = "DELETE FROM feed_listener WHERE seen_at < $1";

/// Of two that overtake each other on their way the further one stays.
const PUT: &str = "INSERT INTO feed_carried (realm, audience, client_id, follower, process, stream, \
                   n, nonce, dark_after, leaving, heard_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (realm, audience, client_id, follower) DO UPDATE SET \
                   process = excluded.process, stream = excluded.stream, n = excluded.n, \
                   nonce = excluded.nonce, dark_after = excluded.dark_after, \
                   leaving = excluded.leaving, heard_at = excluded.heard_at \
                   WHERE feed_carried.stream <> excluded.stream OR feed_carried.n <= excluded.n";

const COLLECT: &str = "SELECT realm, audience, client_id, follower, stream, n, nonce, dark_after, \
                       leaving FROM feed_carried WHERE process = $1 LIMIT $2";

const DONE: &str = "DELETE FROM feed_carried WHERE realm = $1 AND audience = $2 \
                    AND client_id = $3 AND follower = $4 AND nonce = $5";

const FORGET: &str = "DELETE FROM feed_carried WHERE heard_at < $1";

/// Which follower of which channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::feed) struct Place {
    pub(in crate::feed) realm: RealmNode,
    pub(in crate::feed) audience: String,
    pub(in crate::feed) client_id: String,
    pub(in crate::feed) follower: String,
}

/// An acknowledgement that came to another process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::feed) struct Carried {
    pub(in crate::feed) place: Place,
    pub(in crate::feed) said: Acknowledgement,
}

impl Place {
    fn params(&self) -> Vec<Value> {
        vec![
            self.realm.0.number().into(),
            self.audience.as_str().into(),
            self.client_id.as_str().into(),
            self.follower.as_str().into(),
        ]
    }

    fn and(&self, more: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let mut params = self.params();
        params.extend(more);
        params
    }
}

/// At which process this follower hears that stream, if it was heard of since.
pub(in crate::feed) async fn listens(
    db: &Db,
    place: &Place,
    stream: StreamName,
    since: Time,
) -> Result<Option<i64>, LoadError> {
    let params = place.and([stream.0.as_slice().into(), since.0.into()]);
    let row = db.row(LISTENS, &params).await?;
    Ok(row.map(|row| row.integer(0)).transpose()?)
}

/// It listens here; wherever it did before, it does no more.
pub(in crate::feed) fn listen(
    place: &Place,
    (process, stream): (i64, StreamName),
    now: Time,
) -> Step {
    let more = [process.into(), stream.0.as_slice().into(), now.0.into()];
    Step::any(LISTEN, place.and(more))
}

/// It listens here no more.
pub(in crate::feed) fn leave(place: &Place, process: i64) -> Step {
    Step::any(LEAVE, place.and([process.into()]))
}

/// Sends an acknowledgement on its way; `n` is its frame.
pub(in crate::feed) fn put(
    place: &Place,
    process: i64,
    (said, n): (&Acknowledgement, i64),
    now: Time,
) -> Step {
    let bound = said.dark_after_ms;
    let bound = bound.map(|millis| i64::try_from(millis).unwrap_or(i64::MAX));
    let more = [
        process.into(),
        said.stream.0.as_slice().into(),
        n.into(),
        said.nonce.0.as_slice().into(),
        Value::from(bound),
        i64::from(said.leaving).into(),
        now.0.into(),
    ];
    Step::any(PUT, place.and(more))
}

/// What came for this process, at most so many.
pub(in crate::feed) async fn collect(
    db: &Db,
    process: i64,
    limit: u32,
) -> Result<Vec<Carried>, LoadError> {
    let rows = db.rows(COLLECT, &[process.into(), limit.into()]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Carried, LoadError> {
    let strange = |_| LoadError::Value("feed_carried");
    let realm = NodeId::from_number(row.integer(0)?);
    let place = Place {
        realm: RealmNode(realm.map_err(|_| LoadError::Value("feed_carried.realm"))?),
        audience: row.text(1)?.to_owned(),
        client_id: row.text(2)?.to_owned(),
        follower: row.text(3)?.to_owned(),
    };
    let dark_after = row.optional_integer(7)?.map(u64::try_from);
    let said = Acknowledgement {
        audience: place.audience.clone(),
        stream: Bytes(
            row.bytes(4)?
                .try_into()
                .map_err(|_| LoadError::Value("feed_carried.stream"))?,
        ),
        n: u64::try_from(row.integer(5)?).map_err(strange)?,
        nonce: Bytes(
            row.bytes(6)?
                .try_into()
                .map_err(|_| LoadError::Value("feed_carried.nonce"))?,
        ),
        follower: place.follower.clone(),
        dark_after_ms: dark_after.transpose().map_err(strange)?,
        leaving: row.flag(8)?,
    };
    Ok(Carried { place, said })
}

/// It was heard; one that came after it stays.
pub(in crate::feed) fn done(one: &Carried) -> Step {
    let nonce = one.said.nonce.0.as_slice().into();
    Step::any(DONE, one.place.and([nonce]))
}

/// Forgets who was not heard of since, and what nobody collected, of whatever process.
pub(in crate::feed) fn forget(now: Time, (alive, uncollected): (Duration, Duration)) -> [Step; 2] {
    let step = |sql, kept| Step::any(sql, vec![now.minus(kept).0.into()]);
    [step(FORGET_LISTENERS, alive), step(FORGET, uncollected)]
}
