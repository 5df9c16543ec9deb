//! Proofs: of every entry, and between any two moments.

use symbolon_jose::JwkSet;
use symbolon_journal::Sequence;
use symbolon_journal::merkle::{Frontier, is_consistent, is_included, leaf};
use symbolon_journal::proof::{CheckError, Checkpoint, Document, EntryProof};
use symbolon_journal::segment::{MIGRATIONS, ProveError, consistent, head, prove};
use symbolon_store::Term;
use symbolon_store::testing::each_engine;
use symbolon_token::time::Time;

use crate::arrange::NOON;
use crate::seal::{Pair, fill, seal_all};

const LATER: Time = Time(NOON.0 + 86_400_000);

/// Where checkpoints were taken, with pieces sealed by time between some.
const MARKS: [i64; 6] = [1, 100, 4095, 4096, 8192 + 77, 12_500];

#[tokio::test]
async fn every_entry_is_proved_and_every_checkpoint_is_a_beginning_of_the_next() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        let (mut from, mut trees) = (1, Vec::<Frontier>::new());
        for (at, mark) in MARKS.into_iter().enumerate() {
            fill(&db, from, mark).await;
            from = mark + 1;
            trees.push(head(&db).await.unwrap());
            if at % 2 == 1 {
                seal_all(&db, &pair, LATER).await;
            }
            assert_eq!(head(&db).await.unwrap().root(), trees[at].root());
        }
        fill(&db, from, from + 20).await;
        let now = head(&db).await.unwrap();
        for tree in &trees {
            let old = Sequence(i64::try_from(tree.size()).unwrap());
            let path = consistent(&db, &now, old).await.unwrap();
            let (small, large) = (tree.root(), now.root());
            assert!(is_consistent(
                (tree.size(), &small),
                (now.size(), &large),
                &path
            ));
            assert!(!is_consistent(
                (tree.size(), &large),
                (now.size(), &small),
                &path
            ));
        }
        for sequence in [1, 2, 100, 101, 4096, 4097, 8192, 8300, 12_500, 12_520] {
            let proved = prove(&db, &now, Sequence(sequence)).await.unwrap();
            let one = &proved.written;
            let leaf = leaf(one.sequence, one.followed, &one.bytes);
            let index = u64::try_from(sequence - 1).unwrap();
            let tree = (now.size(), &now.root());
            assert!(
                is_included((index, &leaf), &proved.path, tree),
                "{sequence}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_in_the_journal_is_not_proved() {
    each_engine(&MIGRATIONS, |db| async move {
        fill(&db, 1, 3).await;
        let now = head(&db).await.unwrap();
        for sequence in [0, 4, -1] {
            let none = prove(&db, &now, Sequence(sequence)).await;
            assert!(matches!(none, Err(ProveError::Unknown { .. })));
            let none = consistent(&db, &now, Sequence(sequence)).await;
            assert!(matches!(none, Err(ProveError::Unknown { .. })));
        }
    })
    .await;
}

#[test]
fn a_proof_of_a_place_that_no_entry_has_is_refused() {
    let pair = Pair::new();
    let tree = Frontier::default();
    let checkpoint = Checkpoint::new("https://auth.example.com", &tree, Term(1), NOON);
    let keys = serde_json::json!(JwkSet::new(vec![pair.known[0].to_jwk()]));
    for sequence in [i64::MIN, -1, 0] {
        let proof = Document::Entry(EntryProof {
            sequence,
            followed: false,
            entry: String::new(),
            path: Vec::new(),
            checkpoint: checkpoint.sign(&pair.signing).unwrap(),
            keys: keys.clone(),
        });
        let refused = proof.check(None, NOON).unwrap_err();
        assert!(matches!(refused, CheckError::Form("sequence")), "{refused}");
    }
}

#[tokio::test]
async fn a_place_that_no_entry_has_is_unknown() {
    let (db, _kept) = symbolon_store::testing::sqlite(&MIGRATIONS).await;
    let tree = head(&db).await.unwrap();
    for sequence in [i64::MIN, 0, i64::MAX].map(Sequence) {
        let unknown = prove(&db, &tree, sequence).await;
        assert!(matches!(unknown, Err(ProveError::Unknown { .. })));
    }
}
