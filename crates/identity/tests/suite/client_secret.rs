//! Client secrets: handed out once, several at a time, at most ten, each with an end of its own.

use symbolon_identity::With;
use symbolon_identity::client::{self, AuthMethod, NewClient};
use symbolon_identity::client_secret::{
    self, Issued, MAX_SECRETS, NewSecret, RevokeError, SecretError,
};
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use crate::arrange::{HOUR, NOON, Service, Stage, call, each_world, stage};

async fn issue(stage: &Stage, service: &Service, new: NewSecret) -> Result<Issued, SecretError> {
    issue_at(stage, service, new, NOON).await
}

async fn issue_at(
    stage: &Stage,
    service: &Service,
    new: NewSecret,
    now: Time,
) -> Result<Issued, SecretError> {
    let new = (new, With::default());
    client_secret::issue(&stage.world, &call(now), &service.client, new).await
}

async fn proves(stage: &Stage, service: &Service, text: &Secret, now: Time) -> bool {
    let known = client::known(&stage.world, stage.realm.node, service.id()).await;
    let known = known.unwrap().unwrap();
    client_secret::verify(&stage.world, &known, text, now).is_some()
}

fn until(expires_at: Time) -> NewSecret {
    NewSecret {
        text: None,
        expires_at: Some(expires_at),
    }
}

#[tokio::test]
async fn several_secrets_prove_a_client_and_no_other_text_does() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let second = stage.secret_of(&service).await;
        let other = stage.service("other").await;
        for text in [&service.text, &second.text] {
            assert!(proves(&stage, &service, text, NOON).await);
        }
        for text in [&other.text, &"".into(), &"secret".into()] {
            assert!(!proves(&stage, &service, text, NOON).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_revoked_secret_proves_nothing_and_leaves_the_others() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let second = stage.secret_of(&service).await;
        let call = call(NOON);
        let revoke = || client_secret::revoke(&stage.world, &call, &service.client, service.secret);
        revoke().await.unwrap();
        assert!(!proves(&stage, &service, &service.text, NOON).await);
        assert!(proves(&stage, &service, &second.text, NOON).await);
        assert!(matches!(revoke().await, Err(RevokeError::Unknown(_))));
        let listed = client_secret::list(&stage.world, service.client.node).await;
        let listed: Vec<_> = listed.unwrap().iter().map(|one| one.node).collect();
        assert_eq!(listed, [second.secret]);
    })
    .await;
}

#[tokio::test]
async fn another_clients_secret_cannot_be_revoked() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let other = stage.service("other").await;
    let refused =
        client_secret::revoke(&stage.world, &call(NOON), &other.client, service.secret).await;
    assert!(matches!(refused, Err(RevokeError::Unknown(_))));
    assert!(proves(&stage, &service, &service.text, NOON).await);
}

#[tokio::test]
async fn a_secret_ends_by_itself_at_its_end() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let issued = issue(&stage, &service, until(NOON.plus(HOUR)))
        .await
        .unwrap();
    let end = NOON.plus(HOUR);
    assert!(proves(&stage, &service, &issued.text, Time(end.0 - 1)).await);
    assert!(!proves(&stage, &service, &issued.text, end).await);
    let late = issue(&stage, &service, until(NOON)).await;
    assert!(matches!(late, Err(SecretError::Expired)));
}

#[tokio::test]
async fn the_eleventh_living_secret_is_refused_and_the_expired_do_not_count() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        for _ in 1..MAX_SECRETS {
            issue(&stage, &service, until(NOON.plus(HOUR)))
                .await
                .unwrap();
        }
        let refused = issue(&stage, &service, NewSecret::default()).await;
        assert!(matches!(refused, Err(SecretError::TooMany)));
        let later = NOON.plus(HOUR);
        let issued = issue_at(&stage, &service, NewSecret::default(), later).await;
        assert!(proves(&stage, &service, &issued.unwrap().text, later).await);
    })
    .await;
}

#[tokio::test]
async fn a_lasting_secret_is_not_crowded_out_by_short_ones() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let mut now = NOON;
        for _ in 0..25 {
            let new = until(now.plus(HOUR));
            issue_at(&stage, &service, new, now).await.unwrap();
            now = now.plus(HOUR);
        }
        assert!(proves(&stage, &service, &service.text, now).await);
    })
    .await;
}

#[tokio::test]
async fn a_client_may_bring_a_secret_that_is_not_too_weak() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let bring = |text: &str| NewSecret {
        text: Some(text.into()),
        expires_at: None,
    };
    for text in [
        "",
        "1234567",
        "with\nline",
        "ümlauts-are-out",
        &"x".repeat(257),
    ] {
        let refused = issue(&stage, &service, bring(text)).await;
        assert!(matches!(refused, Err(SecretError::Text)), "{text:?}");
    }
    issue(&stage, &service, bring("correct horse"))
        .await
        .unwrap();
    assert!(proves(&stage, &service, &"correct horse".into(), NOON).await);
}

#[tokio::test]
async fn only_client_secret_jwt_keeps_the_secret_itself_and_sealed() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let mut new = NewClient::service("jwt");
        new.settings.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
        let jwt = stage.create(new).await;
        let issued = jwt.secret.unwrap();
        assert!(issued.text.len() >= 64);
        let basic = client_secret::list(&stage.world, service.client.node).await;
        assert!(basic.unwrap()[0].sealed.is_none());
        let kept = client_secret::list(&stage.world, jwt.client.node).await;
        let kept = kept.unwrap().remove(0);
        let sealed = kept.sealed.unwrap();
        let text = issued.text.reveal().as_bytes();
        assert!(!sealed.windows(8).any(|part| part == &text[..8]));
        assert!(kept.digest.digest.0.as_slice() != text);
    })
    .await;
}

#[tokio::test]
async fn a_client_without_secrets_is_given_none() {
    let (stage, _folder) = stage().await;
    let settings = symbolon_identity::client::Settings {
        token_endpoint_auth_method: AuthMethod::None,
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        ..Default::default()
    };
    let client = stage
        .create(NewClient::with_settings(settings))
        .await
        .client;
    let new = (NewSecret::default(), With::default());
    let refused = client_secret::issue(&stage.world, &call(NOON), &client, new).await;
    assert!(matches!(refused, Err(SecretError::NoSecrets)));
}
