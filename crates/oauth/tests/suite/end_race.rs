//! What is given while its cause ends: whoever is faster, nothing of it lives afterwards.

use symbolon_token::kind::Format;

use crate::arrange::{
    Cause, Given, Installation, MANY, Rounds, each_installation, is_refused, redeem, refresh,
};

const ROUNDS: Rounds = Rounds {
    sqlite: 60,
    postgres: 15,
};

async fn assert_dead(place: &Installation, given: &Given) {
    assert!(!place.lives(&given.access).await, "the access token lives");
    assert!(
        !place.lives(&given.refresh).await,
        "the refresh token lives"
    );
    let refreshed = place.post(1, &refresh("app", &given.refresh)).await;
    assert!(is_refused(&refreshed), "the refresh token is used");
}

/// A cause ends in the middle of 64 requests.
async fn ends_amid(place: &Installation, forms: Vec<String>, cause: Cause) {
    let middle = forms.len() / 2;
    let (before, after) = forms.split_at(middle);
    let (one, (), two) = tokio::join!(
        place.at_once(before.to_vec()),
        place.end(cause),
        place.at_once(after.to_vec()),
    );
    for given in one.iter().chain(&two).flatten() {
        assert_dead(place, given).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_refreshed_while_its_cause_ends_is_dead() {
    each_installation(ROUNDS, |mut place| async move {
        for round in 0..place.rounds {
            place.sign_in().await;
            let given = place.online(Format::Jwt).await;
            let forms = vec![refresh("app", &given.refresh); MANY];
            ends_amid(&place, forms, Cause::of(round)).await;
            assert_dead(&place, &given).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_codes_give_while_their_cause_ends_is_dead() {
    each_installation(ROUNDS, |mut place| async move {
        for round in 0..place.rounds {
            place.sign_in().await;
            let mut forms = Vec::new();
            for _ in 0..8 {
                forms.push(redeem(&place.online_code(Format::Opaque).await));
            }
            ends_amid(&place, forms, Cause::of(round)).await;
        }
    })
    .await;
}
