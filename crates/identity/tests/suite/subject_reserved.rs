//! What is built in has names that nobody else may take first.

use symbolon_identity::With;
use symbolon_identity::client::{self, CreateError, NewClient};
use symbolon_identity::subject::{self, NewSubject, ProfileError, SubjectKind};

use crate::arrange::{NOON, call, stage};

#[tokio::test]
async fn nobody_makes_what_operators_tokens_descend_from() {
    let (stage, _folder) = stage().await;
    let (world, realm) = (&stage.world, stage.realm.node);
    let new = NewClient::service(client::OPERATOR);
    let refused = client::create(world, &call(NOON), realm, new).await;
    assert!(matches!(refused, Err(CreateError::Reserved)));
    let new = NewSubject::named(SubjectKind::Agent, subject::OPERATOR);
    let refused = subject::create(world, &call(NOON), realm, (new, With::default())).await;
    let reserved = subject::CreateError::Profile(ProfileError::Reserved);
    assert_eq!(refused.unwrap_err().to_string(), reserved.to_string());
}
