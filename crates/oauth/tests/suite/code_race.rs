//! One code, 64 times at once, on both engines.

use symbolon_token::kind::Format;

use crate::arrange::{
    BACK, Given, Installation, MANY, Rounds, VERIFIER, each_installation, is_refused, redeem,
    redeem_as, refresh,
};

const ROUNDS: Rounds = Rounds::each(1000);

/// Rounds of one replay, later.
const REPLAYS: Rounds = Rounds::each(100);

fn format(round: usize) -> Format {
    if round.is_multiple_of(2) {
        Format::Jwt
    } else {
        Format::Opaque
    }
}

async fn assert_dead(place: &Installation, given: &Given) {
    assert!(!place.lives(&given.access).await, "the access token lives");
    assert!(
        !place.lives(&given.refresh).await,
        "the refresh token lives"
    );
    let refreshed = place.post(0, &refresh("app", &given.refresh)).await;
    assert!(is_refused(&refreshed), "the refresh token is used");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_redemptions_of_a_code_one_succeeds_and_the_others_end_what_it_gave() {
    each_installation(ROUNDS, |place| async move {
        for round in 0..place.rounds {
            let code = place.code(format(round)).await;
            let answers = place.at_once(vec![redeem(&code); MANY]).await;
            let refused = answers.iter().filter(|one| is_refused(one)).count();
            assert_eq!(refused, MANY - 1);
            let given: Vec<_> = answers.into_iter().flatten().collect();
            assert_eq!(given.len(), 1);
            assert_dead(&place, &given[0]).await;
        }
        assert_eq!(place.ends().await, place.rounds);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replay_ends_what_was_given_and_what_came_of_it() {
    each_installation(REPLAYS, |place| async move {
        for round in 0..place.rounds {
            let code = place.code(format(round)).await;
            let first = place.post(0, &redeem(&code)).await.unwrap();
            let later = place
                .post(1, &refresh("app", &first.refresh))
                .await
                .unwrap();
            assert!(place.lives(&first.access).await && place.lives(&later.access).await);
            assert!(is_refused(&place.post(1, &redeem(&code)).await));
            assert_dead(&place, &first).await;
            assert_dead(&place, &later).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_client_address_or_verifier_consumes_nothing() {
    each_installation(ROUNDS, |place| async move {
        for round in 0..place.rounds {
            let code = place.code(format(round)).await;
            let wrong = |at: usize| {
                let verifier = VERIFIER.to_lowercase();
                match at % 4 {
                    0 => redeem_as("other", (&code, BACK, VERIFIER)),
                    1 => redeem_as("app", (&code, "https://app.example/back/", VERIFIER)),
                    2 => redeem_as("app", (&code, BACK, &verifier)),
                    _ => redeem_as("app", (&code, BACK, "")),
                }
            };
            let mut forms: Vec<String> = (0..MANY).map(wrong).collect();
            let right = round % MANY;
            forms[right] = redeem(&code);
            let answers = place.at_once(forms).await;
            let refused = answers.iter().filter(|one| is_refused(one)).count();
            assert_eq!(refused, MANY - 1);
            let given = answers[right].as_ref().unwrap();
            // Nor afterwards: none of these is a replay.
            for at in 0..4 {
                assert!(is_refused(&place.post(at, &wrong(at)).await));
            }
            assert!(place.lives(&given.access).await && place.lives(&given.refresh).await);
        }
        assert_eq!(place.ends().await, 0);
    })
    .await;
}
