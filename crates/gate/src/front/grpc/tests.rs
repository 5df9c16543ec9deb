use proptest::prelude::*;

use super::*;

/// A field of protobuf that holds bytes: number, length, bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length > 0x7f {
        all.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    all.push(u8::try_from(length).unwrap());
    all.extend(bytes);
    all
}

fn framed(message: &[u8]) -> Bytes {
    let mut all = vec![0];
    all.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    all.extend(message);
    all.into()
}

/// A request as Envoy writes it, by the numbers of its files.
fn request(headers: &[u8]) -> Bytes {
    let http = [
        field(1, b"an id that nobody needs"),
        field(2, b"GET"),
        headers.to_vec(),
        field(4, b"/orders?id=7"),
        field(5, b"api.example.com"),
        field(10, b"HTTP/1.1"),
    ]
    .concat();
    // Time stands before it, and the source before the request.
    let asked = [field(1, &[8, 1]), field(2, &http)].concat();
    let attributes = [field(1, &[]), field(4, &asked)].concat();
    framed(&field(1, &attributes))
}

fn head(kind: &'static str) -> HeaderMap {
    let mut head = HeaderMap::new();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    head
}

fn checked(body: &Bytes) -> Result<Checked, Code> {
    read(&head("application/grpc+proto"), body)
}

#[test]
fn joined_headers_are_read_and_those_of_the_protocol_skipped() {
    let entry = |name: &[u8], value: &[u8]| field(3, &[field(1, name), field(2, value)].concat());
    let headers = [
        entry(b":path", b"/orders?id=7"),
        entry(b"authorization", b"Bearer x"),
    ]
    .concat();
    let checked = checked(&request(&headers)).unwrap_or_else(|code| panic!("{code:?}"));
    let ask = checked.ask().unwrap();
    assert_eq!(
        (ask.method, ask.host, ask.path),
        ("GET", "api.example.com", "/orders?id=7")
    );
    assert_eq!(ask.headers.len(), 1);
    assert_eq!(ask.headers[AUTHORIZATION], "Bearer x");
}

#[test]
fn raw_headers_are_read_each_by_itself() {
    let entry = |value: &[u8]| field(1, &[field(1, b"x-a"), field(3, value)].concat());
    let headers = field(13, &[entry(b"1"), entry(b"\xff")].concat());
    let checked = checked(&request(&headers)).unwrap_or_else(|code| panic!("{code:?}"));
    let ask = checked.ask().unwrap();
    let values: Vec<_> = ask.headers.get_all("x-a").iter().collect();
    assert_eq!(values, [&b"1"[..], b"\xff"]);
}

#[test]
fn a_question_without_method_host_or_path_is_none() {
    let http = field(2, b"GET");
    let attributes = field(4, &field(2, &http));
    let checked = checked(&framed(&field(1, &attributes)));
    let checked = checked.unwrap_or_else(|code| panic!("{code:?}"));
    assert_eq!(checked.ask().err(), Some(Reason::NoQuestion));
}

#[test]
fn a_header_that_cannot_be_one_makes_no_question() {
    let entry = field(3, &[field(1, b"x a"), field(2, b"1")].concat());
    let checked = checked(&request(&entry)).unwrap_or_else(|code| panic!("{code:?}"));
    assert_eq!(checked.ask().err(), Some(Reason::NoQuestion));
}

#[test]
fn what_is_no_call_ends_with_its_status() {
    let good = request(&[]);
    let mut compressed = good.to_vec();
    compressed[0] = 1;
    let mut long = good.to_vec();
    long.push(0);
    for (body, code) in [
        (compressed.into(), Code::Unimplemented),
        (long.into(), Code::InvalidArgument),
        (Bytes::new(), Code::InvalidArgument),
        (framed(&[0xff]), Code::InvalidArgument),
        (framed(&[]), Code::InvalidArgument),
    ] {
        assert_eq!(checked(&body).err(), Some(code));
    }
    let json = read(&head("application/json"), &good);
    assert_eq!(json.err(), Some(Code::InvalidArgument));
}

fn message(answer: &Answer) -> CheckResponse {
    let body = &answer.body().body;
    assert_eq!(body[0], 0);
    let length = u32::from_be_bytes(body[1..5].try_into().unwrap());
    assert_eq!(usize::try_from(length).unwrap(), body.len() - FRAME_HEAD);
    let trailers = answer.body().trailers.as_ref().unwrap();
    assert_eq!(trailers["grpc-status"], "0");
    CheckResponse::decode(&body[FRAME_HEAD..]).unwrap()
}

#[test]
fn what_may_pass_carries_headers_that_overwrite() {
    let mut headers = HeaderMap::new();
    headers.insert("x-auth-acr", HeaderValue::from_static(""));
    let said = message(&admitted(&headers, true));
    assert_eq!(said.status, Some(RpcStatus { code: 0 }));
    let Some(HttpResponse::OkResponse(told)) = said.http_response else {
        panic!("it may pass");
    };
    let acr = HeaderOption {
        header: Some(HeaderText {
            key: "x-auth-acr".to_owned(),
            ..HeaderText::default()
        }),
        append: Some(false),
        keep_empty_value: true,
    };
    assert_eq!(told.headers, [acr]);
    assert_eq!(told.headers_to_remove, ["authorization"]);
}

#[test]
fn what_may_not_pass_carries_the_answer_of_the_client() {
    for (reason, code, status) in [
        (Reason::NoCredential, 16, 401),
        (Reason::NoRoute, 7, 403),
        (Reason::Alias, 3, 400),
        (Reason::Unknown, 14, 503),
    ] {
        let said = message(&refused(reason.into()));
        assert_eq!(said.status, Some(RpcStatus { code }));
        let Some(HttpResponse::DeniedResponse(told)) = said.http_response else {
            panic!("it may not pass");
        };
        assert_eq!(told.status, Some(HttpStatus { code: status }));
        assert_eq!(told.body, reason.document());
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let whole = checked(&framed(&bytes));
        prop_assert!(whole.is_err() || whole.is_ok_and(|checked| checked.ask().is_err()));
        let _bare = checked(&bytes.into());
    }
}
