//! What clients read before they ask for anything (RFC 8414, OpenID Connect Discovery, RFC 7517).

use serde_json::{Value, json};

use crate::authority::Authority;
use crate::exchange::Ask;

const ADDRESSES: [&str; 2] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
];

#[test]
fn metadata_is_the_same_at_both_addresses_and_lists_basic_first() {
    let authority = Authority::start();
    let found = ADDRESSES.map(|address| authority.ask(&Ask::get(address)).json());
    let [metadata, other] = found;
    assert_eq!(metadata, other);

    let at = |path: &str| json!(format!("{}{path}", authority.issuer()));
    assert_eq!(metadata["issuer"], at(""));
    assert_eq!(metadata["token_endpoint"], at("/token"));
    assert_eq!(metadata["introspection_endpoint"], at("/introspect"));
    assert_eq!(metadata["revocation_endpoint"], at("/revoke"));
    assert_eq!(metadata["jwks_uri"], at("/jwks"));
    let confidential = [
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
    ];
    let all: Vec<_> = confidential.into_iter().chain(["none"]).collect();
    for endpoint in ["token", "revocation"] {
        let member = format!("{endpoint}_endpoint_auth_methods_supported");
        assert_eq!(metadata[member], json!(all));
    }
    // Whoever asks about tokens proves himself (RFC 7662 §2.1).
    let introspection = &metadata["introspection_endpoint_auth_methods_supported"];
    assert_eq!(*introspection, json!(confidential));
}

#[test]
fn an_issuer_with_a_path_has_its_metadata_at_both_forms_of_each_address() {
    let authority = Authority::start();
    let issuer = authority.realm("second");
    for address in ADDRESSES {
        for form in [format!("{address}/second"), format!("/second{address}")] {
            let metadata = authority.ask(&Ask::get(&form)).json();
            assert_eq!(metadata["issuer"], issuer, "{form}");
            assert_eq!(metadata["token_endpoint"], format!("{issuer}/token"));
        }
    }
}

#[test]
fn every_published_key_has_kid_use_and_alg_and_nothing_private() {
    let authority = Authority::start();
    let algorithms = ["ES256", "Ed25519", "EdDSA", "RS256", "PS256", "ES384"];
    for name in algorithms {
        authority.resource(name, json!({"token_algorithm": name}));
    }
    let set = authority.ask(&Ask::get("/jwks")).json();
    let keys = set["keys"].as_array().unwrap();
    for key in keys {
        assert!(key["kid"].is_string(), "{key}");
        assert_eq!(key["use"], "sig", "{key}");
        let members = key.as_object().unwrap().keys();
        let private = ["d", "p", "q", "dp", "dq", "qi", "k"];
        let leaked = members.filter(|name| private.contains(&name.as_str()));
        assert_eq!(leaked.count(), 0);
    }
    let published: Vec<&Value> = keys.iter().map(|key| &key["alg"]).collect();
    for name in algorithms {
        assert!(published.contains(&&json!(name)), "{name}: {published:?}");
    }
}
