//! Exported segments: a file that `gunzip` reads, and that can be verified without a database.
//!
//! The file is a chain of gzip members (RFC 1952 §2.2), one for its head and one for each segment. What
//! they hold is JSON, a value a line: the head, which says what the tree was before the first segment
//! and which keys sign; then each segment as an object, and each of its entries as
//! `[sequence, followed, entry in base64url]`.

mod export;
mod gzip;
pub(crate) mod line;
mod search;
mod verify;

pub use export::{ExportError, Exported, Wanted, export};
pub use search::{Searched, search};
pub use verify::{ReadError, Verified, verify};

#[cfg(test)]
mod tests {
    use serde_json::json;
    use symbolon_jose::{Algorithm, JwkSet, SigningKey};
    use symbolon_store::{Entry, Sequence, Unit, testing};
    use symbolon_token::time::Time;

    use super::*;
    use crate::segment::{Finding, Keys, MIGRATIONS, Sealer};

    /// A file of one segment, as the texts of its members.
    async fn texts() -> Vec<Vec<u8>> {
        let (db, _folder) = testing::sqlite(&MIGRATIONS).await;
        let entry = |byte| Entry {
            bytes: vec![byte; 90],
            followed: false,
        };
        let unit = (0..9).map(entry).fold(Unit::default(), Unit::and_entry);
        db.commit(unit).await.unwrap();
        let signing = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let signing = signing.with_kid("1");
        let known = &[signing.public()][..];
        let signing = &signing;
        let keys = Keys { signing, known };
        let sealer = Sealer::default();
        sealer.seal(&db, keys, Time(i64::MAX)).await.unwrap();
        let jwks = json!(JwkSet::new(vec![signing.public().to_jwk()]));
        let wanted = Wanted::default();
        let (_, file) = export(&db, &jwks, wanted, Vec::new()).await.unwrap();
        let mut members = gzip::Members::new(&file[..]);
        let texts = std::iter::from_fn(|| members.next().unwrap());
        texts.collect()
    }

    fn found(texts: &[Vec<u8>]) -> Vec<Finding> {
        let file: Vec<u8> = texts.iter().flat_map(|text| gzip::member(text)).collect();
        let verified = verify(&file[..], None, &[], Time(0)).unwrap();
        verified.report.findings
    }

    #[tokio::test]
    async fn a_file_whose_tree_no_entry_fits_behind_is_none() {
        let mut texts = texts().await;
        let mut head: serde_json::Value = serde_json::from_slice(&texts[0]).unwrap();
        for size in [u64::MAX, 1 << 63] {
            head["size"] = json!(size);
            let peaks = vec![0; 32 * size.count_ones() as usize];
            head["peaks"] = json!(symbolon_jose::base64url::encode(peaks));
            texts[0] = head.to_string().into_bytes();
            let file: Vec<u8> = texts.iter().flat_map(|text| gzip::member(text)).collect();
            let refused = verify(&file[..], None, &[], Time(0));
            assert!(matches!(refused, Err(ReadError::Form)), "{size}");
        }
    }

    #[tokio::test]
    async fn a_file_that_names_places_beyond_every_journal_is_read_without_harm() {
        let mut texts = texts().await;
        let peaks = symbolon_jose::base64url::encode([7; 32 * 63]);
        let head = String::from_utf8(texts[0].clone()).unwrap();
        let head = head.replace("\"size\":0", &format!("\"size\":{}", i64::MAX));
        let head = head.replace("\"peaks\":\"\"", &format!("\"peaks\":\"{peaks}\""));
        let own = std::mem::replace(&mut texts[0], head.into_bytes());
        assert!(!found(&texts).is_empty());
        let (first, last) = (i64::MAX - 4, i64::MAX);
        let dropped = symbolon_jose::base64url::encode([0xff; 34]);
        let segment = lines(&texts[1])[0].clone();
        let mut segment: serde_json::Value = serde_json::from_str(&segment).unwrap();
        for (name, value) in [
            ("first", json!(first)),
            ("last", json!(last)),
            ("peaks", json!(peaks)),
            ("dropped", json!(dropped)),
        ] {
            segment[name] = value;
        }
        let texts = [own, segment.to_string().into_bytes()];
        assert!(!found(&texts).is_empty());
    }

    fn lines(text: &[u8]) -> Vec<String> {
        let text = String::from_utf8(text.to_vec()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_file_that_was_changed_and_packed_again_is_found_out() {
        let mut texts = texts().await;
        assert_eq!(found(&texts), []);
        let whole = lines(&texts[1]);
        let mut removed = whole.clone();
        removed.remove(4);
        texts[1] = removed.join("\n").into_bytes();
        assert_eq!(found(&texts), [Finding::Removed(Sequence(4))]);
        let mut changed = whole.clone();
        changed[3] = changed[3].replace("AgIC", "AgIB");
        texts[1] = changed.join("\n").into_bytes();
        assert_eq!(found(&texts), [Finding::Changed(Sequence(3))]);
        let mut sealed = whole;
        sealed[0] = sealed[0].replace("\"last\":9", "\"last\":8");
        texts[1] = sealed.join("\n").into_bytes();
        let file: Vec<u8> = texts.iter().flat_map(|text| gzip::member(text)).collect();
        let refused = verify(&file[..], None, &[], Time(0));
        let is_form = matches!(refused, Err(ReadError::Form));
        assert!(is_form || !found(&texts).is_empty());
    }
}
