//! Verify an ID token that comes back as a hint (OpenID Connect Core §3.1.2.1, RP-Initiated Logout
//! §2): the realm signed it, for some client. It may have expired long ago.

use serde::Deserialize;
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_token::time::Time;

use crate::access::Audience;
use crate::realm::Realm;
use crate::signing_key::ring;
use crate::{LoadError, World};

/// What a hint says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Hint {
    /// Whom it tells of, as its client knows him.
    pub sub: String,
    /// The client that it was issued to.
    aud: Audience,
    /// The session, as its client knows it.
    pub sid: Option<String>,
}

impl Hint {
    /// Whether it was issued to this client.
    #[must_use]
    pub fn is_for(&self, client_id: &str) -> bool {
        match &self.aud {
            Audience::One(one) => one == client_id,
            Audience::Many(many) => matches!(many.as_slice(), [one] if one == client_id),
        }
    }

    /// The client that it was issued to.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match &self.aud {
            Audience::One(one) => Some(one),
            Audience::Many(many) => many.first().map(String::as_str),
        }
    }
}

/// What a hint says, if the realm signed it with a key that it remembers: as long as any session
/// may live.
///
/// # Errors
/// [`LoadError`].
pub async fn verify(
    world: &World,
    realm: &Realm,
    token: &str,
    now: Time,
) -> Result<Option<Hint>, LoadError> {
    let keys = ring(world, realm.node).await?.remembered();
    let issuer = realm.issuer.as_str();
    let expected = Expected::new(Purpose::IdToken, issuer, Names::Unchecked, now.seconds());
    let verified = jwt::verify::<Hint>(token, &keys, &expected.leeway(u32::MAX));
    Ok(verified.ok().map(jwt::Verified::into_claims))
}
