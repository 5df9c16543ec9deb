//! What a restore carries over, read from the replaced database and written into the copy.

use symbolon_store::Step;
use symbolon_store::Value;

/// Every node that something happened to, page by page.
pub(super) const NODES: &str = "SELECT node, realm, epoch, state, changed_at FROM lineage \
                                WHERE node > $1 ORDER BY node LIMIT 1000";

pub(super) const COUNT_NODES: &str = "SELECT count(*) FROM lineage";

pub(super) const COUNT_ASSERTIONS: &str = "SELECT count(*) FROM client_assertion";

pub(super) const COUNT_ERASED: &str = "SELECT count(*) FROM subject \
                                       WHERE ended_at IS NOT NULL AND client IS NULL \
                                       AND name = '' AND username IS NULL AND claims IS NULL";

const RAISE: &str = "INSERT INTO lineage (node, realm, epoch, state, changed_at) \
                     VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch, \
                     state = excluded.state, changed_at = excluded.changed_at \
                     WHERE lineage.epoch < excluded.epoch OR lineage.state <> excluded.state";

/// Every assertion that was used and is remembered, page by page.
pub(super) const ASSERTIONS: &str = "SELECT client, digest, expires_at FROM client_assertion \
                                     WHERE client > $1 OR (client = $1 AND digest > $2) \
                                     ORDER BY client, digest LIMIT 1000";

const SPEND: &str = "INSERT INTO client_assertion (client, digest, expires_at) \
                     VALUES ($1, $2, $3) ON CONFLICT (client, digest) DO NOTHING";

/// Every subject that was erased, page by page: it has ended, and nothing is known of it.
pub(super) const ERASED: &str = "SELECT id, ended_at FROM subject \
                                 WHERE id > $1 AND ended_at IS NOT NULL AND client IS NULL \
                                 AND name = '' AND username IS NULL AND claims IS NULL \
                                 ORDER BY id LIMIT 250";

const EMPTY: &str = "UPDATE subject SET name = '', username = NULL, claims = NULL, ended_at = $2 \
                     WHERE id = $1";

const NO_IDENTIFIERS: &str = "DELETE FROM subject_identifier WHERE subject = $1";

const NO_KEY: &str = "DELETE FROM subject_key WHERE subject = $1";

const NO_PASSWORD: &str = "DELETE FROM password WHERE subject = $1";

const NO_LINKS: &str = "DELETE FROM setup WHERE spent_at IS NULL";

const NO_PASSWORD_LINKS: &str = "DELETE FROM password_link";

/// One-time links that waited when the backup was made may have been spent since: they are gone.
pub(super) fn no_links() -> [Step; 2] {
    [NO_LINKS, NO_PASSWORD_LINKS].map(|sql| Step::any(sql, Vec::new()))
}

/// Nothing is known of a subject that was erased, here neither.
pub(super) fn erase(subject: i64, ended_at: i64) -> [Step; 4] {
    let all = [NO_IDENTIFIERS, NO_KEY, NO_PASSWORD];
    let [identifiers, key, password] = all.map(|sql| Step::any(sql, vec![subject.into()]));
    let empty = Step::any(EMPTY, vec![subject.into(), ended_at.into()]);
    [empty, identifiers, key, password]
}

/// A node as it stood last.
pub(super) fn raise(row: Vec<Value>) -> Step {
    Step::any(RAISE, row)
}

/// An assertion that was used.
pub(super) fn spend(row: Vec<Value>) -> Step {
    Step::any(SPEND, row)
}
