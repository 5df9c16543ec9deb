use serde_json::json;

use super::*;

fn claims(document: serde_json::Value) -> Claims {
    serde_json::from_value(document).unwrap()
}

fn everything() -> serde_json::Value {
    json!({
        "name": "Ada King", "given_name": "Ada", "family_name": "King",
        "middle_name": "Augusta", "nickname": "Ada", "preferred_username": "ada",
        "profile": "https://ada.example/", "picture": "https://ada.example/ada.png",
        "website": "http://ada.example:8080/x?y=z", "email": "ada@example.com",
        "email_verified": true, "gender": "female", "birthdate": "1815-12-10",
        "zoneinfo": "Europe/London", "locale": "en-GB", "phone_number": "+44 20 7946 0000",
        "phone_number_verified": false,
        "address": {
            "formatted": "12 St James's Square\nLondon", "street_address": "12 St James's Square",
            "locality": "London", "region": "Greater London", "postal_code": "SW1Y 4JH",
            "country": "United Kingdom"
        },
        "updated_at": 1_800_000_000
    })
}

#[test]
fn all_standard_claims_pass_and_are_written_as_they_were_read() {
    let claims = claims(everything());
    assert_eq!(claims.check(), Ok(()));
    assert_eq!(serde_json::to_value(&claims).unwrap(), everything());
}

#[test]
fn verified_is_a_real_boolean() {
    for text in [json!("true"), json!(1), json!("")] {
        let document = json!({"email": "ada@example.com", "email_verified": text});
        serde_json::from_value::<Claims>(document).unwrap_err();
    }
}

#[test]
fn what_is_not_known_is_absent() {
    let empty = serde_json::to_value(Claims::default()).unwrap();
    assert_eq!(empty, json!({}));
    assert!(Claims::default().updated(Time(1_999)).is_empty());
    let updated = Claims::default().updated(Time(1_999)).updated_at;
    assert_eq!(updated, Some(1));
}

/// Each claim with what it cannot be, and the error that names it.
#[test]
fn what_cannot_be_is_named() {
    let long = "x".repeat(201);
    let lines = "x".repeat(1_001);
    let url = format!("https://ada.example/{}", "x".repeat(2_000));
    let mail = format!("{}@example.com", "x".repeat(65));
    let refused = [
        (json!({"name": ""}), ClaimsError::Text("name")),
        (json!({"gender": long}), ClaimsError::Text("gender")),
        (json!({"nickname": "a\tb"}), ClaimsError::Text("nickname")),
        (
            json!({"address": {"country": "a\nb"}}),
            ClaimsError::Text("address.country"),
        ),
        (
            json!({"address": {"formatted": lines}}),
            ClaimsError::Lines("address.formatted"),
        ),
        (json!({"profile": url}), ClaimsError::Url("profile")),
        (
            json!({"picture": "javascript:alert(1)"}),
            ClaimsError::Url("picture"),
        ),
        (
            json!({"website": "ada.example"}),
            ClaimsError::Url("website"),
        ),
        (json!({"email": mail}), ClaimsError::Email),
        (json!({"birthdate": "1815-02-29"}), ClaimsError::Birthdate),
        (json!({"zoneinfo": "Europe/"}), ClaimsError::Zoneinfo),
        (json!({"locale": "e"}), ClaimsError::Locale),
        (json!({"phone_number": "none"}), ClaimsError::PhoneNumber),
        (
            json!({"email_verified": false}),
            ClaimsError::VerifiedNothing("email_verified"),
        ),
        (
            json!({"phone_number_verified": true}),
            ClaimsError::VerifiedNothing("phone_number_verified"),
        ),
    ];
    for (document, error) in refused {
        assert_eq!(claims(document.clone()).check(), Err(error), "{document}");
    }
}

#[test]
fn addresses_of_mail() {
    for text in [
        "a@b",
        "ada+tag@mail.example.com",
        "o'neil@example.com",
        "zo\u{eb}@b\u{fc}cher.example",
        "\"a@b\"@example.com",
    ] {
        assert!(is_email(text), "{text}");
    }
    for text in [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@.com",
        "ada@example..com",
        "ada@-example.com",
        "a b@example.com",
        "ada@example.com\n",
        "<ada@example.com>",
        "ada@example.com, eve@example.com",
    ] {
        assert!(!is_email(text), "{text}");
    }
}

#[test]
fn dates_of_birth() {
    for text in [
        "1815-12-10",
        "0000-12-10",
        "0000-02-29",
        "1815",
        "2000-02-29",
    ] {
        assert!(is_birthdate(text), "{text}");
    }
    for text in [
        "",
        "0000",
        "1815-12",
        "1815-13-01",
        "1815-00-01",
        "1815-04-31",
        "1900-02-29",
        "15-12-10",
        "1815-12-10T00",
        "1815-12-10-1",
        "+815-12-10",
    ] {
        assert!(!is_birthdate(text), "{text}");
    }
}

#[test]
fn languages_and_zones() {
    for text in ["en", "en-GB", "en_GB", "zh-Hant-TW", "de-CH-1996"] {
        assert!(is_locale(text), "{text}");
    }
    for text in ["", "e", "12", "en-", "en--GB", "en-Britishes", "en GB"] {
        assert!(!is_locale(text), "{text}");
    }
    for text in [
        "UTC",
        "Europe/Paris",
        "America/Argentina/Buenos_Aires",
        "Etc/GMT+3",
    ] {
        assert!(is_zone(text), "{text}");
    }
    for text in ["", "/", "Europe/", "Europe//Paris", "../etc", "a b"] {
        assert!(!is_zone(text), "{text}");
    }
}
