//! The rules, by values.

use symbolon_lineage::node::Change;
use symbolon_token::node::{
    AuthenticatorNode, ClientNode, ClientSecretNode, FamilyNode, GrantNode, NodeId, SessionNode,
    SigningKeyNode, SubjectNode,
};

use super::{Afterwards, DiesForGood, Target};

fn node() -> NodeId {
    NodeId::from_number(7).unwrap()
}

fn credentials() -> [Target; 6] {
    [
        Target::ClientSecret(ClientNode(node()), ClientSecretNode(node())),
        Target::Session(SessionNode(node())),
        Target::Grant(GrantNode(node())),
        Target::Authenticator(AuthenticatorNode(node())),
        Target::SigningKey(SigningKeyNode(node())),
        Target::Family(FamilyNode(node()), ClientNode(node()), SubjectNode(node())),
    ]
}

#[test]
fn clients_and_subjects_lose_their_descendants_and_live_on() {
    for target in [
        Target::Client("billing".to_owned()),
        Target::Subject(SubjectNode(node())),
    ] {
        assert_eq!(target.change(Afterwards::Live), Ok(Change::Revoke));
        let disabled = target.change(Afterwards::Disabled);
        assert_eq!(disabled, Ok(Change::RevokeAndDisable));
    }
}

#[test]
fn everything_else_dies_for_good_and_is_not_disabled_beside() {
    for target in credentials() {
        assert_eq!(target.change(Afterwards::Live), Ok(Change::End));
        let refused = target.change(Afterwards::Disabled);
        assert_eq!(refused, Err(DiesForGood(target.role())));
    }
}
