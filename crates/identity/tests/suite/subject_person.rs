//! Persons: what they sign in by names one of them or none.

use std::sync::Arc;

use symbolon_identity::With;
use symbolon_identity::subject::{
    self, ChangeError, Claims, CreateError, NewSubject, PERSON_MIGRATION, Profile, ProfileError,
    Subject, SubjectKind, Taken,
};
use symbolon_journal::{Fact, Noun, Verb};
use symbolon_store::{Db, Migration, Step, Target, Unit, testing};

use crate::arrange::{
    MINUTE, NOON, Stage, at_once, call, each_world, migrations, open, stage, two_stages,
};

/// As many at once as the race suite has.
const MANY: usize = 64;

fn mail(email: &str) -> Claims {
    Claims {
        email: Some(email.to_owned()),
        ..Claims::default()
    }
}

async fn enrol(stage: &Stage, username: &str, claims: Claims) -> Result<Subject, CreateError> {
    let new = (NewSubject::person(username, claims), With::default());
    subject::create(&stage.world, &call(NOON), stage.realm.node, new).await
}

async fn ada(stage: &Stage) -> Subject {
    enrol(stage, "ada", mail("ada@example.com")).await.unwrap()
}

async fn found(stage: &Stage, typed: &str) -> Option<Subject> {
    let found = subject::find_by_identifier(&stage.world, stage.realm.node, typed).await;
    found.unwrap()
}

fn profile(person: &Subject) -> Profile {
    Profile {
        name: None,
        username: person.username.clone(),
        claims: person.claims.clone(),
    }
}

async fn rename(stage: &Stage, person: &Subject, username: &str) -> Result<Subject, ChangeError> {
    let place = (stage.realm.node, person.node);
    let edit = |person: &Subject| {
        Ok(Profile {
            username: Some(username.to_owned()),
            ..profile(person)
        })
    };
    subject::change(&stage.world, &call(NOON.plus(MINUTE)), place, edit).await
}

async fn set_email(stage: &Stage, person: &Subject, email: &str) -> Result<Subject, ChangeError> {
    let place = (stage.realm.node, person.node);
    let edit = |person: &Subject| {
        let mut profile = profile(person);
        profile.claims.email = Some(email.to_owned());
        Ok(profile)
    };
    subject::change(&stage.world, &call(NOON.plus(MINUTE)), place, edit).await
}

#[tokio::test]
async fn a_person_is_found_by_username_or_email_however_typed() {
    each_world(|stage| async move {
        let ada = ada(&stage).await;
        for typed in ["ada", " ADA ", "Ada@Example.com", "ada@example.com"] {
            assert_eq!(found(&stage, typed).await.as_ref(), Some(&ada), "{typed:?}");
        }
        for typed in ["", "ad", "ada@", "ada\0", "eve", &"x".repeat(10_000)] {
            assert_eq!(found(&stage, typed).await, None, "{typed:?}");
        }
        let read = subject::find(&stage.world, stage.realm.node, ada.node).await;
        assert_eq!(read.unwrap(), Some(ada));
    })
    .await;
}

#[tokio::test]
async fn nobody_takes_anothers_username_or_email_as_either() {
    each_world(|stage| async move {
        ada(&stage).await;
        let taken = [
            ("ADA", Claims::default(), Taken::Username),
            ("Ada@example.com", Claims::default(), Taken::Username),
            ("eve", mail("ADA@example.com"), Taken::Email),
        ];
        for (username, claims, error) in taken {
            let refused = enrol(&stage, username, claims).await;
            assert!(
                matches!(refused, Err(CreateError::Taken(one)) if one == error),
                "{username}"
            );
        }
        let eve = enrol(&stage, "eve", Claims::default()).await.unwrap();
        let refused = rename(&stage, &eve, "aDa").await;
        assert!(matches!(refused, Err(ChangeError::Taken(Taken::Username))));
        let refused = set_email(&stage, &eve, "ada@example.com").await;
        assert!(matches!(refused, Err(ChangeError::Taken(Taken::Email))));
        assert_eq!(found(&stage, "eve").await, Some(eve));
    })
    .await;
}

#[tokio::test]
async fn a_person_may_have_its_email_for_a_username() {
    each_world(|stage| async move {
        let ada = enrol(&stage, "Ada@example.com", mail("ada@example.com")).await;
        let ada = ada.unwrap();
        assert_eq!(found(&stage, "ada@EXAMPLE.com").await.as_ref(), Some(&ada));
        let changed = rename(&stage, &ada, "ada").await.unwrap();
        assert_eq!(found(&stage, "ada@example.com").await, Some(changed));
    })
    .await;
}

#[tokio::test]
async fn realms_do_not_know_each_others_persons() {
    each_world(|stage| async move {
        let here = ada(&stage).await;
        let other = stage.other_realm("other").await;
        assert_eq!(found(&other, "ada").await, None);
        let there = ada(&other).await;
        assert_eq!(found(&stage, "ada").await, Some(here));
        assert_eq!(found(&other, "ada").await, Some(there));
    })
    .await;
}

#[tokio::test]
async fn what_a_person_no_longer_signs_in_by_is_free() {
    each_world(|stage| async move {
        let before = ada(&stage).await;
        let countess = rename(&stage, &before, "countess").await.unwrap();
        assert_eq!(countess.claims.updated_at, Some(1_800_000_060));
        assert_eq!(found(&stage, "ada").await, None);
        assert_eq!(
            found(&stage, "ada@example.com").await,
            Some(countess.clone())
        );
        enrol(&stage, "ada", Claims::default()).await.unwrap();
        let realm = stage.realm.node;
        let ended = subject::end(&stage.world, &call(NOON), realm, countess.node).await;
        ended.unwrap();
        assert_eq!(found(&stage, "ada@example.com").await, None);
        enrol(&stage, "countess", mail("ada@example.com"))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_edit_refuses_changes_nothing() {
    let (stage, _folder) = stage().await;
    let ada = ada(&stage).await;
    let place = (stage.realm.node, ada.node);
    let refuse = |_: &Subject| Err(ChangeError::Profile(ProfileError::Name));
    let refused = subject::change(&stage.world, &call(NOON), place, refuse).await;
    assert!(matches!(
        refused,
        Err(ChangeError::Profile(ProfileError::Name))
    ));
    assert_eq!(found(&stage, "ada").await, Some(ada));
}

#[tokio::test]
async fn a_service_is_not_changed_but_by_its_client() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let place = (stage.realm.node, service.client.subject.unwrap());
    let edit = |_: &Subject| Ok(Profile::default());
    let refused: Result<_, ChangeError> =
        subject::change(&stage.world, &call(NOON), place, edit).await;
    assert!(matches!(refused, Err(ChangeError::Service)));
}

#[tokio::test]
async fn the_journal_knows_a_person_by_its_id_alone() {
    let (stage, _folder) = stage().await;
    let ada = ada(&stage).await;
    rename(&stage, &ada, "countess").await.unwrap();
    let events = stage.journal(Noun::Subject).await;
    let verbs: Vec<_> = events.iter().map(|event| event.verb).collect();
    assert_eq!(verbs, [Verb::Change, Verb::Create]);
    let named = |fact: &Fact| matches!(fact, Fact::Name(_) | Fact::Reason(_));
    assert!(!events.iter().flat_map(|event| &event.facts).any(named));
}

#[tokio::test]
async fn persons_are_searched_by_how_an_identifier_begins() {
    each_world(|stage| async move {
        let ada = ada(&stage).await;
        let adam = enrol(&stage, "Adam", Claims::default()).await.unwrap();
        let eve = enrol(&stage, "eve", mail("adam.eve@example.com"))
            .await
            .unwrap();
        let door = (
            NewSubject::named(SubjectKind::Device, "adapter"),
            With::default(),
        );
        subject::create(&stage.world, &call(NOON), stage.realm.node, door)
            .await
            .unwrap();
        let search = async |typed: &str, after| {
            let (world, place) = (&stage.world, (stage.realm.node, typed));
            subject::search(world, place, after, 10).await.unwrap()
        };
        let all = [ada.clone(), adam.clone(), eve.clone()];
        assert_eq!(search("AD", None).await, all);
        assert_eq!(search("ada", Some(ada.node)).await, [adam.clone(), eve]);
        assert_eq!(search("ada@", None).await, [ada]);
        assert_eq!(search("adam", None).await.first(), Some(&adam));
        for typed in ["eva", "adapter", "%", "da"] {
            assert_eq!(search(typed, None).await, [], "{typed}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_enrol_by_one_identifier_one_does() {
    each_world(|stage| async move {
        let answers = at_once(MANY, |at| {
            let here = stage.clone();
            async move {
                let claims = mail("ada@example.com");
                match at % 2 {
                    0 => enrol(&here, "ada@example.com", Claims::default()).await,
                    _ => enrol(&here, &format!("person {at}"), claims).await,
                }
            }
        })
        .await;
        assert_eq!(answers.iter().filter(|one| one.is_ok()).count(), 1);
        let taken = |one: &&Result<_, _>| matches!(one, Err(CreateError::Taken(_)));
        assert_eq!(answers.iter().filter(taken).count(), MANY - 1);
    })
    .await;
}

/// Two processes, and each person wants the other's email address for a username.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_that_cross_identifiers_agree_on_one() {
    let (first, second) = two_stages().await;
    for round in 0..32 {
        let names = [format!("a{round}@x"), format!("b{round}@x")];
        let (one, two) = tokio::join!(
            enrol(&first, &names[0], mail(&names[1])),
            enrol(&second, &names[1], mail(&names[0])),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    }
}

/// No change is lost: each that was answered with success is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_at_once_do_not_undo_each_other() {
    each_world(|stage| async move {
        let ada = Arc::new(ada(&stage).await);
        let answers = at_once(MANY, |at| {
            let (here, ada) = (stage.clone(), Arc::clone(&ada));
            async move {
                let place = (here.realm.node, ada.node);
                let edit = |person: &Subject| {
                    let mut profile = profile(person);
                    let words = profile.claims.nickname.unwrap_or_default();
                    profile.claims.nickname = Some(format!("{words}<{at}>"));
                    Ok(profile)
                };
                let changed: Result<_, ChangeError> =
                    subject::change(&here.world, &call(NOON), place, edit).await;
                changed.is_ok().then(|| format!("<{at}>"))
            }
        })
        .await;
        let person = found(&stage, "ada").await.unwrap();
        let words = person.claims.nickname.unwrap();
        let written: Vec<String> = answers.into_iter().flatten().collect();
        assert!(!written.is_empty());
        assert!(written.iter().all(|word| words.contains(word)));
        assert_eq!(words.matches('<').count(), written.len());
    })
    .await;
}

async fn known(stage: &Stage, person: &Subject) -> Option<Arc<Subject>> {
    let known = subject::known(&stage.world, stage.realm.node, person.node).await;
    known.unwrap()
}

#[tokio::test]
async fn what_is_known_follows_every_change() {
    each_world(|stage| async move {
        let (ada, call) = (ada(&stage).await, call(NOON));
        let first = known(&stage, &ada).await.unwrap();
        assert_eq!(*first, ada);
        let again = known(&stage, &ada).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again), "it was read twice");
        let countess = rename(&stage, &ada, "countess").await.unwrap();
        assert_eq!(*known(&stage, &ada).await.unwrap(), countess);
        let elsewhere = stage.other_realm("other").await;
        assert_eq!(known(&elsewhere, &ada).await, None);
        let ended = subject::end(&stage.world, &call, stage.realm.node, ada.node).await;
        ended.unwrap();
        assert_eq!(known(&stage, &ada).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_another_process_changed_is_known_once_it_was_heard_of() {
    let (first, second) = two_stages().await;
    let ada = ada(&first).await;
    assert_eq!(known(&second, &ada).await.as_deref(), Some(&ada));
    let countess = rename(&first, &ada, "countess").await.unwrap();
    second.catch_up(NOON).await;
    assert_eq!(known(&second, &ada).await.as_deref(), Some(&countess));
}

/// Whatever is remembered while a person changes: afterwards its last form is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_known_is_never_older_than_the_last_answer() {
    each_world(|stage| async move {
        let ada = Arc::new(ada(&stage).await);
        at_once(MANY, |at| {
            let (here, ada) = (stage.clone(), Arc::clone(&ada));
            async move {
                if at % 8 == 0 {
                    rename(&here, &ada, &format!("ada {at}")).await.ok();
                }
                known(&here, &ada).await.unwrap();
            }
        })
        .await;
        let last = subject::find(&stage.world, stage.realm.node, ada.node).await;
        assert_eq!(known(&stage, &ada).await.as_deref(), last.unwrap().as_ref());
    })
    .await;
}

const OLD_PERSON: &str = "INSERT INTO subject (id, realm, kind, name, created_at) \
                          VALUES (7, 1, 'person', 'Ada', 0)";

const MOVE: &str = "UPDATE subject SET realm = $1 WHERE id = 7";

/// The version before knew persons by a name alone.
fn migrations_before() -> Vec<Migration> {
    let mut before = migrations();
    before.retain(|one| *one != PERSON_MIGRATION);
    before
}

async fn upgraded(old: Db, target: &Target) -> Stage {
    let person = Unit::default().step(Step::one(OLD_PERSON, Vec::new()));
    old.commit(person).await.unwrap();
    old.close().await;
    let stage = Stage::open(open(target).await).await;
    let realm = stage.realm.node.0.number();
    let moved = Unit::default().step(Step::one(MOVE, vec![realm.into()]));
    stage.world.db.commit(moved).await.unwrap();
    stage
}

#[tokio::test]
async fn a_person_from_before_gets_its_username_later() {
    let before = migrations_before();
    let (sqlite, folder) = testing::sqlite(&before).await;
    let path = folder.path().join("symbolon.db");
    let target = testing::target(&testing::postgres_url().await);
    let postgres = Db::open(&target, &before).await.unwrap();
    for (old, target) in [(sqlite, Target::Sqlite { path }), (postgres, target)] {
        let stage = upgraded(old, &target).await;
        let listed = subject::list(&stage.world, stage.realm.node, None, 10).await;
        let ada = listed.unwrap().remove(0);
        assert_eq!((ada.name.as_str(), &ada.username), ("Ada", &None));
        assert_eq!(found(&stage, "Ada").await, None);
        rename(&stage, &ada, "ada").await.unwrap();
        assert_eq!(
            found(&stage, "Ada").await.map(|one| one.node),
            Some(ada.node)
        );
    }
}
