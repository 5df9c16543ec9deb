//! A bare reply: what the edge costs when the application does nothing.
//!
//! `bare [edge|axum] [address]` answers `GET /` with a small JSON, through this crate's edge or,
//! to compare, through `axum::serve`. It ends with Ctrl-C.

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use symbolon_http::server::{Limits, Listen, Server};

const ADDRESS: &str = "127.0.0.1:8181";

async fn stop() {
    // Without a signal handler the server runs until it is killed.
    let _heard = tokio::signal::ctrl_c().await;
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let server = arguments.next().unwrap_or_else(|| "edge".to_owned());
    let address: SocketAddr = arguments.next().as_deref().unwrap_or(ADDRESS).parse()?;
    let reply = || async { ([(CONTENT_TYPE, "application/json")], r#"{"active":true}"#) };
    let router = Router::new().route("/", get(reply));
    if server == "axum" {
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, router)
            .with_graceful_shutdown(stop())
            .await?;
        return Ok(());
    }
    let listen = Listen {
        address,
        tls: None,
        proxies: Vec::new(),
        limits: Limits::default(),
    };
    let server = Server::bind(&listen).await?;
    println!("listening on {}", server.local_address());
    let drained = server.run(router, stop()).await?;
    println!("{} connections were cut", drained.cut);
    Ok(())
}
