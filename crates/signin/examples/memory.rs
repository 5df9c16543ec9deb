//! What a thousand sign-ins leave behind in memory, and whether time tells who has an account.
//!
//! ```text
//! cargo run -p symbolon-signin --example memory -- 60      # seconds of rest
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement that fails stops"
)]

use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use symbolon_identity::realm::{NewRealm, Realm, create_first};
use symbolon_identity::subject::{Claims, NewSubject, Subject, create};
use symbolon_identity::{With, World};
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::RootKeys;
use symbolon_keys::signing_key::Policy;
use symbolon_signin::SignIn;
use symbolon_signin::password::{self, NewPassword, Part, VerifyError, verify};
use symbolon_signin::pool::Limits;
use symbolon_store::{Db, Target};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{NodeId, NodeIds, SubjectNode};
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NOON: Time = Time(1_800_000_000_000);
const SIGN_INS: usize = 1000;
const AT_ONCE: usize = 32;
const COMPARED: usize = 101;
const RIGHT: &str = "velvet muskrat quarrel";

struct Stage {
    world: World,
    realm: Realm,
    sign_in: SignIn,
}

#[tokio::main]
async fn main() {
    let rest = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("symbolon.db");
    let (stage, ada, bare) = open(path).await;
    println!("before: {} KiB resident", resident());
    let begun = Instant::now();
    let each = SIGN_INS / AT_ONCE;
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| tokio::spawn(enter(Arc::clone(&stage), ada, each)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let rate = f64::from(u32::try_from(each * AT_ONCE).unwrap()) / begun.elapsed().as_secs_f64();
    println!(
        "busy: {} KiB resident, {rate:.1} sign-ins a second",
        resident()
    );
    compare(&stage, [Some(ada), Some(bare), None]).await;
    stage.sign_in.settle().await;
    let rest = Duration::from_secs(rest.unwrap_or(5));
    let (_held, never) = mpsc::channel::<()>();
    let _ = tokio::task::spawn_blocking(move || never.recv_timeout(rest)).await;
    println!("after {rest:?}: {} KiB resident", resident());
}

async fn open(path: std::path::PathBuf) -> (Arc<Stage>, SubjectNode, SubjectNode) {
    let mut migrations = symbolon_keys::MIGRATIONS.to_vec();
    migrations.extend(symbolon_lineage::MIGRATIONS);
    migrations.extend(symbolon_identity::MIGRATIONS);
    migrations.extend(symbolon_signin::MIGRATIONS);
    let db = Db::open(&Target::Sqlite { path }, &migrations)
        .await
        .unwrap();
    let root = RootKeys::generate(&SystemRandom);
    let minting = (Arc::new(SystemRandom) as _, NodeIds::new(0));
    let world = World::open(db, (&root, Policy::production()), minting, NOON)
        .await
        .unwrap();
    let new = NewRealm {
        name: "main".to_owned(),
        issuer: "https://auth.example".to_owned(),
    };
    let realm = create_first(&world, &call(), new).await.unwrap().unwrap();
    let count = std::thread::available_parallelism().unwrap().get();
    let sign_in = SignIn::new(Limits::of_processors(count));
    let (ada, bare) = (
        person(&world, &realm, "ada").await,
        person(&world, &realm, "bare").await,
    );
    let new = NewPassword {
        text: Secret::from(RIGHT),
        part: Part::Alone,
    };
    password::set(&world, &sign_in, &call(), (&realm, &ada), &new)
        .await
        .unwrap();
    let stage = Stage {
        world,
        realm,
        sign_in,
    };
    (Arc::new(stage), ada.node, bare.node)
}

/// The median time of an answer to somebody with a password, without one, and unknown, in turn.
async fn compare(stage: &Stage, subjects: [Option<SubjectNode>; 3]) {
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..COMPARED {
        for (subject, times) in subjects.into_iter().zip(&mut times) {
            let begun = Instant::now();
            assert!(!attempt(stage, subject, "another one altogether").await);
            times.push(begun.elapsed());
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    println!("wrong, without a password, unknown: {medians:?}");
}

async fn person(world: &World, realm: &Realm, name: &str) -> Subject {
    let new = NewSubject::person(name, Claims::default());
    create(world, &call(), realm.node, (new, With::default()))
        .await
        .unwrap()
}

fn call() -> Call {
    Call {
        now: NOON,
        request_id: RequestId(NodeId::from_number(1).unwrap()),
        actor: Actor::Anonymous,
        address: None,
    }
}

async fn enter(stage: Arc<Stage>, subject: SubjectNode, times: usize) {
    for _ in 0..times {
        assert!(attempt(&stage, Some(subject), RIGHT).await);
    }
}

async fn attempt(stage: &Stage, subject: Option<SubjectNode>, text: &str) -> bool {
    let whose = (stage.realm.node, subject);
    let text = Secret::from(text);
    match verify(&stage.world, &stage.sign_in, &call(), whose, &text).await {
        Ok(_) => true,
        Err(VerifyError::Wrong) => false,
        Err(other) => unreachable!("{other}"),
    }
}

/// `VmRSS`, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or_default()
}
