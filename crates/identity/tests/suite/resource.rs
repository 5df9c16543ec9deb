//! Resources: created, changed, ended; one default in each realm.

use symbolon_identity::With;
use symbolon_identity::resource::{
    self, ChangeError, CreateError, NewResource, Resource, Settings, by_audience, default,
};

use crate::arrange::{API, NOON, Stage, call, each_world, stage};

async fn create(stage: &Stage, audience: &str, is_default: bool) -> Result<Resource, CreateError> {
    let new = NewResource {
        audience: audience.to_owned(),
        is_default,
        settings: Settings::default(),
    };
    let new = (new, With::default());
    resource::create(&stage.world, &call(NOON), &stage.realm, new).await
}

async fn default_audience(stage: &Stage) -> Option<String> {
    let found = default(&stage.world, &stage.realm).await.unwrap();
    found.map(|one| one.audience.clone())
}

#[tokio::test]
async fn an_audience_is_one_resources_of_its_realm_and_free_when_it_ends() {
    each_world(|stage| async move {
        let first = create(&stage, API, false).await.unwrap();
        let taken = create(&stage, API, false).await;
        assert!(matches!(taken, Err(CreateError::AudienceTaken)));
        let other = stage.other_realm("other").await;
        create(&other, API, false).await.unwrap();
        let (world, realm) = (&stage.world, stage.realm.node);
        resource::end(world, &call(NOON), realm, first.node)
            .await
            .unwrap();
        assert!(
            by_audience(world, &stage.realm, API)
                .await
                .unwrap()
                .is_none()
        );
        create(&stage, API, false).await.unwrap();
        let again = resource::end(world, &call(NOON), realm, first.node).await;
        assert!(matches!(again, Err(ChangeError::Unknown(_))));
    })
    .await;
}

#[tokio::test]
async fn a_new_default_takes_the_place_of_the_former() {
    each_world(|stage| async move {
        assert_eq!(default_audience(&stage).await, None);
        let first = create(&stage, "https://one.example", true).await.unwrap();
        assert_eq!(default_audience(&stage).await, Some(first.audience.clone()));
        let second = create(&stage, "https://two.example", true).await.unwrap();
        assert_eq!(default_audience(&stage).await, Some(second.audience));
        let (world, realm) = (&stage.world, stage.realm.node);
        let former = resource::find(world, realm, first.node).await.unwrap();
        assert!(!former.unwrap().is_default);
        let back = (first.settings.clone(), true);
        let changed = resource::change(world, &call(NOON), (realm, first.node), back).await;
        assert!(changed.unwrap().is_default);
        assert_eq!(default_audience(&stage).await, Some(first.audience));
        resource::end(world, &call(NOON), realm, first.node)
            .await
            .unwrap();
        assert_eq!(default_audience(&stage).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_refused_default_leaves_the_former_in_its_place() {
    each_world(|stage| async move {
        create(&stage, "https://one.example", true).await.unwrap();
        create(&stage, "https://two.example", false).await.unwrap();
        let taken = create(&stage, "https://two.example", true).await;
        assert!(matches!(taken, Err(CreateError::AudienceTaken)));
        let default = default_audience(&stage).await;
        assert_eq!(default.as_deref(), Some("https://one.example"));
    })
    .await;
}

#[tokio::test]
async fn new_settings_are_what_the_next_token_follows() {
    each_world(|stage| async move {
        let made = create(&stage, API, false).await.unwrap();
        let settings = Settings {
            token_lifetime: Some(60),
            ..made.settings
        };
        let named = (stage.realm.node, made.node);
        let changed = (settings.clone(), false);
        resource::change(&stage.world, &call(NOON), named, changed)
            .await
            .unwrap();
        let found = by_audience(&stage.world, &stage.realm, API).await.unwrap();
        assert_eq!(found.unwrap().settings, settings);
    })
    .await;
}

#[tokio::test]
async fn audiences_that_are_the_realms_own_or_cannot_be_are_refused() {
    let (stage, _folder) = stage().await;
    for audience in ["https://main.example", "https://main.example/v1"] {
        let refused = create(&stage, audience, false).await;
        assert!(
            matches!(refused, Err(CreateError::OwnAudience)),
            "{audience}"
        );
    }
    for audience in ["", "a b", "a\0", &"x".repeat(201)] {
        let refused = create(&stage, audience, false).await;
        assert!(
            matches!(refused, Err(CreateError::Audience)),
            "{audience:?}"
        );
        let found = by_audience(&stage.world, &stage.realm, audience).await;
        assert!(found.unwrap().is_none(), "{audience:?}");
    }
}
