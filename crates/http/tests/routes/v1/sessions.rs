//! `/v1/sessions`, and those of a person.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use symbolon_identity::session::{self, Authenticated, Factor, IDLE_LIFETIME, Method as How};
use symbolon_token::call::Call;
use symbolon_token::node::{NodeId, SubjectNode};

use crate::arrange::{Site, call};

/// A person, and the path of what the API has about it.
pub(super) async fn person(site: &Site, username: &str) -> (SubjectNode, String) {
    let new = json!({"kind": "person", "username": username});
    let made = site.post("/v1/subjects", &new).local().send().await.json();
    let id = made["id"].as_str().unwrap();
    let node: NodeId = id.parse().unwrap();
    (SubjectNode(node), format!("/v1/subjects/{id}"))
}

/// A sign-in of this person, in a browser of its own; its id.
#[expect(
    clippy::disallowed_methods,
    reason = "what signing in proves is arranged here"
)]
pub(super) async fn sign_in(site: &Site, subject: SubjectNode) -> String {
    let now = site.unheard(Duration::ZERO);
    let (world, call) = (&site.world, Call { now, ..call() });
    let authenticator = world.lineages.ancestor(world.ids.next(call.now));
    let factor = Factor {
        method: How::Password,
        authenticator,
    };
    let who = (site.realm.node, world.lineages.ancestor(subject));
    let proof = Authenticated::attest(who, vec![factor], now);
    let issued = session::issue(world, &call, &proof, None).await;
    issued.ok().unwrap().session.node.to_string()
}

async fn listed(site: &Site, path: &str) -> Value {
    let listed = site.get(path).local().send().await;
    assert_eq!(listed.status, StatusCode::OK, "{listed}");
    listed.json()
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_session_is_listed_shown_and_ended() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    let id = sign_in(&site, ada).await;
    let sessions = format!("{path}/sessions");
    let page = site.get(&sessions).local().send().await;
    insta::assert_snapshot!("sessions_are_listed", page);
    let place = format!("/v1/sessions/{id}");
    let shown = site.get(&place).local().send().await;
    assert_eq!(shown.json(), page.json()["items"][0]);
    let end = || site.ask(Method::DELETE, &place).local();
    assert_eq!(end().send().await.status, StatusCode::NO_CONTENT);
    insta::assert_snapshot!("a_session_is_unknown", end().send().await);
    let gone = site.get(&place).local().send().await;
    assert_eq!(gone.code(), "session_unknown");
    assert_eq!(ids(&listed(&site, &sessions).await), Vec::<&str>::new());
}

#[tokio::test]
async fn the_journal_says_who_ended_a_session() {
    let (site, _folder) = Site::open().await;
    let (ada, _) = person(&site, "ada").await;
    let id = sign_in(&site, ada).await;
    let admin = site.admin().await;
    let end = site.ask(Method::DELETE, &format!("/v1/sessions/{id}"));
    assert_eq!(
        end.bearer(&admin).send().await.status,
        StatusCode::NO_CONTENT
    );
    let path = format!("/v1/journal?noun=session&verb=end&node={id}");
    let entry = listed(&site, &path).await["items"][0].clone();
    assert!(
        entry["actor"].as_str().unwrap().starts_with("subject "),
        "{entry}"
    );
    let told = (&entry["session"], &entry["subject"], &entry["reason"]);
    let reason = json!("ended by management");
    assert_eq!(told, (&json!(id), &json!(ada.to_string()), &reason));
}

#[tokio::test]
async fn all_sessions_of_a_person_end_and_of_nobody_else() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    let (eve, other) = person(&site, "eve").await;
    for _ in 0..3 {
        sign_in(&site, ada).await;
    }
    let stays = sign_in(&site, eve).await;
    let sessions = format!("{path}/sessions");
    let end = || site.ask(Method::DELETE, &sessions).local();
    insta::assert_snapshot!("every_session_has_ended", end().send().await);
    assert_eq!(end().send().await.json()["ended"], 0);
    let left = listed(&site, &format!("{other}/sessions")).await;
    assert_eq!(ids(&left), [stays]);
}

#[tokio::test]
async fn sessions_are_listed_page_by_page_past_those_that_are_over() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    for _ in 0..4 {
        sign_in(&site, ada).await;
    }
    site.later(IDLE_LIFETIME + Duration::from_secs(1)).await;
    let mut running = Vec::new();
    for _ in 0..3 {
        running.push(sign_in(&site, ada).await);
    }
    let first = listed(&site, &format!("{path}/sessions?limit=2")).await;
    assert_eq!(ids(&first), running[..2]);
    let next = first["next"].as_str().unwrap();
    let rest = listed(&site, &format!("{path}/sessions?limit=2&after={next}")).await;
    assert_eq!(ids(&rest), running[2..]);
    assert_eq!(rest["next"], Value::Null);
}

#[tokio::test]
async fn nobody_has_no_sessions() {
    let (site, _folder) = Site::open().await;
    let path = "/v1/subjects/00000000009/sessions";
    for method in [Method::GET, Method::DELETE] {
        let reply = site.ask(method, path).local().send().await;
        let told = (reply.status, reply.code());
        let expected = (StatusCode::NOT_FOUND, "subject_unknown".to_owned());
        assert_eq!(told, expected, "{reply}");
    }
}

#[tokio::test]
async fn who_may_change_persons_may_not_sign_them_out() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    let id = sign_in(&site, ada).await;
    let audience = "https://auth.example/v1";
    let changes = site.token("subjects:write", audience).await;
    let sees = site.token("sessions:read", audience).await;
    let place = format!("/v1/sessions/{id}");
    for token in [&changes, &sees] {
        let reply = site.ask(Method::DELETE, &place).bearer(token).send().await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{reply}");
    }
    let list = site.get(&format!("{path}/sessions")).bearer(&sees);
    assert_eq!(list.send().await.status, StatusCode::OK);
}
