//! Subjects: created, listed page by page, disabled, ended.

use symbolon_identity::With;
use symbolon_identity::client;
use symbolon_identity::subject::{
    self, ChangeError, CreateError, NewSubject, ProfileError, Subject, SubjectKind,
};

use crate::arrange::{NOON, Stage, call, each_world, stage};

async fn create(stage: &Stage, kind: SubjectKind, name: &str) -> Result<Subject, CreateError> {
    let new = (NewSubject::named(kind, name), With::default());
    subject::create(&stage.world, &call(NOON), stage.realm.node, new).await
}

#[tokio::test]
async fn subjects_are_listed_page_by_page_oldest_first() {
    each_world(|stage| async move {
        let mut made = Vec::new();
        for at in 0..5 {
            let name = format!("agent {at}");
            made.push(create(&stage, SubjectKind::Agent, &name).await.unwrap());
        }
        let mut listed: Vec<Subject> = Vec::new();
        loop {
            let after = listed.last().map(|last| last.node);
            let page = subject::list(&stage.world, stage.realm.node, after, 2).await;
            let page = page.unwrap();
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        assert_eq!(listed, made);
    })
    .await;
}

#[tokio::test]
async fn an_ended_subject_is_not_there_any_more() {
    each_world(|stage| async move {
        let made = create(&stage, SubjectKind::Device, "door").await.unwrap();
        let (world, realm) = (&stage.world, stage.realm.node);
        assert_eq!(
            subject::find(world, realm, made.node).await.unwrap(),
            Some(made.clone())
        );
        let call = call(NOON);
        let end = || subject::end(world, &call, realm, made.node);
        end().await.unwrap();
        assert_eq!(subject::find(world, realm, made.node).await.unwrap(), None);
        assert!(matches!(end().await, Err(ChangeError::Unknown(_))));
    })
    .await;
}

#[tokio::test]
async fn a_service_comes_and_goes_with_its_client() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let (world, realm) = (&stage.world, stage.realm.node);
        let node = service.client.subject.unwrap();
        let found = subject::find(world, realm, node).await.unwrap().unwrap();
        assert_eq!(
            (found.kind, found.client),
            (SubjectKind::Service, Some(service.client.node))
        );
        client::end(world, &call(NOON), realm, "svc").await.unwrap();
        assert_eq!(subject::find(world, realm, node).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_subject_has_a_name_and_is_no_service() {
    let (stage, _folder) = stage().await;
    let service = create(&stage, SubjectKind::Service, "svc").await;
    assert!(matches!(service, Err(CreateError::Service)));
    for name in ["", "a\0b", "line\nline", &"x".repeat(201)] {
        let refused = create(&stage, SubjectKind::Device, name).await;
        let named = CreateError::Profile(ProfileError::Name);
        assert_eq!(
            refused.unwrap_err().to_string(),
            named.to_string(),
            "{name:?}"
        );
    }
    create(&stage, SubjectKind::Agent, "Zoë").await.unwrap();
}
