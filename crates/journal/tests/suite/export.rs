//! Exported segments verify alone.

use serde_json::{Value, json};
use symbolon_jose::{JwkSet, VerifyingKey};
use symbolon_journal::Sequence;
use symbolon_journal::archive::{ExportError, Exported, ReadError, Wanted, export, verify};
use symbolon_journal::proof::Checkpoint;
use symbolon_journal::segment::{MIGRATIONS, head};
use symbolon_store::testing::each_engine;
use symbolon_store::{Db, Term};
use symbolon_token::time::Time;

use crate::arrange::NOON;
use crate::seal::{Pair, fill, seal_all};

const LATER: Time = Time(NOON.0 + 86_400_000);

fn keys(pair: &Pair) -> Value {
    json!(JwkSet::new(
        pair.known.iter().map(VerifyingKey::to_jwk).collect()
    ))
}

async fn exported(db: &Db, pair: &Pair, wanted: Wanted) -> (Exported, Vec<u8>) {
    export(db, &keys(pair), wanted, Vec::new()).await.unwrap()
}

#[tokio::test]
async fn an_exported_file_is_verified_alone_and_against_a_checkpoint() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        fill(&db, 1, 5000).await;
        let then = Checkpoint::new(
            "https://a.example",
            &head(&db).await.unwrap(),
            Term(1),
            NOON,
        );
        let then = then.sign(&pair.signing).unwrap();
        fill(&db, 5001, 9000).await;
        seal_all(&db, &pair, LATER).await;
        let (told, file) = exported(&db, &pair, Wanted::default()).await;
        assert_eq!((told.segments, told.entries), (3, 9000));
        assert_eq!((told.first, told.last), (Sequence(1), Sequence(9000)));
        assert_eq!(told.bytes, file.len() as u64);
        let against = [then];
        let whole = verify(&file[..], None, &against, LATER).unwrap();
        assert_eq!(whole.report.findings, []);
        assert_eq!(whole.report.entries, 9000);

        let from = Some(Sequence(4100));
        let (part, tail) = exported(
            &db,
            &pair,
            Wanted {
                from,
                ..Wanted::default()
            },
        )
        .await;
        assert_eq!((part.segments, part.first), (2, Sequence(4097)));
        let whole = verify(&tail[..], None, &against, LATER).unwrap();
        assert_eq!(whole.report.findings, []);
        let to = Some(Sequence(4096));
        let (part, start) = exported(
            &db,
            &pair,
            Wanted {
                to,
                ..Wanted::default()
            },
        )
        .await;
        assert_eq!((part.segments, part.last), (1, Sequence(4096)));
        let whole = verify(&start[..], None, &against, LATER).unwrap();
        assert_eq!(
            (whole.report.findings, whole.report.unheld),
            (vec![], vec![Sequence(5000)])
        );

        let other = keys(&Pair::new()).to_string();
        let foreign = verify(&file[..], Some(&other), &[], LATER).unwrap();
        assert_eq!(foreign.report.findings.len(), 3);
        let damaged = [&file[..file.len() / 2], &[0], &file[file.len() / 2 + 1..]].concat();
        let damaged = verify(&damaged[..], None, &[], LATER);
        assert!(matches!(damaged, Err(ReadError::File(_))));
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_sealed_nothing_is_exported() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        fill(&db, 1, 10).await;
        let none = export(&db, &keys(&pair), Wanted::default(), Vec::new()).await;
        assert!(matches!(none, Err(ExportError::Nothing)));
        seal_all(&db, &pair, LATER).await;
        let before = Some(NOON);
        let wanted = Wanted {
            before,
            ..Wanted::default()
        };
        let none = export(&db, &keys(&pair), wanted, Vec::new()).await;
        assert!(matches!(none, Err(ExportError::Nothing)));
    })
    .await;
}
