//! One refresh token, 64 times at once, on both engines.

use symbolon_token::kind::{Format, Kind};
use symbolon_token::opaque;

use crate::arrange::{Given, Installation, MANY, Rounds, each_installation, is_refused, refresh};

const ROUNDS: Rounds = Rounds::each(1000);

async fn assert_dead(place: &Installation, given: &Given) {
    assert!(!place.lives(&given.access).await, "the access token lives");
    let refreshed = place.post(0, &refresh("app", &given.refresh)).await;
    assert!(is_refused(&refreshed), "the refresh token is used");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_retries_by_one_holder_get_one_successor() {
    each_installation(ROUNDS, |place| async move {
        let mut newest = place.given(Format::Jwt).await.refresh;
        for _ in 0..place.rounds {
            let answers = place.at_once(vec![refresh("app", &newest); MANY]).await;
            let given: Vec<Given> = answers.into_iter().map(Result::unwrap).collect();
            let next = given[0].refresh.clone();
            assert_ne!(next, newest);
            assert!(given.iter().all(|one| one.refresh == next), "they differ");
            assert!(place.lives(&given[MANY - 1].access).await);
            newest = next;
        }
        assert_eq!(place.ends().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_client_with_the_token_ends_the_family() {
    each_installation(ROUNDS, |place| async move {
        for _ in 0..place.rounds {
            let given = place.given(Format::Opaque).await;
            let answers = place
                .at_once(vec![refresh("other", &given.refresh); MANY])
                .await;
            assert!(answers.iter().all(is_refused));
            assert_dead(&place, &given).await;
        }
        assert_eq!(place.ends().await, place.rounds);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_old_generation_among_64_ends_the_family_for_all() {
    each_installation(ROUNDS, |place| async move {
        for round in 0..place.rounds {
            let first = place.given(Format::Jwt).await;
            let second = place
                .post(0, &refresh("app", &first.refresh))
                .await
                .unwrap();
            let third = place
                .post(1, &refresh("app", &second.refresh))
                .await
                .unwrap();
            let mut forms = vec![refresh("app", &third.refresh); MANY];
            forms[round % MANY] = refresh("app", &first.refresh);
            let answers = place.at_once(forms).await;
            assert!(is_refused(&answers[round % MANY]), "the old one is good");
            for given in answers.iter().flatten().chain([&first, &second, &third]) {
                assert_dead(&place, given).await;
            }
        }
        assert_eq!(place.ends().await, place.rounds);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invented_token_ends_nothing() {
    each_installation(ROUNDS, |place| async move {
        let given = place.given(Format::Jwt).await;
        let body = opaque::body(Kind::Refresh, &given.refresh).unwrap();
        let changed = |bit: usize| {
            let mut body = body.clone();
            body[bit / 8] ^= 1 << (bit % 8);
            opaque::with_body(Kind::Refresh, &body).reveal().to_owned()
        };
        // Bit after bit, by one client and then by the other, over and over.
        let bits = body.len() * 8;
        assert!(place.rounds * MANY >= 2 * bits, "some bits are not changed");
        for round in 0..place.rounds {
            let invented = |at: usize| {
                let client = ["app", "other"][at / bits % 2];
                refresh(client, &changed(at % bits))
            };
            let forms = (round * MANY..(round + 1) * MANY).map(invented);
            let answers = place.at_once(forms.collect()).await;
            assert!(answers.iter().all(is_refused));
        }
        let cut = opaque::with_body(Kind::Refresh, &body[..body.len() - 1]);
        let long = opaque::with_body(Kind::Refresh, &[&body[..], &[0]].concat());
        for text in ["x", "sym_rt_", cut.reveal(), long.reveal()] {
            assert!(is_refused(&place.post(0, &refresh("app", text)).await));
        }
        assert_eq!(place.ends().await, 0);
        assert!(place.lives(&given.access).await);
        place
            .post(0, &refresh("app", &given.refresh))
            .await
            .unwrap();
    })
    .await;
}
