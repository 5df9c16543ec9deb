//! What a browser brings along, and what binds a form to it.
//!
//! Two cookies, both for our eyes alone and sent with top-level navigation only (`Lax`): the
//! session's, and one that knows the browser again before anybody has signed in. With TLS they have
//! the prefix `__Host-`, so that no neighbouring host can plant them; their names carry the realm.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::session::Session;
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::secret::{Digest, Secret};

/// How long a browser is known again, in seconds: 400 days, the most that browsers keep a cookie.
const KEPT: u32 = 400 * 24 * 3600;

/// The cookies of a request.
pub(super) struct Browser {
    /// Of the session, if there is one.
    pub(super) session: Option<Secret>,
    /// Of the browser: as it came, or made for the answer.
    own: Secret,
    /// Whether it came with the request.
    pub(super) is_known: bool,
}

impl Browser {
    /// Reads the cookies of a realm.
    pub(super) fn read(world: &World, realm: &Realm, headers: &HeaderMap) -> Self {
        let find = |noun| cookie(headers, &name(realm, noun));
        let own = find("browser").filter(|text| opaque::kind(text.reveal()) == Ok(Kind::Browser));
        Self {
            session: find("session"),
            is_known: own.is_some(),
            own: own.unwrap_or_else(|| opaque::mint(Kind::Browser, &*world.random)),
        }
    }

    /// The header that gives the browser its cookie, where it has none.
    pub(super) fn introduced(&self, realm: &Realm) -> Option<String> {
        (!self.is_known).then(|| {
            let kept = format!("; Max-Age={KEPT}");
            set(realm, "browser", self.own.reveal(), &kept)
        })
    }

    /// What stands for the browser in memory.
    pub(super) fn digest(&self, world: &World, realm: &Realm) -> Digest {
        let peppers = &world.material.peppers;
        let peppered = peppers.digest(realm.node, Kind::Browser, self.own.reveal());
        peppered.digest
    }

    /// The token of a form: whom it was made for, and a MAC over that, the form's name, the browser
    /// and the request.
    pub(super) fn csrf(
        &self,
        place: (&World, &Realm),
        form: (&str, &str),
        session: Option<&Session>,
    ) -> String {
        let holder = holder(session);
        let (world, realm) = place;
        let message = self.csrf_message(form, &holder);
        let mac = world.material.token_mac.mac(realm.node, &message);
        URL_SAFE_NO_PAD.encode([holder.as_slice(), &mac].concat())
    }

    /// What the token of a form is worth that was sent, with `session` there now.
    pub(super) fn judge(
        &self,
        (world, realm): (&World, &Realm),
        form: (&str, &str),
        (sent, session): (&str, Option<&Session>),
    ) -> Sent {
        let Ok(sent) = URL_SAFE_NO_PAD.decode(sent) else {
            return Sent::Foreign;
        };
        let Some((then, mac)) = sent.split_first_chunk::<HOLDER>() else {
            return Sent::Foreign;
        };
        let message = self.csrf_message(form, then);
        let is_ours = mac
            .try_into()
            .is_ok_and(|mac| world.material.token_mac.holds(realm.node, &message, mac));
        if !is_ours {
            return Sent::Foreign;
        }
        let now = holder(session);
        if *then == now {
            Sent::Current
        } else if then.last_chunk::<8>() == now.last_chunk::<8>() {
            Sent::Renewed
        } else {
            Sent::OtherPerson
        }
    }

    fn csrf_message(&self, (form, request): (&str, &str), holder: &[u8; HOLDER]) -> Vec<u8> {
        let mut message = b"csrf:".to_vec();
        for part in [
            form.as_bytes(),
            self.own.reveal().as_bytes(),
            request.as_bytes(),
        ] {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        message.extend_from_slice(holder);
        message
    }
}

/// What a form's token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The form is ours, and nothing has changed since.
    Current,
    /// The form is ours, and the same person has signed in again since, in another tab.
    Renewed,
    /// The form is ours, and was made for somebody else than who is signed in now.
    OtherPerson,
    /// The form is none that we gave to this browser for this request.
    Foreign,
}

/// Length of whom a form is made for, in bytes: session, then person.
const HOLDER: usize = 16;

/// Whom a form is made for; zeros for whoever sits there.
fn holder(session: Option<&Session>) -> [u8; HOLDER] {
    let mut holder = [0; HOLDER];
    if let Some(session) = session {
        let numbers = [session.node.0.number(), session.subject.0.number()];
        for (place, number) in holder.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
    }
    holder
}

/// The header that gives the browser a session's cookie.
pub(super) fn session_cookie(realm: &Realm, cookie: &Secret) -> String {
    set(realm, "session", cookie.reveal(), "")
}

/// The header that takes it away.
pub(super) fn forget_session(realm: &Realm) -> String {
    set(realm, "session", "", "; Max-Age=0")
}

fn set(realm: &Realm, noun: &str, value: &str, more: &str) -> String {
    let secure = if realm.issuer.is_secure() {
        "; Secure"
    } else {
        ""
    };
    let name = name(realm, noun);
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}")
}

/// The name of a cookie: its realm is in it, since realms may share a host.
fn name(realm: &Realm, noun: &str) -> String {
    let prefix = if realm.issuer.is_secure() {
        "__Host-"
    } else {
        ""
    };
    format!("{prefix}symbolon-{noun}-{}", realm.node)
}

/// A cookie's value. Of two with one name the first counts, as browsers send the closer one first.
pub(in crate::route) fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let lines = headers.get_all(COOKIE).iter();
    let mut pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.find_map(|pair| {
        // Other programs of the host may set cookies that are no text.
        let (own, value) = std::str::from_utf8(pair).ok()?.trim().split_once('=')?;
        (own == name && !value.is_empty()).then(|| Secret::from(value))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn cookies_of_others_that_are_no_text_hide_none_of_ours() {
        let mut headers = HeaderMap::new();
        for line in [&b"pref=gr\xfcn; own=1; other=2"[..], b"empty=; x"] {
            let line = HeaderValue::from_bytes(line).unwrap();
            headers.append(COOKIE, line);
        }
        let value = |name: &str| cookie(&headers, name).map(|found| found.reveal().to_owned());
        assert_eq!(value("own").as_deref(), Some("1"));
        assert_eq!(value("other").as_deref(), Some("2"));
        assert_eq!(
            [value("pref"), value("empty"), value("x")],
            [None, None, None]
        );
    }
}
