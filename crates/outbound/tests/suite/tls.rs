use symbolon_outbound::{ExtraRoots, TrustError};

use crate::place::{Certificate, LOOPBACK, OK, Script, believer, caller, plain, secure};

#[tokio::test]
async fn a_certificate_of_an_added_authority_is_believed() {
    let certificate = Certificate::of("app.example");
    let mut server = secure(OK, &certificate).await;
    let script = Script::of(&[&["127.0.0.1"]]);
    let url = format!("https://app.example:{}/out", server.address.port());
    let answer = believer(&certificate, &script)
        .post_form(&url, &[("a", "b")])
        .await;
    assert_eq!(answer.unwrap().body, "good");
    assert!(server.asked.recv().await.unwrap().ends_with("\r\n\r\na=b"));
}

#[tokio::test]
async fn a_certificate_of_nobodys_is_refused_before_anything_is_said() {
    let certificate = Certificate::of("app.example");
    let mut server = secure(OK, &certificate).await;
    let script = Script::of(&[&["127.0.0.1"]]);
    let url = format!("https://app.example:{}/", server.address.port());
    let error = caller(&[LOOPBACK], &script)
        .get(&url, "*/*")
        .await
        .unwrap_err();
    assert_eq!(error.word(), "tls", "{error}");
    assert!(error.to_string().contains("app.example"), "{error}");
    assert!(server.asked.try_recv().is_err());
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let certificate = Certificate::of("other.example");
    let mut server = secure(OK, &certificate).await;
    let script = Script::of(&[&["127.0.0.1"]]);
    let url = format!("https://app.example:{}/", server.address.port());
    let error = believer(&certificate, &script)
        .get(&url, "*/*")
        .await
        .unwrap_err();
    assert_eq!(error.word(), "tls", "{error}");
    assert!(server.asked.try_recv().is_err());
}

#[tokio::test]
async fn https_never_falls_back_to_plain_http() {
    let mut server = plain(OK).await;
    let url = format!("https://{}/", server.address);
    let error = caller(&[LOOPBACK], &Script::of(&[])).get(&url, "*/*").await;
    assert_eq!(error.unwrap_err().word(), "tls");
    drop(server.asked.try_recv());
}

#[test]
fn a_file_without_authorities_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let read = || ExtraRoots::read(&path).unwrap_err();
    assert!(matches!(read(), TrustError::File { .. }));
    std::fs::write(&path, "nothing").unwrap();
    assert!(matches!(read(), TrustError::Empty { .. }));
    let wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(&path, wrong).unwrap();
    let error = read();
    assert!(matches!(error, TrustError::Certificate { number: 1, .. }));
    assert!(error.to_string().contains("ca.pem"), "{error}");
}
