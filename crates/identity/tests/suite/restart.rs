//! A restart over the same file: keys, clients, tokens and what was spent are as before.

use symbolon_identity::access::Refusal;
use symbolon_identity::client_assertion::{RedeemError, redeem};
use symbolon_lineage::Death;
use symbolon_store::Target;
use symbolon_store::testing::sqlite;
use symbolon_token::kind::Format;

use crate::arrange::{MINUTE, NOON, Stage, migrations, open};
use crate::change::Cause;

const FORMATS: [Format; 2] = [Format::Jwt, Format::Opaque];

#[tokio::test]
async fn a_second_start_knows_what_the_first_one_did() {
    let (db, folder) = sqlite(&migrations()).await;
    let stage = Stage::open(db).await;
    let service = stage.service("svc").await;
    let client = service.client.node;
    let (mut alive, mut dead) = (Vec::new(), Vec::new());
    for format in FORMATS {
        let api = stage.api(format).await;
        alive.push(stage.token(&service, &api, NOON).await);
        let token = stage.token(&service, &api, NOON).await;
        Cause::Token.strike(&stage, &service, &token).await;
        dead.push(token);
    }
    let end = NOON.plus(MINUTE);
    redeem(&stage.world, client, "spent", end).await.unwrap();
    stage.world.db.clone().close().await;
    let (realm, root) = stage.parts();

    let path = folder.path().join("symbolon.db");
    let stage = Stage::reopen(open(&Target::Sqlite { path }).await, realm, root).await;
    let first = stage.world.realms.first();
    assert_eq!(first.as_deref(), Some(&*stage.realm));
    for token in &alive {
        assert!(stage.lives(token, NOON).await);
    }
    for token in &dead {
        let verdict = stage.verify(token, NOON).await;
        assert_eq!(verdict, Err(Refusal::Dead(Death::Bit)));
    }
    let again = redeem(&stage.world, client, "spent", end).await;
    assert!(matches!(again, Err(RedeemError::Spent)));
    stage.recognise(&service, NOON).await;
}
