//! A password is a lineage node: what descends from it lives and dies with it.

use symbolon_identity::With;
use symbolon_identity::subject::{self, NewSubject, SubjectKind};
use symbolon_journal::{Noun, Outcome, Verb};
use symbolon_signin::password::{
    self, ChangeError, EndError, NewPassword, Part, SetError, Weakness,
};
use symbolon_store::Value;
use symbolon_token::secret::Secret;

use crate::arrange::{NEXT, NOON, RIGHT, WRONG, call, each_world, new, stage};

#[tokio::test]
async fn a_new_password_kills_what_descends_from_the_old_one() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        let session = stage.proof("ada", RIGHT).await;
        assert!(stage.lives(&session));
        stage.set(&ada, NEXT).await;
        assert!(!stage.lives(&session));
        assert!(!stage.enters("ada", RIGHT).await);
        let session = stage.proof("ada", NEXT).await;
        assert!(stage.lives(&session));
        let verbs = stage.verbs(Noun::Password).await;
        let expected = [
            (Verb::Create, Outcome::Done),
            (Verb::Change, Outcome::Done),
            (Verb::Verify, Outcome::Refused),
        ];
        assert_eq!(verbs, expected);
    })
    .await;
}

#[tokio::test]
async fn the_hash_of_a_password_that_ended_is_forgotten() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        stage.set(&ada, NEXT).await;
        let rows = "SELECT hash, salt FROM password WHERE ended_at IS NOT NULL";
        let rows = stage.world.db.rows(rows, &[]).await.unwrap();
        let empty: Vec<&[u8]> = rows.iter().map(|row| row.bytes(0).unwrap()).collect();
        assert_eq!(empty, [b""]);
    })
    .await;
}

#[tokio::test]
async fn who_changes_his_password_proves_the_old_one_and_goes_on_with_the_new() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        let session = stage.proof("ada", RIGHT).await;
        let (whose, call) = ((&*stage.realm, &ada), call(NOON));
        let change = async |current: &str, next: &str| {
            let both = (&Secret::from(current), &new(next));
            password::change(&stage.world, &stage.sign_in, &call, whose, both).await
        };
        let wrong = change(WRONG, NEXT).await;
        assert!(matches!(wrong, Err(ChangeError::Wrong)));
        let weak = change(RIGHT, "short").await;
        let short = Weakness::Short { least: 15 };
        assert!(matches!(weak, Err(ChangeError::Set(SetError::Weak(why))) if why == short));
        assert!(stage.lives(&session));
        let proof = change(RIGHT, NEXT).await.unwrap();
        assert!(!stage.lives(&session));
        assert_eq!(proof.subject(), ada.node);
        assert!(stage.lives(&proof));
        assert!(stage.enters("ada", NEXT).await);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_password_comes_back_with_what_descends_from_it_and_an_ended_one_does_not() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        let session = stage.proof("ada", RIGHT).await;
        let (world, realm, call) = (&stage.world, stage.realm.node, call(NOON));
        password::disable(world, &call, realm, ada.node)
            .await
            .unwrap();
        assert!(!stage.lives(&session));
        password::enable(world, &call, realm, ada.node)
            .await
            .unwrap();
        assert!(stage.lives(&session));
        password::end(world, &call, realm, ada.node).await.unwrap();
        assert!(!stage.lives(&session));
        let again = password::end(world, &call, realm, ada.node).await;
        assert!(matches!(again, Err(EndError::Unknown(subject)) if subject == ada.node));
        let verbs: Vec<_> = stage.verbs(Noun::Password).await;
        let verbs: Vec<_> = verbs.into_iter().map(|(verb, _)| verb).collect();
        assert_eq!(
            verbs,
            [Verb::Create, Verb::Disable, Verb::Enable, Verb::End]
        );
    })
    .await;
}

#[tokio::test]
async fn a_password_that_can_be_guessed_is_not_set() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada-lovelace").await;
    let set = async |text: &str, part| {
        let new = NewPassword {
            text: Secret::from(text),
            part,
        };
        let whose = (&*stage.realm, &ada);
        let set = password::set(&stage.world, &stage.sign_in, &call(NOON), whose, &new).await;
        match set {
            Ok(_) => None,
            Err(SetError::Weak(weakness)) => Some(weakness),
            Err(other) => unreachable!("{other}"),
        }
    };
    assert_eq!(
        set("ada.lovelace.1815", Part::Alone).await,
        Some(Weakness::Own)
    );
    assert_eq!(
        set("passwordpassword", Part::Alone).await,
        Some(Weakness::Common)
    );
    let short = Weakness::Short { least: 15 };
    assert_eq!(set("muskrat!", Part::Alone).await, Some(short));
    assert_eq!(set("muskrat!", Part::WithAnother).await, None);
    assert!(stage.enters("ada-lovelace", "muskrat!").await);
}

#[tokio::test]
async fn a_device_has_no_password() {
    let (stage, _folder) = stage().await;
    let door = (
        NewSubject::named(SubjectKind::Device, "door"),
        With::default(),
    );
    let door = subject::create(&stage.world, &call(NOON), stage.realm.node, door).await;
    let whose = (&*stage.realm, &door.unwrap());
    let set = password::set(
        &stage.world,
        &stage.sign_in,
        &call(NOON),
        whose,
        &new(RIGHT),
    )
    .await;
    assert!(matches!(set, Err(SetError::NotAPerson)));
}

/// Whoever can write rows but not the pepper makes nobody's password his own.
#[tokio::test]
async fn a_row_that_was_moved_to_another_subject_fits_no_password() {
    let (stage, _folder) = stage().await;
    stage.ada().await;
    let bob = stage.person("bob").await;
    let moved = symbolon_store::Step::one(
        "UPDATE password SET subject = $1",
        vec![Value::from(bob.node.0.number())],
    );
    let unit = symbolon_store::Unit::default().step(moved);
    stage.world.db.commit(unit).await.unwrap();
    assert!(!stage.enters("bob", RIGHT).await);
}
