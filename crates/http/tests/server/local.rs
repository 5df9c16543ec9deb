//! The local command socket.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

use symbolon_http::server::unix::Socket;
use symbolon_http::server::{BindError, Drained};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::sync::oneshot;

use super::site::{Client, routes};

/// What `/peer` says behind this socket, served until it has answered once.
async fn asked(path: &Path) -> String {
    let socket = Socket::bind(path).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(socket.run(routes(), async { stopped.await.unwrap() }));
    let mut client = Client(UnixStream::connect(path).await.unwrap());
    let reply = client.ask("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await;
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap().unwrap(), Drained { cut: 0 });
    reply.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The names in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn only_the_owner_may_open_it_and_it_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("command");
    let socket = Socket::bind(&path).await.unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(names(folder.path()), ["command"]);
    drop(socket);
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn its_callers_are_local() {
    let folder = TempDir::new().unwrap();
    assert_eq!(
        asked(&folder.path().join("s")).await,
        "127.0.0.1 true Local"
    );
}

#[tokio::test]
async fn a_stale_socket_is_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s");
    drop(UnixListener::bind(&path).unwrap());
    assert_eq!(asked(&path).await, "127.0.0.1 true Local");
}

#[tokio::test]
async fn a_live_socket_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s");
    let _live = Socket::bind(&path).await.unwrap();
    let error = Socket::bind(&path).await.err().unwrap();
    assert!(matches!(error, BindError::SocketServed { .. }), "{error}");
    assert!(UnixStream::connect(&path).await.is_ok());
}

#[tokio::test]
async fn a_file_is_not_taken_for_a_socket() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s");
    fs::write(&path, "precious").unwrap();
    let error = Socket::bind(&path).await.err().unwrap();
    assert!(matches!(error, BindError::SocketOccupied { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let folder = TempDir::new().unwrap();
    let error = Socket::bind(&folder.path().join("absent/s"))
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("absent/s"), "{error}");
}

#[tokio::test]
async fn a_server_that_was_replaced_removes_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s");
    let first = Socket::bind(&path).await.unwrap();
    fs::remove_file(&path).unwrap();
    let _second = Socket::bind(&path).await.unwrap();
    drop(first);
    assert!(UnixStream::connect(&path).await.is_ok());
}
