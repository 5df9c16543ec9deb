use std::time::Duration;

use symbolon_outbound::{Answer, CallError};

use crate::place::{OK, impatient, neighbour, plain};

#[tokio::test]
async fn a_form_arrives_as_one_and_its_answer_comes_back() {
    let mut server = plain(OK).await;
    let url = format!("http://{}/hook?a=b", server.address);
    let form = [("logout_token", "a.b.c"), ("with", "a space & more")];
    let answer = neighbour().post_form(&url, &form).await.unwrap();
    let expected = Answer {
        status: 200,
        content_type: Some("text/plain".to_owned()),
        body: "good".into(),
    };
    assert_eq!(answer, expected);
    assert!(answer.is_success());
    let body = "logout_token=a.b.c&with=a+space+%26+more";
    let asked = format!(
        "POST /hook?a=b HTTP/1.1\r\nhost: {}\r\nuser-agent: symbolon\r\naccept: */*\r\n\
         connection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    assert_eq!(server.asked.recv().await.unwrap(), asked);
}

#[tokio::test]
async fn a_document_is_fetched() {
    let mut server = plain(OK).await;
    let url = format!("http://{}", server.address);
    let answer = neighbour().get(&url, "application/json").await.unwrap();
    assert_eq!(answer.body, "good");
    let asked = server.asked.recv().await.unwrap();
    assert!(asked.starts_with("GET / HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("accept: application/json\r\n"), "{asked}");
}

#[tokio::test]
async fn an_error_of_the_other_side_is_an_answer() {
    let server = plain("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n").await;
    let url = format!("http://{}", server.address);
    let answer = neighbour().post_form(&url, &[]).await.unwrap();
    assert_eq!((answer.status, answer.is_success()), (503, false));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut elsewhere = plain(OK).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} Go\r\nContent-Length: 0\r\n");
        let server = plain(format!(
            "{head}Location: http://{}/\r\n\r\n",
            elsewhere.address
        ))
        .await;
        let url = format!("http://{}/", server.address);
        let error = neighbour().get(&url, "*/*").await.unwrap_err();
        assert!(
            matches!(error, CallError::Redirected { status: found, .. } if found == status),
            "{error}"
        );
    }
    assert!(elsewhere.asked.try_recv().is_err());
}

#[tokio::test]
async fn an_answer_is_read_up_to_64_kib() {
    let length = 64 * 1024;
    let of = |length: usize| {
        let body = "x".repeat(length);
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    let server = plain(of(length)).await;
    let url = format!("http://{}/", server.address);
    let answer = neighbour().get(&url, "*/*").await.unwrap();
    assert_eq!(answer.body.len(), length);
    let server = plain(of(length + 1)).await;
    let url = format!("http://{}/", server.address);
    let error = neighbour().get(&url, "*/*").await.unwrap_err();
    assert_eq!(error.word(), "long", "{error}");
}

#[tokio::test]
async fn an_answer_that_does_not_say_its_length_is_cut_as_well() {
    let body = "x".repeat(70 * 1024);
    let server = plain(format!("HTTP/1.1 200 OK\r\n\r\n{body}")).await;
    let url = format!("http://{}/", server.address);
    let error = neighbour().get(&url, "*/*").await.unwrap_err();
    assert_eq!(error.word(), "long", "{error}");
    let head = "x".repeat(70 * 1024);
    let server = plain(format!("HTTP/1.1 200 OK\r\nName: {head}\r\n\r\n")).await;
    let url = format!("http://{}/", server.address);
    let error = neighbour().get(&url, "*/*").await.unwrap_err();
    assert_eq!(error.word(), "http", "{error}");
}

#[tokio::test]
async fn what_is_no_http_is_the_other_sides_fault() {
    for answer in [
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nless",
    ] {
        let server = plain(answer).await;
        let url = format!("http://{}/", server.address);
        let error = neighbour().get(&url, "*/*").await.unwrap_err();
        assert_eq!(error.word(), "http", "{error}");
    }
}

#[tokio::test]
async fn who_never_answers_is_given_up() {
    let server = plain("").await;
    let url = format!("http://{}/", server.address);
    let caller = impatient(Duration::from_millis(20), 1);
    let error = caller.get(&url, "*/*").await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 has not answered within 20 ms");
}

#[tokio::test]
async fn no_more_calls_than_the_limit_are_on_their_way() {
    let mut held = plain("").await;
    let mut server = plain(OK).await;
    let caller = impatient(Duration::from_secs(1), 1);
    let (slow, next) = (
        format!("http://{}/", held.address),
        format!("http://{}/", server.address),
    );
    let (first, second) = tokio::join!(caller.get(&slow, "*/*"), caller.get(&next, "*/*"));
    assert_eq!(first.unwrap_err().word(), "slow");
    // The one that waited for a place has used up its time, or got what little was left of it.
    let asked = server.asked.try_recv().is_ok();
    assert!(second.is_err() || asked);
    assert!(held.asked.recv().await.unwrap().starts_with("GET /"));
    assert!(
        caller.get(&next, "*/*").await.is_ok(),
        "the place is free again"
    );
}

#[tokio::test]
async fn who_takes_no_connection_is_named_with_its_address() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let error = neighbour().get(&format!("http://{closed}/"), "*/*").await;
    let error = error.unwrap_err();
    assert_eq!(error.word(), "connect");
    assert!(
        error
            .to_string()
            .starts_with("127.0.0.1 at 127.0.0.1 takes no connection"),
        "{error}"
    );
}
