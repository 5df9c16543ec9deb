//! The steps of this crate on real databases: both engines, where both are there.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that cannot be set up fails its test"
)]

use symbolon_jose::Algorithm;
use symbolon_keys::MIGRATIONS;
use symbolon_keys::random::SystemRandom;
use symbolon_keys::ring::KeyRing;
use symbolon_keys::root::check::{Checked, WrongRootKey, check};
use symbolon_keys::root::{self, RootKeyId, RootKeyRow, RootKeys};
use symbolon_keys::seal::Seals;
use symbolon_keys::signing_key::revoke::{self, Revocation};
use symbolon_keys::signing_key::rotate::{self, RotateError, Rotation, When};
use symbolon_keys::signing_key::{
    Made, Phase, Policy, SigningKeyRow, Successor, create, due, generate, of_realm, reseal,
    schedule,
};
use symbolon_store::testing::each_engine;
use symbolon_store::{CommitError, Db, Step, Unit};
use symbolon_token::node::{NodeId, NodeIds, RealmNode, SigningKeyNode};
use symbolon_token::time::Time;

const NOON: Time = Time(1_800_000_000_000);
const POLICY: Policy = Policy::production();
const ALGORITHM: Algorithm = Algorithm::Ed25519;

fn realm() -> RealmNode {
    RealmNode(NodeId::from_number(1).unwrap())
}

struct Node {
    db: Db,
    ids: NodeIds,
    seals: Seals,
}

impl Node {
    fn new(db: Db, lease: u16, roots: &RootKeys) -> Self {
        Self {
            db,
            ids: NodeIds::new(lease),
            seals: Seals::new(roots),
        }
    }

    async fn keys(&self) -> Vec<SigningKeyRow> {
        of_realm(&self.db, realm()).await.unwrap()
    }

    fn make(&self, next: Successor, now: Time) -> Made {
        let pair = generate(next.algorithm).unwrap();
        let id = SigningKeyNode(self.ids.next(now));
        next.make(id, &pair, &self.seals, &SystemRandom).unwrap()
    }

    async fn commit(&self, steps: Vec<Step>) -> bool {
        match self.db.commit(Unit::default().steps(steps)).await {
            Ok(_) => true,
            Err(CommitError::Conflict { .. }) => false,
            Err(other) => panic!("{other}"),
        }
    }

    async fn create(&self) -> bool {
        let first = create::decide(&[], realm(), ALGORITHM, NOON).unwrap();
        self.commit(self.make(first, NOON).steps).await
    }

    /// Rotates until the rows say that it was done, by this node or another.
    async fn rotate(&self, now: Time) -> bool {
        loop {
            let keys = self.keys().await;
            match rotate::decide(&keys, ALGORITHM, When::Announced, &POLICY, now) {
                Ok(Rotation::Make(next)) => {
                    if self.commit(self.make(next, now).steps).await {
                        return true;
                    }
                }
                Err(RotateError::AlreadyAnnounced { .. }) => return false,
                other => panic!("{other:?}"),
            }
        }
    }

    async fn phases(&self, now: Time) -> Vec<Phase> {
        self.keys().await.iter().map(|key| key.phase(now)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_nodes_that_rotate_at_once_one_announces_a_successor() {
    each_engine(MIGRATIONS, |db| async move {
        let roots = RootKeys::generate(&SystemRandom);
        assert!(Node::new(db.clone(), 0, &roots).create().await);
        let racers: Vec<_> = (1..=64)
            .map(|lease| Node::new(db.clone(), lease, &roots))
            .map(|node| tokio::spawn(async move { node.rotate(NOON).await }))
            .collect();
        let mut announced = 0;
        for racer in racers {
            announced += usize::from(racer.await.unwrap());
        }
        let phases = Node::new(db, 0, &roots).phases(NOON).await;
        assert_eq!(announced, 1);
        assert_eq!(phases, [Phase::Active, Phase::Announced]);
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_that_create_the_first_key_one_does() {
    each_engine(MIGRATIONS, |db| async move {
        let roots = RootKeys::generate(&SystemRandom);
        let node = Node::new(db, 0, &roots);
        assert!(node.create().await);
        assert!(!node.create().await);
        assert_eq!(node.phases(NOON).await, [Phase::Active]);
    })
    .await;
}

#[tokio::test]
async fn a_key_lives_from_creation_to_its_deletion_and_signs_after_a_restart() {
    each_engine(MIGRATIONS, |db| async move {
        let roots = RootKeys::generate(&SystemRandom);
        let node = Node::new(db.clone(), 0, &roots);
        assert!(node.create().await);
        let end = NOON.plus(POLICY.rotate_every);
        assert!(due(&db, &POLICY, NOON).await.unwrap().is_empty());
        assert_eq!(due(&db, &POLICY, end).await.unwrap(), [realm()]);

        let due_now = schedule::decide(&node.keys().await, &POLICY, end);
        for next in due_now.announce {
            assert!(node.commit(node.make(next, end).steps).await);
        }
        let turned = end.plus(POLICY.announce * 2);
        let phases = node.phases(turned).await;
        assert_eq!(phases, [Phase::Retiring, Phase::Active]);

        let restarted = Seals::new(&RootKeys::parse(&roots.to_text()).unwrap());
        let keys = node.keys().await;
        let ring = KeyRing::open(realm(), &keys, &restarted, &POLICY).unwrap();
        let signer = ring.signer(ALGORITHM, turned).unwrap().id();
        assert_eq!(signer, keys[1].id);

        let gone = keys[0].life.gone_at.unwrap();
        assert_eq!(due(&db, &POLICY, gone).await.unwrap(), [realm()]);
        for private in schedule::decide(&keys, &POLICY, gone).forget {
            assert!(node.commit(vec![private.step]).await);
        }
        let keys = node.keys().await;
        assert!(keys[0].sealed_private.is_empty());
        assert!(due(&db, &POLICY, gone).await.unwrap().is_empty());
        let reopened = KeyRing::open(realm(), &keys, &restarted, &POLICY).unwrap();
        assert_eq!(reopened.remembered().keys().len(), 2);
        let gone = gone.plus(POLICY.remember);
        assert_eq!(due(&db, &POLICY, gone).await.unwrap(), [realm()]);
        let due_now = schedule::decide(&keys, &POLICY, gone);
        for gone in due_now.drop {
            assert!(node.commit(vec![gone.step]).await);
        }
        assert_eq!(node.phases(gone).await, [Phase::Active]);
        assert!(due(&db, &POLICY, gone).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn revoked_keys_hand_over_and_lose_their_private_halves() {
    each_engine(MIGRATIONS, |db| async move {
        let roots = RootKeys::generate(&SystemRandom);
        let node = Node::new(db, 0, &roots);
        assert!(node.create().await);
        assert!(node.rotate(NOON).await);
        let keys = node.keys().await;
        let decide = |key: &SigningKeyRow| revoke::decide(&keys, key.id, &POLICY, NOON).unwrap();
        let (signing, announced) = (decide(&keys[0]), decide(&keys[1]));
        assert!(node.commit(signing.steps).await);
        assert!(!node.commit(announced.steps).await, "it signs by now");
        assert_eq!(node.phases(NOON).await, [Phase::Revoked, Phase::Active]);

        let keys = node.keys().await;
        assert!(keys[0].sealed_private.is_empty());
        let Revocation { mut steps, replace } =
            revoke::decide(&keys, keys[1].id, &POLICY, NOON).unwrap();
        steps.extend(node.make(replace.unwrap(), NOON).steps);
        assert!(node.commit(steps).await);
        let phases = [Phase::Revoked, Phase::Revoked, Phase::Active];
        assert_eq!(node.phases(NOON).await, phases);
    })
    .await;
}

#[tokio::test]
async fn an_announced_key_is_promoted_or_revoked_and_never_both() {
    each_engine(MIGRATIONS, |db| async move {
        let roots = RootKeys::generate(&SystemRandom);
        let node = Node::new(db, 0, &roots);
        assert!(node.create().await);
        assert!(node.rotate(NOON).await);
        let keys = node.keys().await;
        let revoked = revoke::decide(&keys, keys[1].id, &POLICY, NOON).unwrap();
        let promoted = rotate::decide(&keys, ALGORITHM, When::AtOnce, &POLICY, NOON);
        let Ok(Rotation::Promote { steps, .. }) = promoted else {
            panic!("nothing was promoted");
        };
        assert!(node.commit(revoked.steps).await);
        assert!(!node.commit(steps).await);
        let keys = node.keys().await;
        assert_eq!(keys[0].life.retires_at, None);
        assert_eq!(node.phases(NOON).await, [Phase::Active, Phase::Revoked]);
    })
    .await;
}

#[tokio::test]
async fn after_keys_are_sealed_anew_the_old_root_key_can_go() {
    each_engine(MIGRATIONS, |db| async move {
        let old = RootKeys::generate(&SystemRandom);
        let node = Node::new(db, 0, &old);
        assert!(node.create().await);
        let both = old.rotated(&SystemRandom).unwrap();
        let steps = |keys: &[SigningKeyRow]| {
            reseal::decide(keys, &Seals::new(&both), NOON, &SystemRandom).unwrap()
        };
        let keys = node.keys().await;
        assert!(node.commit(steps(&keys)).await);
        assert!(!node.commit(steps(&keys)).await, "it was done");
        let keys = node.keys().await;
        assert_eq!(steps(&keys), []);
        let text = both.to_text();
        let new = RootKeys::parse(text.lines().last().unwrap()).unwrap();
        let ring = KeyRing::open(realm(), &keys, &Seals::new(&new), &POLICY).unwrap();
        assert!(ring.signer(ALGORITHM, NOON).is_some());
    })
    .await;
}

async fn known(db: &Db) -> Vec<RootKeyRow> {
    let rows = db.rows(root::SELECT, &[]).await.unwrap();
    rows.iter().map(|row| root::read(row).unwrap()).collect()
}

#[tokio::test]
async fn a_database_knows_its_root_keys_and_refuses_others() {
    each_engine(MIGRATIONS, |db| async move {
        let roots = RootKeys::generate(&SystemRandom);
        let other = RootKeys::generate(&SystemRandom);
        let Checked::New(steps) = check(&roots, &known(&db).await).unwrap() else {
            panic!("a new database knows no root key");
        };
        let Checked::New(late) = check(&other, &known(&db).await).unwrap() else {
            panic!("a new database knows no root key");
        };
        db.commit(Unit::default().steps(steps)).await.unwrap();
        let late = db.commit(Unit::default().steps(late)).await;
        assert!(matches!(late, Err(CommitError::Conflict { .. })));
        assert_eq!(check(&roots, &known(&db).await), Ok(Checked::Known));
        let ids = vec![RootKeyId(1)];
        let wrong = Err(WrongRootKey::Differs { ids });
        assert_eq!(check(&other, &known(&db).await), wrong);
        let forgotten = Unit::default().step(root::forget(RootKeyId(1)));
        db.commit(forgotten).await.unwrap();
        assert_eq!(known(&db).await, []);
    })
    .await;
}
