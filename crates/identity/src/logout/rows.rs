//! The rows of who takes part in a session, and of news on its way.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SessionNode, SubjectNode};
use symbolon_token::time::Time;

use super::Due;
use crate::LoadError;
use crate::session::Session;

/// A session that is ending at this moment is waited for: nobody joins one that has ended.
const HOLD: &str = "UPDATE session SET seen_at = seen_at WHERE id = $1 AND ended_at IS NULL";

const TAKE_PART: &str = "INSERT INTO session_client (session, client) VALUES ($1, $2) \
                         ON CONFLICT (session, client) DO NOTHING";

const ANNOUNCE: &str = "INSERT INTO logout (session, client, realm, subject, tries, next_at) \
                        SELECT session, client, $2, $3, 0, $4 FROM session_client \
                        WHERE session = $1 ON CONFLICT (session, client) \
                        DO UPDATE SET tries = logout.tries + 1, next_at = excluded.next_at";

const ANNOUNCE_ALL: &str = "INSERT INTO logout (session, client, realm, subject, tries, next_at) \
                            SELECT session, client, $1, $2, 0, $3 FROM session_client \
                            WHERE session IN (SELECT id FROM session \
                            WHERE realm = $1 AND subject = $2 AND ends_at > $3 \
                            ORDER BY id DESC LIMIT 10000) ON CONFLICT (session, client) \
                            DO UPDATE SET tries = logout.tries + 1, next_at = excluded.next_at";

const FORGET: &str = "DELETE FROM session_client WHERE session = $1";

const FORGET_ALL: &str = "DELETE FROM session_client WHERE session IN (SELECT id FROM session \
                          WHERE realm = $1 AND subject = $2 AND ends_at > $3 \
                          ORDER BY id DESC LIMIT 10000)";

/// The same sessions that `session` forgets in the same unit.
const SWEEP: &str = "DELETE FROM session_client WHERE session IN \
                     (SELECT id FROM session WHERE ends_at < $1 ORDER BY ends_at LIMIT 2000)";

const DUE: &str = "SELECT session, client, realm, subject, tries FROM logout \
                   WHERE next_at <= $1 ORDER BY next_at LIMIT $2";

const TAKE: &str = "UPDATE logout SET tries = tries + 1, next_at = $4 \
                    WHERE session = $1 AND client = $2 AND tries = $3";

/// What was announced anew while the client was told stays.
const DONE: &str = "DELETE FROM logout WHERE session = $1 AND client = $2 AND tries = $3";

pub(super) fn take_part(session: SessionNode, client: ClientNode) -> [Step; 2] {
    let params = [session.0, client.0].map(|node| node.number().into());
    [
        Step::one(HOLD, vec![session.0.number().into()]),
        Step::any(TAKE_PART, params.into()),
    ]
}

pub(super) fn announce(session: &Session, now: Time) -> [Step; 2] {
    let own = session.node.0.number();
    let params = vec![
        own.into(),
        session.realm.0.number().into(),
        session.subject.0.number().into(),
        now.0.into(),
    ];
    [
        Step::any(ANNOUNCE, params),
        Step::any(FORGET, vec![own.into()]),
    ]
}

pub(super) fn announce_all((realm, subject): (RealmNode, SubjectNode), now: Time) -> [Step; 2] {
    let params = vec![
        realm.0.number().into(),
        subject.0.number().into(),
        now.0.into(),
    ];
    [
        Step::any(ANNOUNCE_ALL, params.clone()),
        Step::any(FORGET_ALL, params),
    ]
}

/// Forgets who took part in sessions that ended long ago.
pub(crate) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}

fn read(row: &Row) -> Result<Due, LoadError> {
    let wrong = || LoadError::Value("logout");
    let node = |column| NodeId::from_number(row.integer(column)?).map_err(|_| wrong());
    Ok(Due {
        session: SessionNode(node(0)?),
        client: ClientNode(node(1)?),
        realm: RealmNode(node(2)?),
        subject: SubjectNode(node(3)?),
        tries: u32::try_from(row.integer(4)?).map_err(|_| wrong())?,
    })
}

pub(super) async fn due(db: &Db, now: Time, limit: u32) -> Result<Vec<Due>, LoadError> {
    let rows = db.rows(DUE, &[now.0.into(), limit.into()]).await?;
    rows.iter().map(read).collect()
}

/// Takes one piece of news: nobody else tries it before then.
pub(super) fn take(due: &Due, until: Time) -> Step {
    let params = vec![
        due.session.0.number().into(),
        due.client.0.number().into(),
        due.tries.into(),
        until.0.into(),
    ];
    Step::one(TAKE, params)
}

/// Ends what was taken.
pub(super) fn done(due: &Due) -> Step {
    let params = vec![
        due.session.0.number().into(),
        due.client.0.number().into(),
        (due.tries + 1).into(),
    ];
    Step::any(DONE, params)
}
