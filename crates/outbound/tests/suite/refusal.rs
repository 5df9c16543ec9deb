use symbolon_outbound::CallError;

use crate::place::{Certificate, LOOPBACK, OK, Script, caller, plain, secure};

#[tokio::test]
async fn private_addresses_are_refused_however_they_are_written() {
    let caller = caller(&[], &Script::of(&[]));
    let private = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[64:ff9b::7f00:1]",
        "[fd00::1]",
        "[fe80::1]",
        "[ff02::1]",
    ];
    for host in private {
        for scheme in ["http", "https"] {
            let error = caller.get(&format!("{scheme}://{host}/"), "*/*").await;
            assert_eq!(error.unwrap_err().word(), "private", "{scheme} {host}");
        }
    }
}

#[tokio::test]
async fn a_name_is_judged_by_its_addresses() {
    let script = Script::of(&[&["169.254.169.254"], &["10.0.0.1", "fd00::1"]]);
    let caller = caller(&[LOOPBACK], &script);
    let error = caller.post_form("https://inside.example/", &[]).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "inside.example is at 169.254.169.254, which is private; allow_private_targets does not \
         name it"
    );
    let error = caller.post_form("https://inside.example/", &[]).await;
    assert_eq!(error.unwrap_err().word(), "private");
}

#[tokio::test]
async fn of_several_addresses_only_those_that_may_be_called_are() {
    let mut server = plain(OK).await;
    // The first two have nobody; a connection to either would fail, or hang.
    let script = Script::of(&[&["10.0.0.1", "192.168.0.1", "127.0.0.1"]]);
    let url = format!("http://app.example:{}/", server.address.port());
    let answer = caller(&[LOOPBACK], &script).get(&url, "*/*").await;
    assert_eq!(answer.unwrap().status, 200);
    let asked = server.asked.recv().await.unwrap();
    let host = format!("host: app.example:{}\r\n", server.address.port());
    assert!(asked.contains(&host), "{asked}");
}

#[tokio::test]
async fn a_name_is_resolved_once_so_that_it_cannot_change_its_mind() {
    let mut server = plain(OK).await;
    let script = Script::of(&[&["127.0.0.1"], &["10.0.0.1"], &["10.0.0.1"]]);
    let url = format!("http://rebinding.example:{}/", server.address.port());
    let caller = caller(&[LOOPBACK], &script);
    assert_eq!(caller.get(&url, "*/*").await.unwrap().status, 200);
    assert_eq!(script.left(), 2);
    assert!(server.asked.recv().await.is_some());
    assert_eq!(caller.get(&url, "*/*").await.unwrap_err().word(), "private");
}

#[tokio::test]
async fn plain_http_goes_only_to_networks_that_are_named() {
    let script = Script::of(&[&["8.8.8.8"]]);
    let error = caller(&[LOOPBACK], &script)
        .get("http://open.example/", "*/*")
        .await;
    assert!(matches!(error, Err(CallError::Plain { .. })), "{error:?}");
}

#[tokio::test]
async fn another_loopback_address_than_the_named_one_is_private() {
    let certificate = Certificate::of("127.0.0.1");
    let mut server = secure(OK, &certificate).await;
    let caller = caller(&["127.0.0.2/32"], &Script::of(&[]));
    let url = format!("https://{}/", server.address);
    assert_eq!(caller.get(&url, "*/*").await.unwrap_err().word(), "private");
    assert!(server.asked.try_recv().is_err());
}

#[tokio::test]
async fn a_name_without_addresses_is_named() {
    let script = Script::of(&[&[]]);
    let caller = caller(&[LOOPBACK], &script);
    for _ in 0..2 {
        let error = caller
            .get("https://nobody.example/", "*/*")
            .await
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the name nobody.example cannot be resolved"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_called_is_refused_before_anything_is_resolved() {
    let script = Script::of(&[&["127.0.0.1"]]);
    let caller = caller(&[LOOPBACK], &script);
    let words = [
        ("ftp://a.example/", "scheme"),
        ("https://user:secret@a.example/", "credentials"),
        ("//a.example/", "url"),
    ];
    for (url, word) in words {
        assert_eq!(caller.get(url, "*/*").await.unwrap_err().word(), word);
    }
    assert_eq!(script.left(), 1);
}
