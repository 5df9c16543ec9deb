//! `/readyz` where something is wrong: what, and how to mend it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use symbolon_http::{App, Options, router};
use symbolon_store::{Db, Target};
use symbolon_token::time::Time;
use tower::ServiceExt;

use crate::arrange::{NOON, Site, migrations};

async fn ready(site: &Site) -> (StatusCode, Value) {
    let reply = site.get("/readyz").send().await;
    (reply.status, reply.json())
}

#[tokio::test]
async fn a_file_that_another_program_locks_makes_a_node_unready_until_it_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("symbolon.db");
    let target = Target::Sqlite { path: path.clone() };
    let site = Site::over(Db::open(&target, &migrations()).await.unwrap()).await;
    assert_eq!(ready(&site).await.0, StatusCode::OK);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..2 {
        let expected = json!({
            "status": "not ready",
            "database": "reads only",
            "behind_ms": 0,
            "clock_ahead_ms": 0,
            "details": [
                "another program, such as a sqlite3 shell, holds the write lock of the database \
                 file; end it, and writes go on by themselves"
            ],
        });
        let told = ready(&site).await;
        assert_eq!(told, (StatusCode::SERVICE_UNAVAILABLE, expected));
    }
    drop(other);
    assert_eq!(ready(&site).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_clock_that_waits_for_the_machines_is_told_with_the_remedy() {
    let (site, _folder) = Site::open().await;
    let now = Arc::new(|| Time(NOON.0));
    let lag = Arc::new(|| Duration::from_mins(6));
    let app = App::with_lag(Arc::clone(&site.world), now, Options::default(), lag);
    let request = Request::builder().uri("https://auth.example/readyz");
    let request = request.body(Body::empty()).unwrap();
    let answer = router(app).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "it serves all the same");
    let body = axum::body::to_bytes(answer.into_body(), 4096)
        .await
        .unwrap();
    let told: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(told["clock_ahead_ms"], 360_000);
    let detail = told["details"][0].as_str().unwrap();
    assert!(
        detail.contains("set the machine's clock right") && detail.ends_with("about 60 minutes"),
        "{detail}"
    );
}
