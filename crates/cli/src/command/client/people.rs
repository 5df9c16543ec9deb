//! What can be set about a client that people sign in to, by the names of OpenID Connect where it has
//! one.

use clap::{ArgAction, Args};
use serde_json::Value;

use crate::command::member::{list, or_null};

/// What can be set.
#[derive(Args, Debug)]
#[command(next_help_heading = "People who sign in")]
pub(super) struct People {
    /// How it knows people: public, as other clients do; pairwise, by names of its own
    #[arg(long, value_name = "TYPE")]
    subject_type: Option<String>,
    /// https URL whose host is the sector of a pairwise client with several hosts; "" takes it away
    #[arg(long = "sector-identifier", value_name = "URL")]
    sector_identifier: Option<String>,
    /// What signs its ID tokens, such as ES256 or Ed25519; RS256 unless named
    #[arg(
        long = "id-token-alg",
        alias = "id-token-signed-response-alg",
        value_name = "ALG"
    )]
    id_token_alg: Option<String>,
    /// What signs what userinfo tells it; "": nothing, userinfo is JSON, as it is unless named
    #[arg(
        long = "userinfo-alg",
        alias = "userinfo-signed-response-alg",
        value_name = "ALG"
    )]
    userinfo_alg: Option<String>,
    /// How the key of its ID tokens' encryption reaches it: RSA-OAEP-256, ECDH-ES, ECDH-ES+A128KW,
    /// ECDH-ES+A256KW; "": they are signed alone, as they are unless named
    #[arg(
        long = "id-token-encryption-alg",
        alias = "id-token-encrypted-response-alg",
        value_name = "ALG"
    )]
    id_token_encryption_alg: Option<String>,
    /// What encrypts them; A128CBC-HS256 unless named
    #[arg(
        long = "id-token-encryption-enc",
        alias = "id-token-encrypted-response-enc",
        value_name = "ENC"
    )]
    id_token_encryption_enc: Option<String>,
    /// The same for what userinfo tells it
    #[arg(
        long = "userinfo-encryption-alg",
        alias = "userinfo-encrypted-response-alg",
        value_name = "ALG"
    )]
    userinfo_encryption_alg: Option<String>,
    /// What encrypts that; A128CBC-HS256 unless named
    #[arg(
        long = "userinfo-encryption-enc",
        alias = "userinfo-encrypted-response-enc",
        value_name = "ENC"
    )]
    userinfo_encryption_enc: Option<String>,
    /// Seconds after which people prove themselves again for it
    #[arg(long, value_name = "SECONDS")]
    default_max_age: Option<u32>,
    /// Address that people may be sent to after sign-out; may repeat; "" takes all away
    #[arg(long = "post-logout-redirect", value_name = "URL")]
    post_logout_redirects: Vec<String>,
    /// Address at which it is told that a session has ended; "" takes it away
    #[arg(long = "backchannel-logout", value_name = "URL")]
    backchannel_logout: Option<String>,
    /// Replace its refresh tokens at each use; on unless switched off, and always for --auth none
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    rotate_refresh_tokens: Option<bool>,
    /// Seconds within which a retry gets the same refresh token, up to 600; 30 unless named
    #[arg(long, value_name = "SECONDS")]
    refresh_token_window: Option<u32>,
    /// Seconds that its refresh tokens live unused; 30 days unless named
    #[arg(long, value_name = "SECONDS")]
    refresh_token_idle_lifetime: Option<u32>,
    /// Seconds that its refresh tokens live, however often they are used; 365 days unless named
    #[arg(long, value_name = "SECONDS")]
    refresh_token_lifetime: Option<u32>,
}

impl People {
    /// The members by their names on the wire; what was not named has no value.
    pub(super) fn members(self) -> [(&'static str, Option<Value>); 15] {
        let number = |value: Option<u32>| value.map(Value::from);
        [
            ("subject_type", self.subject_type.map(Value::from)),
            ("sector_identifier_uri", or_null(self.sector_identifier)),
            (
                "id_token_signed_response_alg",
                self.id_token_alg.map(Value::from),
            ),
            ("userinfo_signed_response_alg", or_null(self.userinfo_alg)),
            (
                "id_token_encrypted_response_alg",
                or_null(self.id_token_encryption_alg),
            ),
            (
                "id_token_encrypted_response_enc",
                or_null(self.id_token_encryption_enc),
            ),
            (
                "userinfo_encrypted_response_alg",
                or_null(self.userinfo_encryption_alg),
            ),
            (
                "userinfo_encrypted_response_enc",
                or_null(self.userinfo_encryption_enc),
            ),
            ("default_max_age", number(self.default_max_age)),
            (
                "post_logout_redirect_uris",
                list(self.post_logout_redirects),
            ),
            ("backchannel_logout_uri", or_null(self.backchannel_logout)),
            (
                "rotate_refresh_tokens",
                self.rotate_refresh_tokens.map(Value::from),
            ),
            ("refresh_token_window", number(self.refresh_token_window)),
            (
                "refresh_token_idle_lifetime",
                number(self.refresh_token_idle_lifetime),
            ),
            (
                "refresh_token_lifetime",
                number(self.refresh_token_lifetime),
            ),
        ]
    }
}
